import { Drill, type DrillOptions } from "./drill";
import type { Fault } from "./faults/fault";
import type { DrillResult } from "./drill-result";
import type { SeededRandom } from "./random";
import type { RequestRecord } from "./request-record";
import type { RunningHive } from "./running-hive";
import { type WriteCheck, WriteChecker } from "./write-checker";

export interface SuiteOptions extends Omit<DrillOptions, "onStep" | "onRecords" | "random"> {
  readonly random: SeededRandom;
  /** Wraps each drill, to show which one runs; `detail` takes its steps. */
  readonly around?: <T>(fault: Fault, work: (detail: (line: string) => void) => Promise<T>) => Promise<T>;
}

export interface SuiteResult {
  readonly drills: readonly DrillResult[];
  /** Every write of all drills, looked up once more after the last; null when the orders could not be read. */
  readonly finally: WriteCheck | null;
}

/**
 * Drills in turn, each with the hive whole again after the one before, and all writes looked up at the very end: a later
 * drill may lose what an earlier one wrote.
 *
 * @throws DrillError before anything is touched, when a fault does not fit the hive
 */
export async function runDrills(
  hive: RunningHive,
  faults: readonly Fault[],
  options: SuiteOptions,
): Promise<SuiteResult> {
  for (const fault of faults) {
    const unfit = fault.unfit(hive);
    if (unfit !== undefined) throw unfit.error;
  }
  const { around = (_, work) => work(() => undefined), ...drillOptions } = options;
  const records: RequestRecord[] = [];
  const before = await hive.readOrders(options.signal);
  const drills: DrillResult[] = [];
  for (const fault of faults) {
    const result = await around(fault, (onStep) =>
      new Drill(hive, fault, { ...drillOptions, onStep, onRecords: (made) => records.push(...made) }).run(),
    );
    drills.push(result);
  }
  const present = await hive.readOrders(options.signal);
  if (before === undefined || present === undefined) return { drills, finally: null };
  const checker = new WriteChecker(before);
  checker.record(records);
  return { drills, finally: checker.check(present) };
}
