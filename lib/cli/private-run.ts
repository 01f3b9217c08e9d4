import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const PREFIX = "demo-";
const OWNER = "owner-pid";

/**
 * A folder for one run, readable by its owner only: the run's own SSH key, passwords, Terraform's state and working
 * files. Nothing of the run is written anywhere else, so that removing the folder removes it all.
 */
export class PrivateRun {
  private constructor(
    readonly directory: string,
    /** Made for this run; opens the machines of the lab and nothing else. */
    readonly keyFile: string,
  ) {}

  /**
   * Also removes the folders of earlier runs that were killed.
   *
   * @param parent made when it is missing
   */
  static async create(parent: string): Promise<PrivateRun> {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    await sweep(parent);
    const directory = await mkdtemp(path.join(parent, PREFIX));
    await chmod(directory, 0o700);
    await writeFile(path.join(directory, OWNER), String(process.pid));
    const keyFile = path.join(directory, "id_ed25519");
    await promisify(execFile)("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "beehive demo", "-f", keyFile]);
    return new PrivateRun(directory, keyFile);
  }

  /** Where cdktf writes what it synthesizes. */
  get synthesized(): string {
    return path.join(this.directory, "cdktf.out");
  }

  get stateFile(): string {
    return path.join(this.directory, "terraform.tfstate");
  }

  /** The host keys of the run's machines, in the form of OpenSSH's known_hosts. */
  get knownHostsFile(): string {
    return path.join(this.directory, "known_hosts");
  }

  /** The environment of the run as a shell file, for deploying by hand into a hive that was kept. */
  get environmentFile(): string {
    return path.join(this.directory, "environment");
  }

  /** A password for each variable, as Terraform reads them from the environment: 192 random bits each. */
  makeSecrets(variables: readonly string[]): Record<string, string> {
    return Object.fromEntries(variables.map((name) => [`TF_VAR_${name}`, randomBytes(24).toString("base64url")]));
  }

  async writeEnvironment(environment: Readonly<Record<string, string>>): Promise<void> {
    const lines = Object.entries(environment).map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`,
    );
    await writeFile(this.environmentFile, lines.join(""), { mode: 0o600 });
  }

  /** The folder stays when this process ends, until it is removed by hand. */
  async keep(): Promise<void> {
    await rm(path.join(this.directory, OWNER), { force: true });
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Folders that name an owner which is gone; a folder that was kept names none. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = path.join(parent, name, OWNER);
    if (!name.startsWith(PREFIX) || !existsSync(owner)) continue;
    const pid = (await readFile(owner, "utf8")).trim();
    if (!existsSync(`/proc/${pid}`)) await rm(path.join(parent, name), { recursive: true, force: true });
  }
}
