import type { Manifest, ManifestTier, TierStructure } from "../manifest/manifest";
import type { Structure, StructureTier } from "../resilience";
import { recoveryOf } from "./recovery";

/** Paths of the tiers at which visitors come in; where there is none, of those that no other tier needs. */
export function entrancesOf(manifest: Manifest): string[] {
  const entrances = manifest.tiers.filter((tier) => tier.endpoints.some(({ kind }) => kind === "entrance"));
  const needed = new Set(manifest.tiers.flatMap((tier) => tier.needs));
  const last = manifest.tiers.filter((tier) => !needed.has(tier.path));
  return (entrances.length > 0 ? entrances : last).map((tier) => tier.path);
}

/**
 * The manifest's structure as the engine takes it.
 *
 * @param entrances paths of the tiers that visitors need, all of them.
 */
export function hiveStructure(manifest: Manifest, entrances: readonly string[] = entrancesOf(manifest)): Structure {
  const nodes = Object.entries(manifest.structure.nodes).map(([name, node]) => {
    const { kind, in: within, probability, provenance, source } = node;
    return [name, { kind, in: within, probability, provenance, source }] as const;
  });
  const tiers = manifest.tiers.map((tier) => [tier.path, structureTier(manifest, tier)] as const);
  return { nodes: Object.fromEntries(nodes), tiers: Object.fromEntries(tiers), entrance: { all: entrances } };
}

function structureTier(manifest: Manifest, { path }: ManifestTier): StructureTier {
  const structure = manifest.structure.tiers[path]!;
  const { atLeast, of, needs, commonCause } = structure;
  const failover = failoverOf(manifest, path, structure);
  return { atLeast, of, needs, commonCause, ...(failover && { failover }) };
}

/** Only members that are at work cost a switch when they die; the engine counts failures for each member. */
function failoverOf(manifest: Manifest, path: string, structure: TierStructure): StructureTier["failover"] {
  const { failover, of } = structure;
  const recovery = recoveryOf(manifest, path, "machine");
  if (failover === undefined || recovery === undefined) return undefined;
  const rates = of.map((name) => manifest.structure.nodes[name]?.failuresPerYear ?? 0);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return {
    failuresPerYear: (mean * failover.active) / of.length,
    coverage: failover.coverage,
    switchTime: `${recovery.seconds} s`,
    manualTime: `${failover.manualSeconds} s`,
  };
}
