import type { Disruption, Manifest, ManifestTier, RecoveryStep } from "../manifest/manifest";

/** How long visitors notice that a tier lost something, and how that follows from its settings. */
export interface Recovery {
  /** The tier that lost something. */
  readonly tier: string;
  /** The tier whose settings decide. */
  readonly decidedBy: string;
  /** At most. */
  readonly seconds: number;
  readonly steps: readonly DerivedStep[];
}

export interface DerivedStep {
  readonly what: string;
  readonly seconds: number;
  /** `4 x advertInterval 0.1 s`. */
  readonly formula: string;
}

/** The longest recovery of a tier's loss, or nothing when no other member takes over. */
export function recoveryOf(manifest: Manifest, tier: string, when: Disruption): Recovery | undefined {
  const said = manifest.tiers.flatMap((decider) => {
    const { recovery } = manifest.structure.tiers[decider.path]!;
    return recovery
      .filter((entry) => (entry.of ?? decider.path) === tier && entry.when.includes(when))
      .map((entry) => derive(tier, decider, entry.steps));
  });
  return said.sort((a, b) => b.seconds - a.seconds)[0];
}

function derive(tier: string, decider: ManifestTier, steps: readonly RecoveryStep[]): Recovery {
  const derived = steps.map((step) => deriveStep(decider, step));
  // To the microsecond: 0.1 + 0.2 is for floating point to know.
  const seconds = round(derived.reduce((sum, step) => sum + step.seconds, 0));
  return { tier, decidedBy: decider.path, seconds, steps: derived };
}

function deriveStep(decider: ManifestTier, { what, of, times = 1 }: RecoveryStep): DerivedStep {
  const length = valueOf(decider, of);
  const factor = valueOf(decider, times);
  const named = (value: string | number, number: number) => (typeof value === "string" ? `${value} ${number}` : number);
  const formula = `${factor === 1 ? "" : `${named(times, factor)} x `}${named(of, length)} s`;
  return { what, seconds: round(factor * length), formula };
}

function valueOf(tier: ManifestTier, value: string | number): number {
  const number = typeof value === "string" ? tier.settings[value] : value;
  if (typeof number === "number") return number;
  throw new RangeError(`${tier.path}: the setting ${String(value)} that its recovery is told from is no number`);
}

const round = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;
