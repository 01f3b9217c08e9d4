import { setTimeout as sleep } from "node:timers/promises";
import { Duration } from "../duration";
import type { Fault } from "./drill-fault";
import { type FaultInstant, isStarved, measure } from "./drill-metrics";
import { breaches, promiseFor } from "./drill-promise";
import type { DrillResult, Verdict, Writes } from "./drill-result";
import { chooseTarget, type DrillTarget } from "./drill-target";
import type { RunningHive } from "./running-hive";
import { OpenLoopClient } from "./open-loop-client";
import { OrdersWorkload } from "./orders-workload";
import type { SeededRandom } from "./random";
import { hasFailed, type RequestRecord } from "./request-record";
import { type WriteCheck, WriteChecker } from "./write-checker";

export interface DrillOptions {
  readonly random: SeededRandom;
  /** Requests per second. @default 100 */
  readonly rate?: number;
  /** Without a fault; every request of it must succeed. @default 5 s */
  readonly baseline?: Duration;
  /** What is judged; the fault comes in its first second. @default 14 s (1,400 requests at the default rate) */
  readonly window?: Duration;
  /** How long the hive may take to be whole, before the fault and after power on. @default 3 min */
  readonly patience?: Duration;
  /** Learns each step as it begins, in words. */
  readonly onStep?: (step: string) => void;
  readonly signal?: AbortSignal;
  /** Gets every request of the drill, so that the writes can be looked up once more at the very end. */
  readonly onRecords?: (records: readonly RequestRecord[]) => void;
}

/** The fault begins this long after the window, and at most this much later, drawn from the seed. */
const FAULT_FROM_SECONDS = 0.25;
const FAULT_TO_SECONDS = 1.25;

const CUT_NETWORK = [
  "sh",
  "-c",
  'for i in /sys/class/net/*; do [ "${i##*/}" = lo ] || ip link set "${i##*/}" down; done',
];

interface Run {
  readonly window: readonly RequestRecord[];
  readonly all: readonly RequestRecord[];
  readonly fault?: FaultInstant;
  readonly doubts: readonly string[];
}

interface Healing {
  readonly missing: readonly string[];
  /** From power on, the machine's boot included. */
  readonly seconds: number;
}

/**
 * One drill: whole hive, clean baseline, power loss, measurement, power on, whole hive again, read-back of every write.
 * Never leaves the machine without power, also when it fails or is aborted.
 */
export class Drill {
  private readonly startedAt = new Date();
  private readonly baseline: number;
  private readonly window: number;
  private readonly rate: number;
  private readonly patience: Duration;

  constructor(
    private readonly hive: RunningHive,
    private readonly fault: Fault,
    private readonly options: DrillOptions,
  ) {
    this.rate = options.rate ?? 100;
    this.baseline = (options.baseline ?? Duration.seconds(5)).toSeconds();
    this.window = (options.window ?? Duration.seconds(14)).toSeconds();
    this.patience = options.patience ?? Duration.minutes(3);
  }

  /** @throws the signal's reason when aborted; anything else that goes wrong with the hive is a verdict. */
  async run(): Promise<DrillResult> {
    const { signal, random } = this.options;
    this.step("waiting for a whole hive");
    const lacking = await this.waitUntilWhole();
    if (lacking.length > 0) return this.inconclusive([`the hive is not whole before the fault: ${lacking.join("; ")}`]);
    const target = await chooseTarget(this.hive, this.fault, random);
    if (target === undefined) return this.inconclusive(["the hive does not say which machine has the role"]);
    const orders = await this.hive.readOrders(signal);
    if (orders === undefined) return this.inconclusive(["the orders could not be read before the fault"], target);

    let off = false;
    try {
      const run = await this.underLoad(target, () => (off = true));
      this.options.onRecords?.(run.all);
      if (run.fault === undefined) return this.inconclusive(run.doubts, target);
      const movedTo = await this.successor(target);
      this.step(`${target.machine} gets its power back; waiting until the hive has healed itself`);
      const begin = performance.now();
      await this.hive.machines.powerOn(target.machine);
      off = false;
      const missing = await this.waitUntilWhole();
      const healing = { missing, seconds: (performance.now() - begin) / 1000 };
      this.step("reading back every write");
      const checker = new WriteChecker(orders);
      checker.record(run.all);
      const present = await this.hive.readOrders(signal);
      const writes = present && checker.check(present);
      return this.judge(target, run, run.fault, movedTo, healing, writes);
    } finally {
      if (off) await this.hive.machines.powerOn(target.machine).catch(() => undefined);
    }
  }

  private waitUntilWhole(): Promise<readonly string[]> {
    return this.hive.waitUntilWhole(this.patience, this.options.signal, (first) => this.step(`waiting: ${first}`));
  }

  /** Runs the client, and takes the power in the middle when the baseline was clean. */
  private async underLoad(target: DrillTarget, onPowerOff: () => void): Promise<Run> {
    const { random, signal } = this.options;
    const { address, port } = this.hive.roles.entrance;
    const workload = new OrdersWorkload({ random });
    const client = new OpenLoopClient({ target: { address, port }, workload, rate: this.rate });
    const faultAt = this.baseline + random.between(FAULT_FROM_SECONDS, FAULT_TO_SECONDS);
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);

    this.step(`baseline: ${this.rate} requests/s for ${this.baseline} s must all succeed`);
    const running = client.run(Math.round((this.baseline + this.window) * this.rate), either);
    // Awaited below; the handler only keeps an abort before that from being an unhandled rejection.
    running.catch(() => undefined);
    await sleep(faultAt * 1000, undefined, { signal });
    const doubts = this.baselineDoubts(client.records);
    if (doubts.length > 0) {
      stop.abort();
      await running.catch(() => undefined);
      return { window: [], all: client.records, doubts };
    }
    this.step(`${this.fault.title}: ${target.machine}; measuring ${this.window} s`);
    const from = client.elapsed;
    onPowerOff();
    const to = await this.cutPower(target.machine, () => client.elapsed);
    const fault = { from, to };
    const all = await running;
    const alive = await this.hive.machines.isRunning(target.machine);
    return {
      window: all.filter(({ intended }) => intended >= this.baseline),
      all,
      fault,
      doubts: alive ? [`${target.machine} still runs: the fault did not take effect`] : [],
    };
  }

  /**
   * The network goes first and the processes after it, because a kernel that ends processes says goodbye for them: it
   * closes their connections and refuses new ones, for as long as it takes to end them all. A machine without power is
   * silent from one moment to the next.
   *
   * @returns the moment at which it was silent
   */
  private async cutPower<T>(machine: string, now: () => T): Promise<T> {
    const silent = await this.hive.machines
      .exec(machine, CUT_NETWORK)
      .then(({ status }) => (status === 0 ? now() : undefined));
    await this.hive.machines.powerOff(machine);
    return silent ?? now();
  }

  private baselineDoubts(records: readonly RequestRecord[]): string[] {
    const baseline = records.filter(({ intended }) => intended < this.baseline);
    const planned = Math.round(this.baseline * this.rate);
    const failed = baseline.filter(hasFailed);
    const unanswered = planned - baseline.length;
    if (failed.length === 0 && unanswered <= 0) return [];
    const kinds = [...new Set(failed.map(({ error }) => error))].join(", ");
    return [
      `the baseline without a fault is not clean: of ${planned} requests ${failed.length} failed` +
        `${kinds === "" ? "" : ` (${kinds})`} and ${unanswered} had no answer in time`,
    ];
  }

  private async successor({ machine }: DrillTarget): Promise<string | null> {
    const others = this.fault.key === "lb" ? await this.hive.addressHolders() : [await this.hive.writer()];
    return this.fault.key === "web" ? null : (others.find((other) => other !== undefined && other !== machine) ?? null);
  }

  private judge(
    target: DrillTarget,
    run: Run,
    fault: FaultInstant,
    movedTo: string | null,
    healing: Healing,
    writes: WriteCheck | undefined,
  ): DrillResult {
    const metrics = measure(run.window, fault);
    const doubts = [...run.doubts];
    if (isStarved(metrics)) {
      const { p99, worst } = metrics.sendLagSeconds;
      doubts.push(
        `the client was late itself (99 % within ${p99.toFixed(2)} s, worst ${worst.toFixed(2)} s): the host is too busy`,
      );
    }
    if (writes === undefined) doubts.push("the orders could not be read back");
    const broken = breaches(promiseFor(target.roles), metrics, writes);
    if (healing.missing.length > 0)
      broken.push(`not whole again after ${this.patience.toString()}: ${healing.missing.join("; ")}`);
    // A lost write stays lost, however the rest was measured.
    const verdict: Verdict =
      (writes?.lost ?? 0) > 0 || (broken.length > 0 && doubts.length === 0)
        ? "broken"
        : doubts.length > 0
          ? "inconclusive"
          : "kept";
    return {
      ...this.common(target),
      ...metrics,
      ...(writes ?? this.unchecked(run.all)),
      verdict,
      reasons: [...doubts, ...broken],
      movedTo,
      healedSeconds: healing.missing.length > 0 ? null : healing.seconds,
      faultAtSeconds: fault.from - this.baseline,
    };
  }

  private inconclusive(reasons: readonly string[], target?: DrillTarget): DrillResult {
    return {
      ...this.common(target),
      ...measure([], { from: 0, to: 0 }),
      ...this.unchecked([]),
      verdict: "inconclusive",
      reasons,
      movedTo: null,
      healedSeconds: null,
      faultAtSeconds: null,
    };
  }

  private unchecked(records: readonly RequestRecord[]): Writes {
    const checker = new WriteChecker();
    checker.record(records);
    const { acknowledged, unknown } = checker.check([]);
    return { acknowledged, unknown, lost: null, recovered: null, unexpected: null, duplicated: null, lostIds: [] };
  }

  private common(target?: DrillTarget) {
    return {
      fault: this.fault.name,
      machine: target?.machine ?? null,
      roles: target?.roles ?? [],
      startedAt: this.startedAt.toISOString(),
      tookSeconds: (Date.now() - this.startedAt.getTime()) / 1000,
    };
  }

  private step(step: string): void {
    this.options.onStep?.(step);
  }
}
