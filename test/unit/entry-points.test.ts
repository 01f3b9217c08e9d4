import { execFileSync } from "node:child_process";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

/** Files of cloud providers that a fresh process has loaded after the entry point, below the package's name. */
function providerFiles(entry: string): string[] {
  const say =
    `require(${JSON.stringify(path.join(ROOT, "lib", entry))}); ` +
    `console.log(Object.keys(require.cache).join("\\n"))`;
  const options = { cwd: ROOT, encoding: "utf8", maxBuffer: 16 * 1024 * 1024 } as const;
  return execFileSync(process.execPath, ["-r", "tsx/cjs", "-e", say], options)
    .split("\n")
    .flatMap((file) => /[\\/]@cdk(?:tf|tn)[\\/](provider-.*)/.exec(file)?.[1] ?? []);
}

test("the core loads no provider", () => {
  expect(providerFiles("index.ts")).toEqual([]);
});

test.each([
  ["aws.ts", "provider-aws"],
  ["digitalocean.ts", "provider-digitalocean"],
])("%s loads single resources of its own provider, never the whole", (entry, provider) => {
  const files = providerFiles(entry);
  expect(files.filter((file) => /^lib[\\/]index\.js$/.test(file.slice(provider.length + 1)))).toEqual([]);
  expect(files.filter((file) => !file.startsWith(`${provider}${path.sep}`))).toEqual([]);
  expect(files.length).toBeGreaterThan(0);
  expect(files.length).toBeLessThan(150);
});
