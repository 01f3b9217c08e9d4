import type { Breach } from "./drill-promise";
import type { Verdict } from "./drill-result";

/** What a drill is judged by, when it has measured. */
export interface Judgement {
  /** Why it cannot be proof of anything: no fault, no read-back. */
  readonly doubts: readonly string[];
  /** The host, or the client on it, was too slow for what was promised to be seen as kept. */
  readonly slow: boolean;
  readonly broken: readonly Breach[];
  /** Those of `broken` that the host alone can have made. */
  readonly doubtful: readonly Breach[];
  /** Acknowledged writes that are gone. */
  readonly lost: number;
}

/**
 * A lost write stays lost, however the rest was measured. What the host alone can have made proves nothing, neither way; what it
 * cannot have made is broken on a slow host, too.
 */
export function drillVerdict({ doubts, slow, broken, doubtful, lost }: Judgement): Verdict {
  if (lost > 0) return "broken";
  if (doubts.length > 0) return "inconclusive";
  if (broken.length > doubtful.length) return "broken";
  return slow || doubtful.length > 0 ? "inconclusive" : "kept";
}
