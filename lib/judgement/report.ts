import type { DrillReport } from "../drills/drill-report";
import type { Disruption, ManifestPromise } from "../manifest/manifest";
import type { Prediction } from "./prediction";

/** Version of the JSON; raised when a field changes its meaning. */
export const REPORT_VERSION = 2;

/** Everything that Beehive can say about a hive: promise, prediction and proof. */
export interface Report {
  readonly version: typeof REPORT_VERSION;
  readonly prediction: Prediction;
  /** Errors first, then by how much they cost. */
  readonly findings: readonly Finding[];
  readonly promises: readonly PromiseVerdict[];
  readonly drills?: DrillEvidence;
  /** Promise, prediction, proof: one row for availability and for each disruption. */
  readonly table: readonly ReportRow[];
}

/** A rule that the hive breaks, with the counter-example. */
export interface Finding {
  /** Its name: `SHARED_FATE`. */
  readonly rule: string;
  /** `SHARED_FATE:site rack`: what an acknowledgement names. Stable between runs. */
  readonly id: string;
  /** `error`: one loss takes visitors or data away. `warning`: it will hurt. `note`: good to know. */
  readonly level: "error" | "warning" | "note";
  /** Construct path, one of its settings (`shop/entrance.serverTimeout`), or name of the node. */
  readonly subject: string;
  readonly message: string;
  readonly fix: string;
  /**
   * The counter-example: these nodes together take the entrance, or the tier that the rule is about, away. In rules about
   * time (`overTime`) for longer than they should; in the others until they are repaired.
   */
  readonly cutSet: readonly string[];
  /** `main.ts:23`, where the program makes what has to change. */
  readonly source?: string;
  /** Why the user accepts it. */
  readonly acknowledged?: string;
}

/** Whether one promise is kept, item by item. */
export interface PromiseVerdict {
  readonly promise: ManifestPromise;
  readonly kept: boolean;
  readonly items: readonly PromiseItem[];
  /** Changes that were tried out, cheapest that keeps everything first; empty when the promise is kept. */
  readonly fixes: readonly Fix[];
  readonly source?: string;
}

export interface PromiseItem {
  /** `availability`, `RTO machine`, `RPO zone`. */
  readonly what: string;
  readonly disruption?: Disruption;
  readonly promised: string;
  readonly predicted: string;
  readonly kept: boolean;
  /** What is missing, and what holds it back. */
  readonly missing?: string;
  /** A condition under which it holds. */
  readonly qualification?: string;
}

/** A change of the program, tried out by the engine. */
export interface Fix {
  /** As in the program: `shop/web: servers: 4, needed: 2`. */
  readonly change: string;
  /** Whether every item of the promise would be kept. */
  readonly keeps: boolean;
  /** Machines more than now. */
  readonly machines: number;
  /** What would be predicted. */
  readonly predicted: string;
}

/** The last drill, as far as it is about this stack. */
export interface DrillEvidence {
  readonly file: string;
  readonly startedAt?: string;
  /** The stack has changed since. */
  readonly stale: boolean;
  readonly report: DrillReport;
}

export interface ReportRow {
  /** `availability`, `a machine dies`, `shop/db loses a machine`. */
  readonly what: string;
  readonly promised?: string;
  readonly predicted: string;
  readonly drill?: string;
  readonly verdict: RowVerdict;
}

/**
 * What a row of the table comes to. `broken`: promise and prediction, or promise and drill, disagree. `open`: nothing is promised. Of
 * promises that the structure keeps, `proven`: a drill of this very stack measured it; `inconclusive`: the drill could not tell;
 * `stale`: it was of an older edition; `kept`: as predicted, and no drill has proven it.
 */
export type RowVerdict = "proven" | "kept" | "inconclusive" | "stale" | "broken" | "open";
