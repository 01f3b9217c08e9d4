import { setTimeout as sleep } from "node:timers/promises";
import { Duration } from "../core/duration";
import { type FaultInstant, measure } from "./drill-metrics";
import { type Breach, breaches, type DrillPromise, limitsOf, promiseFor, promiseForZone } from "./drill-promise";
import type { DrillResult, Move, Writes } from "./drill-result";
import { type DrillTarget, leadersOf } from "./drill-target";
import type { Fault, Injection } from "./faults/fault";
import { BareServer } from "./host/bare-server";
import { couldBeHost, hostReasons } from "./host/host-doubt";
import { drillVerdict } from "./drill-verdict";
import { type HostLoad, watchHost } from "./host/host-load";
import type { RunningHive } from "./running-hive";
import { OpenLoopClient } from "./open-loop-client";
import { OrdersWorkload } from "./orders-workload";
import type { SeededRandom } from "./random";
import { hasFailed, isAcknowledgedWrite, type RequestRecord } from "./request-record";
import { type WriteCheck, WriteChecker } from "./write-checker";

export interface DrillOptions {
  readonly random: SeededRandom;
  /** Requests per second. @default 100 */
  readonly rate?: number;
  /** Without a fault; every request of it must succeed. @default 5 s */
  readonly baseline?: Duration;
  /** What is judged; the fault comes in its first 2.5 s. @default 14 s (1,400 requests at the default rate) */
  readonly window?: Duration;
  /** How long before the fault the machines are told of it, see `PowerLoss`. @default 1 s */
  readonly notice?: Duration;
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

interface Run {
  readonly window: readonly RequestRecord[];
  readonly all: readonly RequestRecord[];
  /** Absent where the baseline was not clean, so that nothing was done. */
  readonly measured?: { readonly fault: FaultInstant; readonly host: HostLoad };
  readonly doubts: readonly string[];
}

interface Healing {
  readonly missing: readonly string[];
  /** From power on, the machine's boot included. */
  readonly seconds: number;
}

/**
 * One drill: whole hive, clean baseline, fault, measurement, its end, whole hive again, read-back of every write.
 * Never leaves a fault behind, also when it fails or is aborted.
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
    const target = this.fault.choose(this.hive, await leadersOf(this.hive), random);
    if (target === undefined) return this.inconclusive(["the hive does not say which machine has the role"]);
    const orders = await this.hive.readOrders(signal);
    if (orders === undefined) return this.inconclusive(["the orders could not be read before the fault"], target);

    const injection = this.fault.make(this.hive.machines, this.options.notice);
    const bare = await BareServer.start();
    try {
      const run = await this.underLoad(target, injection, bare);
      this.options.onRecords?.(run.all);
      if (run.measured === undefined) return this.inconclusive(run.doubts, target);
      const moved = await this.moves(target);
      this.step(`${injection.undoing} for ${whatOf(target)}; waiting until the hive has healed itself`);
      const begin = performance.now();
      await injection.undo();
      const missing = await this.waitUntilWhole();
      const healing = { missing, seconds: (performance.now() - begin) / 1000 };
      this.step("reading back every write");
      const checker = new WriteChecker(orders);
      checker.record(run.all);
      const present = await this.hive.readOrders(signal);
      const writes = present && checker.check(present);
      return this.judge(target, { ...run, ...run.measured }, moved, healing, writes);
    } finally {
      await Promise.allSettled([injection.undo(), bare.stop()]);
    }
  }

  private waitUntilWhole(): Promise<readonly string[]> {
    return this.hive.waitUntilWhole(this.patience, this.options.signal, (first) => this.step(`waiting: ${first}`));
  }

  /** Runs the client, and makes the fault in the middle when the baseline was clean. */
  private async underLoad(target: DrillTarget, injection: Injection, bare: BareServer): Promise<Run> {
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
    await sleep(this.baseline * 1000, undefined, { signal });
    const watching = watchHost(bare.target, this.window, running, either);
    watching.catch(() => undefined);
    await sleep(Math.max(0, faultAt - client.elapsed) * 1000, undefined, { signal });
    const doubts = this.baselineDoubts(client.records);
    if (doubts.length > 0) {
      stop.abort();
      await Promise.allSettled([running, watching]);
      return { window: [], all: client.records, doubts };
    }
    this.step(`${this.fault.title}: ${whatOf(target)}; measuring ${this.window} s`);
    const fault = await injection.inject(target.machines, () => client.elapsed);
    const [all, host] = await Promise.all([running, watching]);
    return {
      window: all.filter(({ intended }) => intended >= this.baseline),
      all,
      measured: { fault, host },
      doubts: await injection.doubts(target.machines),
    };
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

  /** Who has, after the fault, each role that a machine had for all. */
  private async moves({ machines, leads }: DrillTarget): Promise<Move[]> {
    return Promise.all(
      leads.map(async ({ role, machine: from }) => {
        const now = role === "address" ? await this.hive.addressHolders() : [await this.hive.writer()];
        return { role, from, to: now.find((name) => name !== undefined && !machines.includes(name)) ?? null };
      }),
    );
  }

  private judge(
    target: DrillTarget,
    { window, all, fault, host, ...run }: Run & Required<Run>["measured"],
    moved: readonly Move[],
    healing: Healing,
    writes: WriteCheck | undefined,
  ): DrillResult {
    const metrics = measure(window, fault);
    const doubts = [...run.doubts];
    if (writes === undefined) doubts.push("the orders could not be read back");
    const broken: Breach[] = breaches(this.promiseOf(target), metrics, writes);
    if (healing.missing.length > 0)
      broken.push({ text: `not whole again after ${this.patience.toString()}: ${healing.missing.join("; ")}` });
    if (broken.length === 0 && !window.some((record) => isAcknowledgedWrite(record) && record.intended > fault.to))
      doubts.push(`no write that came after the fault was acknowledged within the ${this.window} s that were measured`);
    const doubtful = broken.filter((breach) => couldBeHost(breach, host, metrics));
    const slow = hostReasons(doubtful, host, metrics);
    const lost = writes?.lost ?? 0;
    return {
      ...this.common(target),
      ...metrics,
      ...(writes ?? this.unchecked(all)),
      verdict: drillVerdict({ doubts, slow: slow.length > 0, broken, doubtful, lost }),
      reasons: [...doubts, ...slow, ...broken.map(({ text }) => text)],
      host,
      movedTo: moved.find(({ role }) => role === this.fault.leads)?.to ?? null,
      moved,
      healedSeconds: healing.missing.length > 0 ? null : healing.seconds,
      faultAtSeconds: fault.from - this.baseline,
      cutSeconds: fault.to - fault.from,
    };
  }

  /** For a zone, what the program promises those who come in at the entrance that the client uses. */
  private promiseOf({ zone, roles }: DrillTarget): DrillPromise {
    if (zone === undefined) return promiseFor(roles);
    const { manifest } = this.hive;
    const entrance = this.hive.roles.entrance.tier.path;
    const promised = manifest.promises
      .filter((promise) => promise.entrance === entrance)
      .flatMap(({ rto }) => rto.zone ?? []);
    return promiseForZone(roles, promised.length === 0 ? undefined : Duration.seconds(Math.min(...promised)));
  }

  private inconclusive(reasons: readonly string[], target?: DrillTarget): DrillResult {
    return {
      ...this.common(target),
      ...measure([], { from: 0, to: 0 }),
      ...this.unchecked([]),
      verdict: "inconclusive",
      reasons,
      host: null,
      movedTo: null,
      moved: [],
      healedSeconds: null,
      faultAtSeconds: null,
      cutSeconds: null,
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
      machine: target?.zone === undefined ? (target?.machines[0] ?? null) : null,
      machines: target?.machines ?? [],
      zone: target?.zone ?? null,
      roles: target?.roles ?? [],
      promised: target === undefined ? null : limitsOf(this.promiseOf(target)),
      startedAt: this.startedAt.toISOString(),
      tookSeconds: (Date.now() - this.startedAt.getTime()) / 1000,
    };
  }

  private step(step: string): void {
    this.options.onStep?.(step);
  }
}

/** `db-a`, `rack/a (lb-1, web-1, db-a)`. */
function whatOf({ machines, zone }: DrillTarget): string {
  const names = machines.join(", ");
  return zone === undefined ? names : `${zone} (${names})`;
}
