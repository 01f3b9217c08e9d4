import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CdktfProject, type SynthesizedStack } from "../../lib/cli/cdktf-project";
import { runProgram } from "../../lib/cli/run-program";
import { OpenLoopClient, type Workload } from "../../lib/drills/open-loop-client";
import type { HttpTarget } from "../../lib/drills/http-exchange";
import { hasFailed, responseTime, type RequestRecord } from "../../lib/drills/request-record";
import { formatProof, Lab, type Suite } from "../../lib/lab";
import type { ManifestMachine } from "../../lib/manifest/manifest";

export interface DeployedHiveProps {
  /** Folder with a cdktf program that takes its SSH key from `TEST_SSH_KEY` and what differs from `CHANGE`. */
  readonly program: string;
  readonly suite: Suite;
  /** Variable in which the program looks for its key. @default "TEST_SSH_KEY" */
  readonly keyVariable?: string;
  /** Machines that are no part of the program and stand in the networks of its sites. @default [] */
  readonly others?: readonly ManifestMachine[];
}

/** What visitors saw. */
export interface UnderFire<T> {
  readonly result: T;
  /** With those that were under way at the end: what became of them is not known. */
  readonly records: readonly RequestRecord[];
  readonly requests: number;
  readonly failed: readonly RequestRecord[];
  /** Longest time until an answer, or until the client gave up, in seconds. */
  readonly worst: number;
  /** When the times of the records began, in seconds since 1970. */
  readonly began: number;
}

/** They look at the front page. */
const VISITORS: Workload = {
  next: () => ({ kind: "read", id: "", method: "GET", path: "/" }),
  judge: (_, answer) => answer.error ?? (answer.status === 200 ? undefined : `http-${answer.status}`),
};

/** Real machines, a real program, and the real `cdktf deploy`; all of it gone after `remove()`. */
export class DeployedHive {
  static async boot(props: DeployedHiveProps): Promise<DeployedHive> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-deploy-test-"));
    const key = path.join(folder, "id");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    try {
      const hive = new DeployedHive(props, folder, key);
      const stack = await hive.project({}).synth();
      for (const variable of stack.secrets) hive.secrets[`TF_VAR_${variable}`] = `${variable}-0123456789abcdef`;
      const machines = [...stack.manifest.machines, ...(props.others ?? [])];
      const lab = await Lab.up({ ...stack.manifest, machines }, { suite: props.suite, publicKey: `${key}.pub` });
      fs.writeFileSync(hive.knownHosts, await lab.knownHosts());
      return hive.with(lab, stack);
    } catch (error) {
      fs.rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private readonly secrets: Record<string, string> = {};
  private booted?: { readonly lab: Lab; readonly stack: SynthesizedStack };

  private constructor(
    private readonly props: DeployedHiveProps,
    private readonly folder: string,
    private key: string,
  ) {}

  private with(lab: Lab, stack: SynthesizedStack): this {
    this.booted = { lab, stack };
    return this;
  }

  get lab(): Lab {
    return this.booted!.lab;
  }

  get manifest() {
    return this.booted!.stack.manifest;
  }

  /** Where visitors come in. */
  get entrance() {
    const endpoints = this.manifest.tiers.flatMap((tier) => tier.endpoints);
    const { address, port } = endpoints.find((endpoint) => endpoint.kind === "entrance")!;
    return { address: address!, port };
  }

  /** @returns everything that the deploy printed; rejects when it failed, with the same in the message */
  async deploy(change: object = {}, signal?: AbortSignal, onLine?: (line: string) => void): Promise<string> {
    const lines: string[] = [];
    try {
      await this.project(change, signal).deploy(this.manifest.stack, (line) => {
        lines.push(line);
        onLine?.(line);
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${lines.join("\n")}`, { cause: error });
    }
    return lines.join("\n");
  }

  /** As `deploy`, without what cdktf's command takes for itself; it has made the folder, so that the first deploy is its. */
  apply(change: object = {}): Promise<string> {
    return this.terraform("apply", change);
  }

  /** `terraform destroy` of what is deployed; the machines stay. */
  destroy(change: object = {}): Promise<string> {
    return this.terraform("destroy", change);
  }

  private async terraform(command: "apply" | "destroy", change: object): Promise<string> {
    const stack = this.stackFolder;
    const steps: [string, string[], string][] = [
      [path.resolve("node_modules/.bin/tsx"), ["main.ts"], this.props.program],
      ["terraform", [command, "-auto-approve", "-input=false", "-no-color"], stack],
    ];
    let said = "";
    for (const [program, args, directory] of steps) {
      const environment = { ...process.env, ...this.environment(change), CDKTF_OUTDIR: this.output };
      const { status, output } = await runProgram(program, args, { directory, environment });
      said += output;
      if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${said}`);
    }
    return said;
  }

  /** The private key lies elsewhere from now on, as on another laptop. */
  moveKey(): void {
    const moved = `${this.key}-moved`;
    for (const ending of ["", ".pub"]) fs.renameSync(this.key + ending, moved + ending);
    this.key = moved;
  }

  /** The same program and machines from another laptop, with a copy of the state, as where two deploy without a shared one. */
  async anotherLaptop(): Promise<DeployedHive> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-deploy-test-"));
    fs.cpSync(this.folder, folder, { recursive: true });
    const other = new DeployedHive(this.props, folder, this.key);
    Object.assign(other.secrets, this.secrets);
    other.booted = this.booted;
    const directory = path.join(other.output, "stacks", this.manifest.stack);
    const state = `-backend-config=path=${path.join(folder, "terraform.tfstate")}`;
    const { status, output } = await runProgram("terraform", ["init", "-reconfigure", state], {
      directory,
      environment: { ...process.env, ...other.environment({}) },
    });
    if (status !== 0) throw new Error(output);
    return other;
  }

  /** Of `anotherLaptop`: the machines stay. */
  forget(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  hasChanges(change: object = {}): Promise<boolean> {
    return this.project(change).hasChanges(this.manifest.stack);
  }

  /** `beehive upgrade`, as an operator calls it. @returns everything that it printed; rejects when it failed, with the same */
  async upgrade(...args: string[]): Promise<string> {
    const manifest = path.join(this.output, "stacks", this.manifest.stack, "beehive.json");
    const { status, output } = await runProgram(
      process.execPath,
      [path.resolve("bin/beehive.js"), "upgrade", "--manifest", manifest, ...args],
      { directory: this.props.program, environment: { ...process.env } },
    );
    if (status !== 0) throw new Error(`beehive upgrade ended with ${status}\n${output}`);
    return output;
  }

  /** Leaves the machine's apt nothing but newer versions of these packages; `harmless` is one that does nothing. */
  async offerNewer(machine: string, ...packages: string[]): Promise<void> {
    const input = fs.readFileSync(path.join(__dirname, "newer-packages.sh"), "utf8");
    const { status, stderr } = await this.lab.exec(machine, ["sh", "-s", "1", ...packages], { input });
    if (status !== 0) throw new Error(`${machine}: no newer packages: ${stderr}`);
  }

  /** Body of the answer; rejects when there is none or its status is no success. */
  async get(url: string): Promise<string> {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    return (await answer.text()).trim();
  }

  /** Sends 50 requests a second until `work` is done, and 1 s more. */
  async underFire<T>(
    work: () => Promise<T>,
    target: HttpTarget = this.entrance,
    workload: Workload = VISITORS,
  ): Promise<UnderFire<T>> {
    const stop = new AbortController();
    const client = new OpenLoopClient({ target, workload, rate: 50 });
    const began = Date.now() / 1000;
    const run = client.run(50 * 600, stop.signal).catch(() => undefined);
    try {
      const result = await work();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const answered = [...client.records];
      stop.abort();
      await run;
      await new Promise(setImmediate);
      return {
        result,
        records: [...client.records],
        began,
        requests: answered.length,
        failed: answered.filter(hasFailed),
        worst: Math.max(...answered.map(responseTime)),
      };
    } finally {
      stop.abort();
      await run;
    }
  }

  /** The value that the deploys give to a variable that the program marks sensitive. */
  secret(variable: string): string {
    return this.secrets[`TF_VAR_${variable}`]!;
  }

  get secretValues(): string[] {
    return Object.values(this.secrets);
  }

  /** A file of the machine, with its folders. */
  async write(machine: string, file: string, content: string): Promise<void> {
    const script = `mkdir -p "$(dirname ${file})" && cat >${file}`;
    const { status, stderr } = await this.lab.exec(machine, ["sh", "-c", script], { input: content });
    if (status !== 0) throw new Error(`${machine}: ${file} cannot be written: ${stderr}`);
  }

  /** What the machine's shell prints; rejects when it fails. */
  async shell(machine: string, script: string): Promise<string> {
    const { status, stdout, stderr } = await this.lab.exec(machine, ["sh", "-c", script]);
    if (status !== 0) throw new Error(`${machine}: ${script}: ${stderr}${stdout}`);
    return stdout.trim();
  }

  /** @returns the proof that nothing is left */
  async remove(): Promise<string> {
    try {
      return this.booted === undefined ? "never booted" : formatProof(await this.booted.lab.down());
    } finally {
      fs.rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** With `cdk.tf.json` and the manifest of the last synth. */
  get stackFolder(): string {
    return path.join(this.output, "stacks", this.manifest.stack);
  }

  private get output(): string {
    return path.join(this.folder, "cdktf.out");
  }

  private get knownHosts(): string {
    return path.join(this.folder, "known_hosts");
  }

  private environment(change: object): Record<string, string> {
    const BEEHIVE_KNOWN_HOSTS = this.knownHosts;
    return {
      BEEHIVE_KNOWN_HOSTS,
      [this.props.keyVariable ?? "TEST_SSH_KEY"]: this.key,
      CHANGE: JSON.stringify(change),
      ...this.secrets,
    };
  }

  private project(change: object, signal?: AbortSignal): CdktfProject {
    return new CdktfProject({
      directory: this.props.program,
      output: this.output,
      stateFile: path.join(this.folder, "terraform.tfstate"),
      environment: this.environment(change),
      signal,
    });
  }
}
