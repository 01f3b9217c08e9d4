import { type Fault, type FaultName, FAULTS } from "./drill-fault";
import type { RunningHive } from "./running-hive";
import { zonesToSpare } from "./zones";

/** A drill that would run by default, and why it does not. */
export interface LeftOut {
  readonly fault: FaultName;
  readonly reason: string;
}

export interface DrillChoice {
  readonly faults: readonly Fault[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * The drills that were named, whether they fit or not; else all that there are, without that of a zone where the hive has none
 * to spare: many hives live in one zone on purpose.
 */
export function chooseFaults(hive: RunningHive, named: readonly Fault[] | undefined): DrillChoice {
  if (named !== undefined) return { faults: named, leftOut: [] };
  const { zones, lacks } = zonesToSpare(hive.manifest, hive.roles);
  if (zones.length > 0) return { faults: FAULTS, leftOut: [] };
  return {
    faults: FAULTS.filter(({ key }) => key !== "zone"),
    leftOut: FAULTS.filter(({ key }) => key === "zone").map(({ name }) => ({
      fault: name,
      reason: `no zone to spare: ${lacks.join("; ")}`,
    })),
  };
}
