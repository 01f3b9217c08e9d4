import type { DrillMetrics } from "./drill-metrics";
import type { MachineRole, PromisedLimits } from "./drill-promise";
import type { LeadingRole } from "../manifest/manifest";
import type { HostLoad } from "./host/host-load";
import type { WriteCheck } from "./write-checker";

/**
 * `kept`: everything that was promised held. `broken`: something did not. `inconclusive`: the drill could not tell,
 * because the hive was not well before, the fault did not happen, or the host was too slow itself.
 */
export type Verdict = "kept" | "broken" | "inconclusive";

type Measured = Omit<DrillMetrics, "requests" | "failed">;

/** What only the read-back at the end can tell; null when it failed. */
type ReadBack = "lost" | "recovered" | "unexpected" | "duplicated";
export type Writes = { readonly [Key in ReadBack]: number | null } & Omit<WriteCheck, ReadBack>;

/** A role that died with its machine, and who has it after the fault: null when nobody does. */
export interface Move {
  readonly role: LeadingRole;
  readonly from: string;
  readonly to: string | null;
}

/**
 * One drill, as it stands in the JSON file. Times are seconds; what was not measured is null. The fields from `fault` to
 * `lost` are a contract: they keep name, unit and meaning.
 */
export interface DrillResult extends Measured, Writes {
  /** Name of the fault: `web-power-loss`. */
  readonly fault: string;
  /** Null when no machine could be chosen, and where a whole zone was; `machines` has them all. */
  readonly machine: string | null;
  /** Every machine that lost its power; empty when none could be chosen. */
  readonly machines: readonly string[];
  /** Site and zone, `rack/a`, where all machines of a zone lost their power; else null. */
  readonly zone: string | null;
  /** In the window that is judged: 14 s with the fault in its first 2.5 s. */
  readonly requests: number;
  readonly failed: number;
  /** What the host was like in the window; null where nothing was measured, and in older files. */
  readonly host: HostLoad | null;
  /** What the machines did for the hive when they died. */
  readonly roles: readonly MachineRole[];
  /** What the drill is judged by; null when no machine could be chosen. */
  readonly promised: PromisedLimits | null;
  readonly verdict: Verdict;
  /** Why the verdict is not `kept`. */
  readonly reasons: readonly string[];
  /**
   * Who has the role that the drill is about, address or writer, after the fault; null when nobody else does, nothing moved, or a
   * zone died, of which `moved` has all roles.
   */
  readonly movedTo: string | null;
  /** Every role that somebody else had to take over. */
  readonly moved: readonly Move[];
  /** From power on until every tier is whole again, without a hand; null when it did not become so in time. */
  readonly healedSeconds: number | null;
  /** When the power went, counted from the begin of the measured window. */
  readonly faultAtSeconds: number | null;
  /** From then until no packet left any of the machines. */
  readonly cutSeconds: number | null;
  /** Wall clock, ISO 8601. */
  readonly startedAt: string;
  readonly tookSeconds: number;
}
