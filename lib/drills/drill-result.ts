import type { DrillMetrics } from "./drill-metrics";
import type { FaultName } from "./drill-fault";
import type { MachineRole } from "./drill-promise";
import type { WriteCheck } from "./write-checker";

/**
 * `kept`: everything that was promised held. `broken`: something did not. `inconclusive`: the drill could not tell,
 * because the hive was not well before, the fault did not happen, or the client did not get the processor.
 */
export type Verdict = "kept" | "broken" | "inconclusive";

type Measured = Omit<DrillMetrics, "requests" | "failed">;

/** What only the read-back at the end can tell; null when it failed. */
type ReadBack = "lost" | "recovered" | "unexpected" | "duplicated";
export type Writes = { readonly [Key in ReadBack]: number | null } & Omit<WriteCheck, ReadBack>;

/**
 * One drill, as it stands in the JSON file. Times are seconds; what was not measured is null. The fields from `fault` to
 * `lost` are a contract: they keep name, unit and meaning.
 */
export interface DrillResult extends Measured, Writes {
  readonly fault: FaultName;
  /** Null when no machine could be chosen. */
  readonly machine: string | null;
  /** In the window that is judged: 14 s with the fault in its first second. */
  readonly requests: number;
  readonly failed: number;
  /** What the machine did for the hive when it died. */
  readonly roles: readonly MachineRole[];
  readonly verdict: Verdict;
  /** Why the verdict is not `kept`. */
  readonly reasons: readonly string[];
  /** Who holds the address, or takes the writes, after the fault; null when nobody else does or nothing moved. */
  readonly movedTo: string | null;
  /** From power on until every tier is whole again, without a hand; null when it did not become so in time. */
  readonly healedSeconds: number | null;
  /** When the power went, counted from the begin of the measured window. */
  readonly faultAtSeconds: number | null;
  /** Wall clock, ISO 8601. */
  readonly startedAt: string;
  readonly tookSeconds: number;
}
