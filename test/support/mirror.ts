import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Providers that answer like the clouds and contact nobody. */
export interface Mirror {
  /** For `TF_CLI_CONFIG_FILE`. */
  readonly configuration: string;
  /** Which one it is, for people. */
  readonly origin: string;
}

const REPOSITORY = path.resolve(__dirname, "../..");
const MAKER = path.resolve(REPOSITORY, "../shared/provider-mirror/make-mirror.sh");
const PROVIDERS = ["hashicorp/aws", "digitalocean/digitalocean"];

/**
 * The mirror that Terraform's own configuration names, or else one made by what stands beside the repository.
 *
 * @returns undefined when there is none: a clone without its surroundings can't rehearse, and says so
 */
export function findMirror(environment: NodeJS.ProcessEnv = process.env): Mirror | undefined {
  const configured = environment.TF_CLI_CONFIG_FILE ?? "";
  return fs.existsSync(configured) ? checked(configured) : fs.existsSync(MAKER) ? make() : undefined;
}

/** `describe` for tests that need the mirror. Says which one it is, or that they are left out. */
export function describeWithMirror(title: string, tests: (mirror: Mirror) => void): void {
  const mirror = findMirror();
  process.stderr.write(`${title}: ${mirror === undefined ? "left out, there is no provider mirror" : mirror.origin}\n`);
  if (mirror === undefined) describe.skip(title, () => void test("needs a provider mirror", () => undefined));
  else describe(`${title}, with ${mirror.origin}`, () => tests(mirror));
}

/**
 * Whoever runs these tests may have a configuration with the real providers, and a login. Applying with those would cost
 * money, so that only providers that are scripts are taken: real ones are machine code.
 */
function checked(configuration: string): Mirror {
  const folders = [...fs.readFileSync(configuration, "utf8").matchAll(/^\s*path\s*=\s*"([^"]+)"/gm)].map(([, p]) => p!);
  for (const provider of PROVIDERS) {
    const programs = folders.flatMap((folder) => programsOf(path.join(folder, "registry.terraform.io", provider)));
    if (programs.length === 0 || !programs.every(isScript)) {
      throw new Error(
        `TF_CLI_CONFIG_FILE is ${configuration}, which has no rehearsal provider of ${provider}; these tests apply what they plan ` +
          `and must not reach a cloud. Point it to a rehearsal mirror, or unset it.`,
      );
    }
  }
  return { configuration, origin: `the mirror that TF_CLI_CONFIG_FILE names (${configuration})` };
}

function programsOf(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file).startsWith("terraform-provider-"))
    .map((file) => path.join(folder, file));
}

function isScript(file: string): boolean {
  return fs.readFileSync(file).subarray(0, 2).toString() === "#!";
}

function make(): Mirror {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-mirror-"));
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  execFileSync(MAKER, [folder], { stdio: "pipe" });
  return { configuration: path.join(folder, "terraform.rc"), origin: `a mirror made by ${MAKER}` };
}
