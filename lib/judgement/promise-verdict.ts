import type { Manifest } from "../manifest/manifest";
import { fixesFor } from "./fixes";
import type { Judged } from "./prediction";
import { answersOf, itemsOf } from "./promise-items";
import type { PromiseVerdict } from "./report";

/** Whether each promise is kept, with the fixes that were tried out for those that are not. */
export function verdictsOf(manifest: Manifest, judged: Judged): PromiseVerdict[] {
  return manifest.promises.map((promise) => {
    const items = itemsOf(promise, answersOf(manifest, promise, judged));
    const kept = items.every((item) => item.kept);
    return {
      promise,
      kept,
      items,
      fixes: kept ? [] : fixesFor(manifest, promise),
      source: manifest.sources[promise.path],
    };
  });
}
