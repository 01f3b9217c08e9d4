import { randomBytes } from "node:crypto";
import { locatedMachines } from "../manifest/located-machines";
import type { Manifest } from "../manifest/manifest";
import type { CommandResult } from "./command";
import type { Suite } from "./apt-sources";
import { Engine, hasPower } from "./engine";
import { addressesUnknown, labExists, machineIsOff, noSuchLab, severalLabs, unknownMachine } from "./errors";
import { probeHost } from "./host";
import { labelArguments, owner, parseRun, runLabels, type RunIdentity } from "./labels";
import { labMachine, type LabMachine } from "./lab-machine";
import { countRun, listRuns, removeRun, sweepRuns, type LabRun, type Proof } from "./lab-run";
import { awaitSsh, createMachine } from "./machine-boot";
import { ensureImage } from "./machine-image";
import { parallel, sleep } from "../core/parallel";
import { publicKey } from "./public-key";
import { silentReporter, type LabReporter } from "./reporter";
import { hostSubnets, planNetworks, refuseTaken } from "./subnets";

export interface LabOptions {
  /** Debian 13 or Debian 12. @default "trixie" */
  readonly suite?: Suite;
  /** Public key to let in: a file, or its content. @default - that of the site's private key, or of the SSH agent */
  readonly publicKey?: string;
  /** Whether the lab stays when this process ends, until it is removed by hand. @default false */
  readonly keep?: boolean;
  /** @default - silent */
  readonly reporter?: LabReporter;
  /** Stops booting; what was made until then is removed. */
  readonly signal?: AbortSignal;
  /** What relative paths of the manifest start from. @default - the working directory */
  readonly directory?: string;
}

export interface ExecOptions {
  /** Seconds until the program is killed; its status is then 124 or 137. @default 60 */
  readonly timeout?: number;
  /** Sent to its standard input. */
  readonly input?: string;
}

/** Machines that start at once. More of them wait for the same disk and for the engine's lock. */
const BOOT_WIDTH = 4;

/** The machines of one manifest as local containers, with the manifest's addresses. */
export class Lab {
  private constructor(
    private readonly engine: Engine,
    readonly runId: string,
    readonly stack: string,
    readonly keep: boolean,
    readonly machines: readonly LabMachine[],
  ) {}

  /**
   * Boots every machine and waits until all of them answer. Nothing is left behind when it rejects. First removes labs
   * whose owner died.
   */
  static async up(manifest: Manifest, options: LabOptions = {}): Promise<Lab> {
    const { suite = "trixie", keep = false, reporter = silentReporter, signal, directory = process.cwd() } = options;
    const plan = planNetworks(manifest);
    const engine = new Engine(await probeHost());
    await Lab.sweepWith(engine, reporter);
    await refuseSecondLab(engine, manifest.stack);
    refuseTaken(plan.subnets, await takenSubnets(engine));
    const sites = new Map(
      await Promise.all(
        manifest.sites.map(async (site) => {
          const key = await publicKey(site, options.publicKey, directory);
          return [site.name, { key, user: site.ssh?.user ?? "root" }] as const;
        }),
      ),
    );

    const run: RunIdentity = { runId: newRunId(manifest.stack), stack: manifest.stack, suite, owner: owner(), keep };
    const labels = runLabels(run);
    const machines = locatedMachines(manifest, addressesUnknown).map((machine) =>
      labMachine(machine, `beehive-${run.runId}-${machine.name}`),
    );
    const lab = new Lab(engine, run.runId, run.stack, keep, machines);
    try {
      const packages = manifest.machines.flatMap((machine) => machine.packages);
      const image = await ensureImage(engine, { suite, packages, labels, report: reporter.step, signal });
      const networkNames = new Map<object, string>();
      for (const [index, subnet] of plan.subnets.entries()) {
        reporter.step(`network ${subnet.cidr} of site ${subnet.site}`);
        const name = `beehive-${run.runId}-${index + 1}`;
        networkNames.set(subnet, name);
        await engine.output(networkArguments(engine, name, subnet, labelArguments(labels)), { signal });
      }
      await parallel(machines, BOOT_WIDTH, async (machine) => {
        reporter.machine(machine.name, "power on");
        const networks = (plan.attachments.get(machine.name) ?? []).map(({ subnet, address }) => ({
          name: networkNames.get(subnet) ?? "",
          address,
        }));
        const { key, user } = sites.get(machine.site) ?? { key: "", user: "root" };
        await createMachine(engine, { machine, image, networks, user, publicKey: key, labels }, signal);
        await awaitSsh(engine, machine, signal);
        reporter.machine(machine.name, `answers on ${machine.address}`);
      });
      return lab;
    } catch (error) {
      // The reason why it did not boot is what matters; what could not be removed is swept at the next start.
      await lab.down().catch((failure: Error) => reporter.step(failure.message));
      throw error;
    }
  }

  /** A lab that is running already, by its run id or its stack. */
  static async attach(name: string): Promise<Lab> {
    const engine = new Engine(await probeHost());
    const runs = await listRuns(engine);
    const byStack = runs.filter((run) => run.stack === name);
    const found = runs.find((run) => run.runId === name) ?? byStack[0];
    if (found === undefined) {
      throw noSuchLab(
        name,
        runs.map(({ stack, runId }) => `${stack} (run ${runId})`),
      );
    }
    if (found.runId !== name && byStack.length > 1) {
      throw severalLabs(
        name,
        byStack.map(({ runId }) => runId),
      );
    }
    const machines = found.machines.map((machine) => labMachine(machine, machine.container));
    return new Lab(engine, found.runId, found.stack, found.keep, machines);
  }

  /** Every lab on this host, those of other processes too. */
  static async list(): Promise<LabRun[]> {
    return listRuns(new Engine(await probeHost()));
  }

  /** Counts what all labs on this host consist of. */
  static async count(): Promise<Proof> {
    return countRun(new Engine(await probeHost()));
  }

  /** Removes labs whose owner died, except kept ones. Returns what it removed. */
  static async sweep(): Promise<LabRun[]> {
    return Lab.sweepWith(new Engine(await probeHost()), silentReporter);
  }

  private static async sweepWith(engine: Engine, reporter: LabReporter): Promise<LabRun[]> {
    const swept = await sweepRuns(engine);
    for (const { stack, runId } of swept) reporter.step(`removed the lab of ${stack} (run ${runId}), whose owner died`);
    return swept;
  }

  /** Runs a program on a machine, as root and without a shell. Rejects when the machine is not running. */
  async exec(machine: string, argv: readonly string[], options: ExecOptions = {}): Promise<CommandResult> {
    const { timeout = 60, input } = options;
    const { container } = this.machine(machine);
    const interactive = input === undefined ? [] : ["--interactive"];
    // Ending the engine's client would leave the program running, so that the machine itself keeps the time.
    const command = ["exec", ...interactive, container, "timeout", "-k", "2", String(timeout), ...argv];
    const result = await this.engine.run(command, { input, timeout: timeout + 15 });
    if (result.status >= 125 && !(await this.isRunning(machine))) throw machineIsOff(machine);
    return result;
  }

  /** The host keys of all machines, in the form of OpenSSH's known_hosts. They stay the same as long as the lab does. */
  async knownHosts(): Promise<string> {
    const lines = await Promise.all(
      this.machines.map(async ({ name, address, sshPort }) => {
        const { stdout } = await this.exec(name, ["sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub"]);
        const host = sshPort === 22 ? address : `[${address}]:${sshPort}`;
        return stdout.replace(/^(\S+ \S+).*$/gm, `${host} $1`);
      }),
    );
    return lines.join("");
  }

  /** Power loss: no process shuts down, no connection is closed, no packet leaves the machine any more. Its disk stays. */
  async powerOff(machine: string): Promise<void> {
    const { container } = this.machine(machine);
    await this.engine.run(["kill", "--signal", "KILL", container]);
    for (const deadline = Date.now() + 20_000; await this.isRunning(machine); await sleep(50)) {
      if (Date.now() > deadline) throw new Error(`machine ${machine} is still running 20 s after it lost its power`);
    }
  }

  /** Starts the machine again and waits until it can be logged in to. Addresses and files are those that it had. */
  async powerOn(machine: string): Promise<void> {
    const target = this.machine(machine);
    await this.engine.output(["start", target.container]);
    await awaitSsh(this.engine, target);
  }

  /** The machine stands still, with its connections open and unanswered: the grey failure. */
  async pause(machine: string): Promise<void> {
    await this.engine.output(["pause", this.machine(machine).container]);
  }

  async unpause(machine: string): Promise<void> {
    await this.engine.output(["unpause", this.machine(machine).container]);
  }

  /** False for a machine without power; true for a paused one. */
  async isRunning(machine: string): Promise<boolean> {
    const { container } = this.machine(machine);
    const state = await this.engine.run(["container", "inspect", "--format", "{{.State.Status}}", container]);
    return state.status === 0 && hasPower(state.stdout.trim());
  }

  /** Removes the lab and counts what is left of it, which is nothing; rejects otherwise. May be called again. */
  down(): Promise<Proof> {
    return removeRun(this.engine, this.runId);
  }

  private machine(name: string): LabMachine {
    const found = this.machines.find((machine) => machine.name === name);
    if (found === undefined) {
      throw unknownMachine(
        name,
        this.machines.map((machine) => machine.name),
      );
    }
    return found;
  }
}

function networkArguments(
  engine: Engine,
  name: string,
  { cidr, gateway }: { cidr: string; gateway: string },
  labels: readonly string[],
): string[] {
  // Names are the business of the stack; without it, machines ask the host's own name servers.
  const noNames = engine.host.engine === "podman" ? ["--disable-dns"] : [];
  return ["network", "create", ...noNames, "--subnet", cidr, "--gateway", gateway, ...labels, name];
}

/** Engine networks first: their refusal says which lab it is, that of the bridge's interface does not. */
async function takenSubnets(engine: Engine) {
  const networks = (await engine.networks()).flatMap(({ name, subnets, labels }) => {
    const run = parseRun(labels);
    const lab = run === undefined ? "" : ` (lab ${run.stack}, run ${run.runId})`;
    return subnets.map((cidr) => ({ cidr, holder: `the ${engine.host.engine} network ${name}${lab}` }));
  });
  return [...networks, ...(await hostSubnets())];
}

async function refuseSecondLab(engine: Engine, stack: string): Promise<void> {
  const other = (await listRuns(engine)).find((run) => run.stack === stack);
  if (other !== undefined) throw labExists(stack, other.runId);
}

const newRunId = (stack: string): string =>
  `${stack
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 24)}-${randomBytes(3).toString("hex")}`;
