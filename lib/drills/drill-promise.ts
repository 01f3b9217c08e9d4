import { Duration } from "../core/duration";
import type { DrillMetrics } from "./drill-metrics";
import type { WriteCheck } from "./write-checker";

/** What a client may notice at most when machines are lost. An acknowledged write is never lost, whatever is lost. */
export interface DrillPromise {
  /** Failed requests; `open` allows those whose connection was open at that instant, and no other. @default no limit */
  readonly failed?: number | "open";
  /** Longest right answer. @default no limit */
  readonly worst?: Duration;
  /** Longest time without an acknowledged write. */
  readonly writeGap: Duration;
  /** From the fault until the last failure of a request that came after it. @default no limit */
  readonly lastFailure?: Duration;
}

/** The same as it stands in the JSON file. Times are seconds; null is no limit. */
export interface PromisedLimits {
  readonly failed: number | "open" | null;
  readonly worstSeconds: number | null;
  readonly writeGapSeconds: number;
  readonly lastFailureSeconds: number | null;
}

/** What a machine does for the hive at the moment at which it dies. One machine can have several roles, and a zone all. */
export type MachineRole = "web" | "address-holder" | "database";

/** Limits of the project's own goals; the measurements that they improve on are in `faults/`. */
export const PROMISES: Readonly<Record<MachineRole, DrillPromise>> = {
  web: { failed: 0, worst: Duration.millis(600), writeGap: Duration.millis(600) },
  // 1.0 s is the floor for a client whose first SYN was lost: TCP repeats it after 1 s.
  "address-holder": { failed: "open", worst: Duration.millis(1300), writeGap: Duration.millis(1300) },
  // Writes wait, or fail where the application does not wait, until the remaining members have agreed on a new writer.
  database: { writeGap: Duration.millis(2500) },
};

/** The promise for a machine with several roles: of each limit the widest, because its roles fail at once. */
export function promiseFor(roles: readonly MachineRole[]): DrillPromise {
  const [first, ...others] = roles.map((role) => PROMISES[role]);
  if (first === undefined) return PROMISES.web;
  return others.reduce(widest, first);
}

function widest(a: DrillPromise, b: DrillPromise): DrillPromise {
  return {
    failed: a.failed === undefined || b.failed === undefined ? undefined : widestFailed(a.failed, b.failed),
    worst: a.worst === undefined || b.worst === undefined ? undefined : longer(a.worst, b.worst),
    writeGap: longer(a.writeGap, b.writeGap),
  };
}

const widestFailed = (a: number | "open", b: number | "open"): number | "open" =>
  a === "open" || b === "open" ? "open" : Math.max(a, b);
const longer = (a: Duration, b: Duration): Duration => (a.toMillis() >= b.toMillis() ? a : b);

/**
 * The promise for a zone. What the program promises its visitors for that loss counts; where it promises nothing, roles that are
 * lost together are allowed what they are on one machine.
 *
 * @param rto the program's, for a zone
 */
export function promiseForZone(roles: readonly MachineRole[], rto: Duration | undefined): DrillPromise {
  return rto === undefined ? promiseFor(roles) : { worst: rto, writeGap: rto, lastFailure: rto };
}

export function limitsOf({ failed, worst, writeGap, lastFailure }: DrillPromise): PromisedLimits {
  return {
    failed: failed ?? null,
    worstSeconds: worst?.toSeconds() ?? null,
    writeGapSeconds: writeGap.toSeconds(),
    lastFailureSeconds: lastFailure?.toSeconds() ?? null,
  };
}

/** A promise that was not kept. */
export interface Breach {
  readonly text: string;
  /** By how much, where a slow host alone can do the same; absent where it cannot, as with a lost write. */
  readonly excess?: TimeExcess | CountExcess;
}

/** Something took longer than it may. Seconds. */
export interface TimeExcess {
  readonly measured: number;
  readonly limit: number;
}

/** More requests failed than may. */
export interface CountExcess {
  readonly requests: number;
}

/** Each promise that was not kept; empty when all were. */
export function breaches(promise: DrillPromise, metrics: DrillMetrics, writes: WriteCheck | undefined): Breach[] {
  const found: Breach[] = [];
  const { failed, failedAfterFault } = metrics;
  if (promise.failed === "open" && failedAfterFault > 0) {
    found.push({
      text: `${failedAfterFault} requests failed that had no connection open when the power went; promised are 0`,
      excess: { requests: failedAfterFault },
    });
  }
  if (typeof promise.failed === "number" && failed > promise.failed) {
    found.push({
      text: `${failed} requests failed; promised are at most ${promise.failed}`,
      excess: { requests: failed - promise.failed },
    });
  }
  limit(found, "the worst answer took", metrics.worstSeconds, promise.worst);
  limit(found, "no write was acknowledged for", metrics.writeGapSeconds, promise.writeGap);
  const failing = failedAfterFault > 0 ? metrics.lastFailureSeconds : null;
  limit(found, "requests that came after the fault failed for", failing, promise.lastFailure);
  if (writes !== undefined && writes.lost > 0)
    found.push({ text: `${writes.lost} acknowledged writes are lost: ${writes.lostIds.join(", ")}` });
  if (writes !== undefined && writes.unexpected > 0)
    found.push({ text: `${writes.unexpected} orders are there that nobody placed` });
  return found;
}

function limit(found: Breach[], what: string, measured: number | null, allowed: Duration | undefined): void {
  if (measured === null || allowed === undefined || measured <= allowed.toSeconds()) return;
  found.push({
    text: `${what} ${measured.toFixed(2)} s; promised are at most ${allowed.toString()}`,
    excess: { measured, limit: allowed.toSeconds() },
  });
}
