import { setTimeout as sleep } from "node:timers/promises";
import { Duration } from "../core/duration";
import { parallel } from "../core/parallel";
import { HiveProbes } from "../drills/hive-probes";
import type { CommandResult } from "../drills/machines";
import { locatedMachines, type LocatedMachine } from "../manifest/located-machines";
import type { Manifest } from "../manifest/manifest";
import {
  addressesUnknown,
  gateFailed,
  machineFailed,
  notSurveyed,
  notWhole,
  unreachable,
  UpgradeError,
} from "./errors";
import { finishedSchema, type MachineSurvey, needsVisit, outcomeSchema, surveySchema } from "./machine-survey";
import { ConnectionLost, type RemoteMachine } from "./remote-machine";
import { allWaves, nextWave, refuseMix, refuseOutage } from "./upgrade-plan";

export interface UpgradeOptions {
  readonly manifest: Manifest;
  /** Holds a machine. Rejects with the reason, in words, when it cannot be held. */
  readonly connect: (machine: LocatedMachine) => Promise<RemoteMachine>;
  /** Whether machines that want it are rebooted. */
  readonly reboot: boolean;
  /** Whether packages from elsewhere than Debian are upgraded, too. */
  readonly foreign: boolean;
  /** Paths of tiers that may be down for a while. */
  readonly acceptOutage: readonly string[];
  /** How long a gate may take, and a machine to come back from a reboot. */
  readonly patience: Duration;
  /** Stops after the machines that are being upgraded. */
  readonly signal: AbortSignal;
  readonly reporter: UpgradeReporter;
}

export interface UpgradeReporter {
  step<T>(title: string, work: (detail: (line: string) => void) => Promise<T>): Promise<T>;
}

/** What an upgrade has found out before it touches anything. */
export interface UpgradePlan {
  readonly surveys: ReadonlyMap<string, MachineSurvey>;
  /** Machines that are upgraded at once, one wave after the other. */
  readonly waves: readonly (readonly string[])[];
  /** Who leads, by the paths of tiers. */
  readonly leaders: ReadonlyMap<string, readonly string[]>;
}

/** What was done to one machine. */
export interface UpgradedMachine {
  readonly name: string;
  readonly packages: number;
  readonly restarted: readonly string[];
  readonly rebooted: boolean;
  /** Seconds until the whole hive was whole again. */
  readonly seconds: number;
  /** Why it still wants a reboot. */
  readonly reboot: readonly string[];
}

const WIDTH = 8;
const POLL = Duration.seconds(1);
const AGAIN = Duration.seconds(2);
/** Before anything was touched nothing has to come back: a check may just be late. */
const FIRST_PATIENCE = Duration.seconds(30);

/** An upgrade of all machines of a hive, each of which is held from the beginning to the end. */
export class Upgrade {
  /** @throws UpgradeError when one of the machines cannot be held. */
  static async begin(options: UpgradeOptions): Promise<Upgrade> {
    const { manifest, connect, reporter } = options;
    const located = locatedMachines(manifest, (names) => addressesUnknown(manifest.stack, names));
    const upgrade = new Upgrade(options, located);
    const problems: string[] = [];
    const refusals: UpgradeError[] = [];
    await reporter.step(`reaching ${located.length} machines`, () =>
      parallel(located, WIDTH, async (machine) => {
        try {
          upgrade.held.set(machine.name, await connect(machine));
        } catch (error) {
          refusals.push(...(error instanceof UpgradeError ? [error] : []));
          problems.push(`${machine.name} (${machine.address}): ${(error as Error).message}`);
        }
      }),
    );
    if (problems.length === 0) return upgrade;
    await upgrade.end();
    throw refusals[0] ?? unreachable(problems.sort());
  }

  private readonly held = new Map<string, RemoteMachine>();
  private readonly probes: HiveProbes;
  private readonly leaveOrder: readonly string[];

  private constructor(
    private readonly options: UpgradeOptions,
    private readonly located: readonly LocatedMachine[],
  ) {
    this.probes = new HiveProbes(located, { exec: (machine, command) => this.exec(machine, command) });
    this.leaveOrder = dependentsFirst(options.manifest);
  }

  /** Lets all machines go. */
  async end(): Promise<void> {
    await Promise.all([...this.held.values()].map((machine) => machine.close()));
  }

  /**
   * What there is to do, and in which order. Touches nothing but apt's lists.
   *
   * @throws UpgradeError when the hive cannot spare what has to go, or its order needs another way
   */
  async plan(): Promise<UpgradePlan> {
    const { manifest, reporter, foreign, reboot, acceptOutage } = this.options;
    const surveys = new Map<string, MachineSurvey>();
    const problems: string[] = [];
    await reporter.step("asking apt on every machine", () =>
      parallel(manifest.machines, WIDTH, async ({ name, packages }) => {
        try {
          surveys.set(name, surveySchema.parse(await this.machine(name).request({ do: "survey", foreign, packages })));
        } catch (error) {
          problems.push(`${name}: ${(error as Error).message}`);
        }
      }),
    );
    if (problems.length > 0) throw notSurveyed(problems.sort());
    refuseMix(manifest, surveys);
    const remaining = [...surveys].flatMap(([name, survey]) => (needsVisit(survey, reboot) ? [name] : []));
    refuseOutage(manifest, remaining, acceptOutage);
    const leaders = await this.leaders();
    const unfinished = unfinishedOf(surveys);
    return { surveys, leaders, waves: allWaves(manifest, { remaining, unfinished, leaders, first: true }) };
  }

  /**
   * Upgrades one wave after the other, and waits after each until the hive is whole.
   *
   * @param onWave gets what was done after each wave
   * @throws UpgradeError as soon as something is not as it should be; what comes later is not touched then
   */
  async run(plan: UpgradePlan, onWave: (done: readonly UpgradedMachine[]) => void): Promise<void> {
    const { manifest, patience, signal } = this.options;
    const unfinished = unfinishedOf(plan.surveys);
    let remaining = plan.waves.flat();
    if (remaining.length === 0) return;
    if (unfinished.length === 0) {
      const missing = await this.whole(FIRST_PATIENCE);
      if (missing.length > 0) throw notWhole(missing);
    }
    for (let first = true; remaining.length > 0; first = false) {
      signal.throwIfAborted();
      const wave = nextWave(manifest, { remaining, unfinished, leaders: await this.leaders(), first });
      remaining = remaining.filter((name) => !wave.includes(name));
      const begin = performance.now();
      const done = await this.upgradeAll(wave, plan, remaining);
      const missing = await this.whole(patience);
      // An upgrade that was cut off on several machines: the gate counts when the last of them is done.
      if (missing.length > 0 && !remaining.some((name) => unfinished.includes(name)))
        throw gateFailed(wave, missing, patience, remaining);
      const seconds = (performance.now() - begin) / 1000;
      onWave(done.map((one) => ({ ...one, seconds })));
    }
  }

  private async upgradeAll(wave: readonly string[], { surveys }: UpgradePlan, left: readonly string[]) {
    const done: Omit<UpgradedMachine, "seconds">[] = [];
    const problems: string[] = [];
    const title = `upgrading ${wave.join(", ")}`;
    await this.options.reporter.step(title, (detail) =>
      parallel(wave, WIDTH, async (name) => {
        const say = (line: string) => detail(wave.length > 1 ? `${name}: ${line}` : line);
        try {
          done.push(await this.upgradeOne(name, surveys.get(name)!, say));
        } catch (error) {
          problems.push(`${name}: ${(error as Error).message}${error instanceof ConnectionLost ? LOST : ""}`);
        }
      }),
    );
    if (problems.length > 0) throw machineFailed(problems.sort(), left);
    return done;
  }

  private async upgradeOne(name: string, { upgrades }: MachineSurvey, say: (line: string) => void) {
    const { reboot, foreign } = this.options;
    const tiers = this.leaveOrder;
    const machine = this.machine(name);
    const outcome = outcomeSchema.parse(await machine.request({ do: "upgrade", tiers, reboot, foreign }, say));
    const result = { name, packages: upgrades.length, rebooted: outcome.rebooting, reboot: outcome.reboot };
    if (!outcome.rebooting) return { ...result, restarted: outcome.restarted };
    await machine.close();
    await this.afterReboot(name, machine.boot, say);
    const { restarted } = finishedSchema.parse(await this.machine(name).request({ do: "finish", tiers }, say));
    return { ...result, restarted };
  }

  /** Holds the machine again, as soon as it has booted. */
  private async afterReboot(name: string, before: string, say: (line: string) => void): Promise<void> {
    const { connect, patience } = this.options;
    const location = this.located.find((machine) => machine.name === name)!;
    const deadline = performance.now() + patience.toMillis();
    for (;;) {
      let problem: string;
      try {
        const machine = await connect(location);
        if (machine.boot !== before) {
          this.held.set(name, machine);
          return;
        }
        await machine.close();
        problem = "it has not gone down yet";
      } catch (error) {
        problem = (error as Error).message;
      }
      if (performance.now() > deadline) throw new Error(`it is not back from its reboot: ${problem}`);
      say(`waiting for it to come back: ${problem}`);
      await sleep(AGAIN.toMillis());
    }
  }

  /** Asks until nothing is missing, or the time is over. @returns what is missing */
  private whole(patience: Duration): Promise<readonly string[]> {
    return this.options.reporter.step("gate: every tier is whole", async (detail) => {
      const deadline = performance.now() + patience.toMillis();
      for (;;) {
        const missing = await this.missing();
        const [first] = missing;
        if (first === undefined || performance.now() > deadline) return missing;
        detail(first);
        await sleep(POLL.toMillis());
      }
    });
  }

  private async missing(): Promise<string[]> {
    const { tiers } = this.options.manifest;
    const questions = [
      () => this.probes.missingServices(),
      () => this.probes.missingLeaders(tiers),
      () => this.probes.missingIn(tiers),
    ];
    for (const question of questions) {
      const missing = await question();
      if (missing.length > 0) return missing;
    }
    return [];
  }

  private async leaders(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { tiers } = this.options.manifest;
    return new Map(await Promise.all(tiers.map(async (tier) => [tier.path, await this.probes.leaders(tier)] as const)));
  }

  private async exec(machine: string, command: readonly string[]): Promise<CommandResult> {
    return (await this.machine(machine).request({ do: "run", command, timeout: 30 })) as CommandResult;
  }

  private machine(name: string): RemoteMachine {
    return this.held.get(name)!;
  }
}

const LOST = ". The machine ends by itself what it was doing; run the command again";

const unfinishedOf = (surveys: ReadonlyMap<string, MachineSurvey>): string[] =>
  [...surveys].flatMap(([name, { unfinished }]) => (unfinished ? [name] : []));

/** Paths of tiers, so that who needs another tier leaves before it does. */
export function dependentsFirst({ tiers }: Manifest): string[] {
  const order: string[] = [];
  const visit = (path: string): void => {
    if (order.includes(path)) return;
    for (const { path: other, needs } of tiers) if (needs.includes(path)) visit(other);
    order.push(path);
  };
  for (const { path } of tiers) visit(path);
  return order;
}
