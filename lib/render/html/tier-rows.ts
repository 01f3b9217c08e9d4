import type { Manifest } from "../../manifest/manifest";

/** Callers above the tiers that they call; tiers of one site each have a row of their own. */
export function tierRows(manifest: Manifest, entrances: readonly string[]): Map<string, number> {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    tiersNeededBy(manifest, path).forEach(visit);
    order.unshift(path);
  };
  const rest = manifest.tiers.map(({ path }) => path).filter((path) => !entrances.includes(path));
  // What is visited last comes first: the entrances.
  [...rest, ...[...entrances].reverse()].forEach(visit);

  const rows = new Map<string, number>();
  const taken = new Set<string>();
  const site = new Map(manifest.tiers.map((tier) => [tier.path, tier.site]));
  for (const path of order) {
    const callers = manifest.tiers.filter((tier) => tiersNeededBy(manifest, tier.path).includes(path));
    let row = 1 + Math.max(-1, ...callers.map((caller) => rows.get(caller.path) ?? -1));
    while (taken.has(`${row} ${site.get(path)}`)) row++;
    taken.add(`${row} ${site.get(path)}`);
    rows.set(path, row);
  }
  return rows;
}

/** What a tier needs, with whether it is one of several that will do. */
export function needsOf(manifest: Manifest, path: string): { readonly name: string; readonly alternative: boolean }[] {
  const needs = manifest.structure.tiers[path]?.needs ?? [];
  return needs.flatMap((need) =>
    typeof need === "string"
      ? [{ name: need, alternative: false }]
      : need.any.map((name) => ({ name, alternative: need.any.length > 1 })),
  );
}

function tiersNeededBy(manifest: Manifest, path: string): string[] {
  return needsOf(manifest, path)
    .map(({ name }) => name)
    .filter((name) => name in manifest.structure.tiers);
}
