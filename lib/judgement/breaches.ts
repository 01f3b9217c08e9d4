import type { Manifest, ManifestPromise } from "../manifest";
import { InvalidModelError } from "../resilience/errors";
import { fixesFor } from "./fixes";
import { itemsOf } from "./promise-verdict";
import type { Fix, PromiseItem } from "./report";

/** What synth says of one promise. */
export interface Breaches {
  /** Items that are not kept, each a sentence with what is missing; the first also names the fixes. */
  readonly breaches: readonly string[] & string[];
  readonly warnings: readonly string[];
}

export function breachesOf(manifest: Manifest, promise: ManifestPromise): Breaches {
  let items: PromiseItem[];
  try {
    items = itemsOf(manifest, promise);
  } catch (error) {
    if (!(error instanceof InvalidModelError)) throw error;
    return { breaches: [error.message], warnings: [] };
  }
  const broken = items.filter((item) => !item.kept);
  const where = manifest.sources[promise.path];
  const place = where === undefined ? "" : ` (${where})`;
  const breaches = broken.map(
    ({ what, promised, predicted, missing }) =>
      `${what} is promised as ${promised} and predicted as ${predicted}: ${missing ?? "it is too long"}.${place}`,
  );
  if (breaches.length > 0) breaches.push(adviceOf(fixesFor(manifest, promise)));
  const warnings = items
    .filter((item) => item.kept && item.qualification !== undefined)
    .map(({ what, promised, qualification }) => `${what} ${promised} holds with a condition: ${qualification}.`);
  return { breaches, warnings };
}

function adviceOf(fixes: readonly Fix[]): string {
  const keeping = fixes.filter(({ keeps }) => keeps);
  const say = ({ change, machines, predicted }: Fix) =>
    `"${change}" (${machines === 0 ? "no new machine" : `${machines} more ${machines === 1 ? "machine" : "machines"}`}; ${predicted})`;
  if (keeping.length > 0)
    return `tried out, cheapest first, each would keep the promise: ${keeping.map(say).join(", ")}.`;
  const rest = `Promise what it can keep, or tell Beehive what you measured (Reliability.measured on the site).`;
  if (fixes.length === 0) return `no change of settings, zones or machines that was tried brings it nearer. ${rest}`;
  return `no change that was tried keeps it; the best is ${say(fixes[0]!)}. ${rest}`;
}
