import { seconds } from "./format";
import type { Loss } from "./losses";

/** `RTO 2.1 s`, `down until db-a is repaired`. */
export function rtoText({ node, works, rtoSeconds }: Loss): string {
  if (rtoSeconds !== null) return `RTO ${seconds(rtoSeconds)}`;
  return works ? `down until somebody takes over from ${node}` : `down until ${node} is repaired`;
}

/** `RPO 0 s, not guaranteed`: never a bare 0 where it cannot be guaranteed. */
export function rpoText({ rpo }: Loss): string {
  if (rpo.seconds === null) return "RPO no limit";
  return `RPO ${seconds(rpo.seconds)}${rpo.guaranteed ? "" : ", not guaranteed"}`;
}
