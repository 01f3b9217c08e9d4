import type { Fault } from "./faults/fault";
import { FAULTS } from "./faults/faults";
import type { RunningHive } from "./running-hive";

/** A drill that would run by default, and why it does not. */
export interface LeftOut {
  /** Name of the fault. */
  readonly fault: string;
  readonly reason: string;
}

export interface DrillChoice {
  readonly faults: readonly Fault[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * The drills that were named, whether they fit or not; else all that there are, without those that a hive may well have no use
 * for, such as that of a zone where all is in one.
 */
export function chooseFaults(hive: RunningHive, named: readonly Fault[] | undefined): DrillChoice {
  if (named !== undefined) return { faults: named, leftOut: [] };
  const leftOut = FAULTS.flatMap((fault) => {
    const reason = fault.unfit(hive)?.leaveOut;
    return reason === undefined ? [] : [{ fault: fault.name, reason }];
  });
  return { faults: FAULTS.filter(({ name }) => !leftOut.some(({ fault }) => fault === name)), leftOut };
}
