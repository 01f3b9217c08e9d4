import type { Disruption, Manifest, ManifestTier } from "../../manifest/manifest";
import { recoveryOf } from "../recovery";

/** A change of settings that was tried out. */
export interface Tried {
  /** As in the program: `timeouts: GaleraTimeouts.lanFast()`. */
  readonly change: string;
  /** How long the recovery would take; Infinity where there would be none. */
  readonly seconds: number;
}

/** What a tier's alternatives would make of a recovery, best first as the tier names them. */
export function alternativesFor(manifest: Manifest, decider: string, tier: string, when: Disruption): Tried[] {
  return manifest.structure.tiers[decider]!.alternatives.map(({ change, settings }) => ({
    change,
    seconds: recoveryWith(manifest, decider, settings, tier, when),
  }));
}

/** How long a tier would need, if another one (or itself) were set like this. */
export function recoveryWith(
  manifest: Manifest,
  decider: string,
  settings: ManifestTier["settings"],
  tier: string,
  when: Disruption,
): number {
  const tiers = manifest.tiers.map((other) =>
    other.path === decider ? { ...other, settings: { ...other.settings, ...settings } } : other,
  );
  return recoveryOf({ ...manifest, tiers }, tier, when)?.seconds ?? Infinity;
}
