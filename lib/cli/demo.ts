import { writeFile } from "node:fs/promises";
import path from "node:path";
import { chooseFaults } from "../drills/drill-choice";
import type { Fault } from "../drills/faults/fault";
import { describeMachine, makeReport } from "../drills/drill-report";
import { runDrills } from "../drills/drill-suite";
import { SeededRandom } from "../drills/random";
import { RunningHive } from "../drills/running-hive";
import { formatProof, Lab, probeHost, type Suite } from "../lab";
import { KNOWN_HOSTS_VARIABLE } from "../manifest/format";
import { CdktfProject, type SynthesizedStack } from "./cdktf-project";
import { deployEvent } from "./deploy-line";
import { CommandError, ExitCode } from "./exit-code";
import { inspectHost, installPackages, refuse } from "./host-setup";
import { presentReport } from "./present-report";
import { PrivateRun } from "./private-run";
import type { Progress } from "./progress";
import { stackOverview } from "./stack-overview";

export interface DemoOptions {
  /** Folder of the cdktf program. */
  readonly example: string;
  /** Environment variable from which the program takes the path of its SSH key. */
  readonly keyVariable: string;
  readonly stack?: string;
  /** @default - all that fit the hive */
  readonly faults?: readonly Fault[];
  readonly seed: number;
  readonly suite: Suite;
  readonly keep: boolean;
  readonly synthOnly: boolean;
  /** File for the results. */
  readonly json?: string;
  /** Folder for the run's own folder. */
  readonly runs: string;
}

/** Boots a program's machines, deploys to them, kills some under fire, says what a client saw, removes everything. */
export class Demo {
  private readonly begin = performance.now();
  private readonly timings: Record<string, number> = {};

  constructor(
    private readonly options: DemoOptions,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<ExitCode> {
    const { synthOnly, runs } = this.options;
    if (!synthOnly) await this.prepareHost();
    const run = await PrivateRun.create(runs);
    try {
      return await this.inside(run);
    } finally {
      if (!this.stays) await run.remove();
    }
  }

  /** Asked for and not interrupted: an interrupted demo is removed. */
  private get stays(): boolean {
    return this.options.keep && !this.options.synthOnly && !this.signal.aborted;
  }

  private async inside(run: PrivateRun): Promise<ExitCode> {
    const { example, stack: wanted, synthOnly, keyVariable } = this.options;
    const environment = { [keyVariable]: run.keyFile, [KNOWN_HOSTS_VARIABLE]: run.knownHostsFile };
    const project = new CdktfProject({
      directory: example,
      output: run.synthesized,
      stateFile: run.stateFile,
      environment,
      signal: this.signal,
    });
    const stack = await this.step("synth", `cdktf synth of ${example}`, (detail) => project.synth(wanted, detail));
    if (synthOnly) {
      console.log(`\n${stackOverview(stack)}`);
      return ExitCode.ok;
    }
    this.checkKey(stack, run);
    const secrets = run.makeSecrets(stack.secrets);
    project.addSecrets(secrets);
    const lab = await this.step(
      "boot",
      `boot ${stack.manifest.machines.length} machines as local containers`,
      (detail) =>
        Lab.up(stack.manifest, {
          suite: this.options.suite,
          keep: this.options.keep,
          signal: this.signal,
          directory: example,
          reporter: { step: detail, machine: (name, text) => detail(`${name}: ${text}`) },
        }),
    );
    try {
      await writeFile(run.knownHostsFile, await lab.knownHosts());
      await this.deploy(project, stack);
      return await this.drill(lab, stack);
    } finally {
      if (this.stays) {
        await run.keep();
        await run.writeEnvironment({
          ...environment,
          ...secrets,
          TF_CLI_ARGS_init: `-backend-config=path=${run.stateFile}`,
        });
        this.explain(lab, stack, run);
      } else await this.remove(lab);
    }
  }

  private async prepareHost(): Promise<void> {
    const preparation = await inspectHost();
    refuse(preparation);
    if (preparation.install.length === 0) return;
    await this.step("install", `apt-get install ${preparation.install.join(" ")} (what the lab needs)`, (detail) =>
      installPackages(preparation.install, detail, this.signal),
    );
    refuse(await inspectHost());
  }

  /** The machines of the lab let in the key of this run, so that the program must use that one. */
  private checkKey({ manifest }: SynthesizedStack, run: PrivateRun): void {
    for (const { name, ssh } of manifest.sites) {
      if (ssh?.privateKeyFile === undefined || ssh.privateKeyFile === run.keyFile) continue;
      throw new CommandError(
        `site ${name} takes its SSH key from "${ssh.privateKeyFile}"; the demo makes a key for each run and gives its path in ` +
          `${this.options.keyVariable}. Write privateKeyFile: process.env.${this.options.keyVariable} ?? "…", or name the program's own ` +
          `variable with --key-variable.`,
        ExitCode.usage,
      );
    }
  }

  private async deploy(project: CdktfProject, { manifest }: SynthesizedStack): Promise<void> {
    const machines = manifest.machines.map(({ name }) => name);
    const show = (detail: (line: string) => void) => (line: string) => {
      const event = deployEvent(line, manifest.stack, machines);
      if (event !== undefined) detail(`${event.subject}: ${event.step}`);
    };
    await this.step("deploy", `cdktf deploy ${manifest.stack}`, (detail) =>
      project.deploy(manifest.stack, show(detail)),
    );
    const changes = await this.step("diff", "cdktf diff: a second deploy has nothing to do", (detail) =>
      project.hasChanges(manifest.stack, show(detail)),
    );
    if (changes) {
      throw new CommandError(
        `cdktf diff ${manifest.stack} still shows changes after the deploy; it promises none`,
        ExitCode.broken,
      );
    }
  }

  private async drill(lab: Lab, { manifest }: SynthesizedStack): Promise<ExitCode> {
    const { seed, suite, json } = this.options;
    const hive = new RunningHive(manifest, lab);
    const { faults, leftOut } = chooseFaults(hive, this.options.faults);
    const result = await runDrills(hive, faults, {
      random: new SeededRandom(seed),
      signal: this.signal,
      around: (fault, work) => this.step(fault.name, `drill: ${fault.title}`, work),
    });
    this.timings.total = (performance.now() - this.begin) / 1000;
    const machine = describeMachine((await probeHost()).engine, suite);
    return presentReport(makeReport(result, { manifest, leftOut, seed, machine, timings: this.timings }), json);
  }

  private async remove(lab: Lab): Promise<void> {
    // Not through the signal: this is what has to happen after it.
    const proof = await this.step("remove", "remove everything", () => lab.down());
    this.progress.note(
      `removed: ${formatProof(proof)}; the image stays for the next time (beehive lab clean removes it)`,
    );
  }

  private explain(lab: Lab, { manifest }: SynthesizedStack, run: PrivateRun): void {
    const { entrance } = new RunningHive(manifest, lab).roles;
    const [machine] = manifest.machines;
    const user = manifest.sites.find(({ name }) => name === machine?.site)?.ssh?.user ?? "root";
    const example = path.relative(process.cwd(), this.options.example) || ".";
    console.log(
      [
        `The hive stays (run ${lab.runId}). Look at it:`,
        `  curl http://${entrance.address}:${entrance.port}${entrance.healthPath}`,
        `  npx beehive lab status`,
        `  ssh -i ${run.keyFile} -o UserKnownHostsFile=${run.knownHostsFile} ${user}@${machine?.address}`,
        `Drill it again:`,
        `  npx beehive drill --manifest ${path.join(run.synthesized, "stacks", manifest.stack, "beehive.json")}`,
        `Change the program and deploy again:`,
        `  (. ${run.environmentFile} && cd ${example} && npx cdktf deploy ${manifest.stack} --output ${run.synthesized})`,
        `Remove it:`,
        `  npx beehive lab down ${lab.runId} && rm -r ${run.directory}`,
      ].join("\n"),
    );
  }

  private async step<T>(name: string, title: string, work: (detail: (line: string) => void) => Promise<T>): Promise<T> {
    const begin = performance.now();
    try {
      return await this.progress.step(title, work);
    } finally {
      this.timings[name] = (performance.now() - begin) / 1000;
    }
  }
}
