import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { program } from "../../../lib/rollout/machine-program";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-test-"));
afterAll(() => fs.rmSync(root, { recursive: true }));
const at = (name: string): string => path.join(root, name);
const { username } = os.userInfo();
const group = spawnSync("id", ["--group", "--name"], { encoding: "utf8" }).stdout.trim();

/** The program as a machine gets it, with the machine's folders in a folder of the test. */
const HERE = program().replace(
  "    sys.exit(main(",
  `    from beehive_apply import files, folders, journal, turns
    journal.STATE, files.STAGE, turns.LOCK = "${root}/state", "${root}/stage", "${root}/lock"
    folders.OWNERS, os.geteuid = {0, os.getuid()}, lambda: 0
    sys.exit(main(`,
);

function run(args: readonly string[], env: Record<string, string> = {}) {
  fs.writeFileSync(at("beehive-apply"), HERE, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync(at("beehive-apply"), args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, said: (stdout + stderr).trim() };
}

test("one file holds the whole program", () => {
  expect(run([])).toEqual({ status: 3, said: expect.stringContaining("beehive-apply retire GROUP [NAME]") });
  expect(fs.readdirSync(root)).not.toContain("__pycache__");
});

test("what fails is named by module and line", () => {
  const { said } = run(["prepare", at("nothing")]);
  expect(said).toMatch(/beehive-apply:beehive_apply\.prepare", line \d+, in prepare\b/);
});

test("names and contents arrive as they were sent, whatever the machine's locale is", () => {
  const files = [{ path: at("Grüße/für €"), content: "Grüße 🐝", owner: username, group }];
  const software = [{ name: "one", packages: [], files, services: [], gate: [], ports: [] }];
  fs.writeFileSync(
    at("bundle"),
    JSON.stringify({ version: 1, group: "shop-web", tier: "shop/web", machine: "web-a", software, secrets: [] }),
  );
  // What Python makes of a locale that is not UTF-8: it takes C for UTF-8 unless it is told not to.
  const ascii = { LC_ALL: "C", PYTHONUTF8: "0", PYTHONCOERCECLOCALE: "0" };
  expect(run(["apply", "--name", "web-a", "--address", "10.64.0.11", at("bundle")], ascii).status).toBe(0);
  expect(fs.readFileSync(at("Grüße/für €"), "utf8")).toBe("Grüße 🐝");
});
