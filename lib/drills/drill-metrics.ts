import { hasFailed, isAcknowledgedWrite, type RequestRecord, responseTime, sendLag } from "./request-record";

/** When the machine lost power, in seconds since the client started: the command began, and it had taken effect. */
export interface FaultInstant {
  readonly from: number;
  readonly to: number;
}

/** What a client saw. Every time is in seconds. */
export interface DrillMetrics {
  readonly requests: number;
  /** Requests with no answer, a late one or a wrong one, and those that could not be sent. */
  readonly failed: number;
  /** Failed though they left after the power was gone, so that not even an open connection excuses them. */
  readonly failedAfterFault: number;
  /** Longest time from the moment at which a request should have left to its right answer; null without any. */
  readonly worstSeconds: number | null;
  /** Longest time after which a request turned out as failed; null without any. */
  readonly worstFailureSeconds: number | null;
  /** Longest time in which writes were waiting and none was acknowledged; null when nothing was written. */
  readonly writeGapSeconds: number | null;
  /** Of the requests with a right answer. */
  readonly percentiles: Percentiles | null;
  /** Counted from the fault. */
  readonly firstFailureSeconds: number | null;
  readonly lastFailureSeconds: number | null;
  /** Number of failed requests by cause. */
  readonly errors: Readonly<Record<string, number>>;
  /** How late the client itself was; see `isStarved`. */
  readonly sendLagSeconds: { readonly p99: number; readonly worst: number };
}

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
}

/**
 * @param records of the window to judge, in any order
 * @param fault when the power went
 */
export function measure(records: readonly RequestRecord[], fault: FaultInstant): DrillMetrics {
  const failures = records.filter(hasFailed);
  const answered = ascending(records.filter((record) => !hasFailed(record)).map(responseTime));
  const failureTimes = failures.map(({ done }) => done - fault.from);
  const lags = ascending(records.filter(({ sent }) => sent !== undefined).map(sendLag));
  return {
    requests: records.length,
    failed: failures.length,
    failedAfterFault: failures.filter((record) => !wasOpenAt(record, fault)).length,
    worstSeconds: answered.at(-1) ?? null,
    worstFailureSeconds: largest(failures.map(responseTime)),
    writeGapSeconds: longestWriteGap(records),
    percentiles: percentiles(answered),
    firstFailureSeconds: failureTimes.length === 0 ? null : Math.min(...failureTimes),
    lastFailureSeconds: largest(failureTimes),
    errors: countBy(failures.map(({ error }) => error ?? "")),
    sendLagSeconds: { p99: lags.length === 0 ? 0 : quantile(lags, 0.99), worst: lags.at(-1) ?? 0 },
  };
}

/** A connection that was open when the power went: begun before it was gone, not finished before it began to go. */
function wasOpenAt(record: RequestRecord, fault: FaultInstant): boolean {
  return record.sent !== undefined && record.sent <= fault.to && record.done >= fault.from;
}

/**
 * The longest time without an acknowledgement, from the moment at which the first write after the one before should have
 * left. A write that fails at once does not end it. Where writes are rare, the time in which nobody wrote does not count,
 * nor does the time after the last write should have left: when none comes back, the true gap is longer.
 */
export function longestWriteGap(records: readonly RequestRecord[]): number | null {
  const writes = records.filter(({ kind }) => kind === "write");
  if (writes.length === 0) return null;
  const last = Math.max(...writes.map(({ intended }) => intended));
  const events = writes.flatMap((write) => {
    const acknowledged = isAcknowledgedWrite(write);
    const end = acknowledged ? write.done : Math.min(write.done, last);
    return [
      { at: write.intended, waiting: 1, acknowledged: false },
      { at: end, waiting: -1, acknowledged },
    ];
  });
  events.sort((a, b) => a.at - b.at || b.waiting - a.waiting);
  let waiting = 0;
  let since: number | undefined;
  let longest = 0;
  for (const event of events) {
    waiting += event.waiting;
    since ??= event.at;
    longest = Math.max(longest, event.at - since);
    if (event.acknowledged) since = waiting > 0 ? event.at : undefined;
  }
  return longest;
}

/**
 * The client did not get the processor in time, so that what it measured is its own delay. A late client makes answers
 * look worse, never better, but the load that was promised did not reach the hive.
 */
export function isStarved(metrics: DrillMetrics): boolean {
  return metrics.sendLagSeconds.p99 > 0.1 || metrics.sendLagSeconds.worst > 0.4;
}

function percentiles(sorted: readonly number[]): Percentiles | null {
  if (sorted.length === 0) return null;
  const at = (part: number): number => quantile(sorted, part);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999) };
}

/** Nearest rank: a value that was measured, never one between two. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const largest = (numbers: readonly number[]): number | null => (numbers.length === 0 ? null : Math.max(...numbers));

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
