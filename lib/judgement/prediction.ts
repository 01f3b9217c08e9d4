import { DISRUPTIONS } from "../manifest/format";
import type { Disruption, Manifest } from "../manifest/manifest";
import type { Availability, Contributor, CutSets, StructureNumbers } from "../resilience";
import { analyzeParsed, type StructureAnalysis } from "../resilience/structure-analysis";
import { entrancesOf, hiveStructure } from "./hive-structure";
import { inputsOf, type ModelInput } from "./inputs";
import { type Loss, lossesOf, worstLosses } from "./losses";

/** What the structure can deliver, derived from the manifest alone. Times are seconds, probabilities shares of time. */
export interface Prediction {
  readonly stack: string;
  readonly hash: string;
  /** Paths of the tiers at which visitors come in. */
  readonly entrances: readonly string[];
  /** For visitors: the entrances with everything that they need. */
  readonly total: Availability;
  readonly method: StructureNumbers["method"];
  readonly exact: boolean;
  readonly tiers: readonly TierPrediction[];
  /** Most costly first; each with the share of the total that it causes. */
  readonly contributors: readonly Contributor[];
  /** Of order 1 to 3, symmetric ones as one; missing where they could not be computed. */
  readonly cutSets?: CutSets;
  /** The loss of each machine, zone, site and of whatever else can fail. */
  readonly losses: readonly Loss[];
  /** The worst that one loss of each kind does. */
  readonly worst: Readonly<Partial<Record<Disruption, Loss>>>;
  /** Every number that went in, with where it comes from. */
  readonly inputs: readonly ModelInput[];
  readonly coverage: Coverage;
  /** Causes of outages that no number here contains. */
  readonly notModelled: readonly string[];
  /** What the reader has to know: budgets exceeded, questions without an answer. */
  readonly notes: readonly string[];
}

export interface TierPrediction {
  readonly path: string;
  readonly kind: string;
  readonly engine: string;
  /** Works while so many of its members do. */
  readonly atLeast: number;
  readonly members: number;
  /** With everything that it needs. */
  readonly availability: Availability;
}

/** `31 of 34 things are modelled`. */
export interface Coverage {
  readonly modelled: number;
  readonly total: number;
  /** What is not: construct paths with their Terraform type. */
  readonly others: readonly string[];
}

/**
 * Machines, zones and networks are a third of the known causes of 597 outages of large services (Gunawi et al., SoCC 2016);
 * the shares are theirs.
 */
export const NOT_MODELLED: readonly string[] = [
  "upgrades and releases (16 % of the known causes of outages)",
  "bugs of the application (15 %)",
  "wrong configuration (10 %)",
  "load (9 %)",
  "attacks (5 %)",
  "mistakes of people (4 %)",
];

/** The engine's answers, and the prediction that they make. */
export interface Judged {
  readonly prediction: Prediction;
  readonly analysis: StructureAnalysis;
}

/**
 * @param entrances paths of the tiers that visitors need; default: those of the manifest.
 * @throws InvalidModelError when the structure contradicts itself.
 */
export function predict(manifest: Manifest, entrances: readonly string[] = entrancesOf(manifest)): Judged {
  const analysis = analyzeParsed(hiveStructure(manifest, entrances));
  const numbers = analysis.numbers();
  const { contributors, notes: contributorNotes } = analysis.contributors();
  const { cutSets, notes: cutNotes } = analysis.cutSets();
  const losses = lossesOf(manifest, analysis, entrances);
  const { modelled, others } = manifest.resources;
  const { unavailability, nines, minutesPerYear, method, exact } = numbers;
  const prediction: Prediction = {
    stack: manifest.stack,
    hash: manifest.hash,
    entrances,
    total: { unavailability, nines, minutesPerYear },
    method,
    exact,
    tiers: manifest.tiers.map((tier) => ({
      path: tier.path,
      kind: tier.kind,
      engine: tier.engine,
      atLeast: manifest.structure.tiers[tier.path]!.atLeast,
      members: manifest.structure.tiers[tier.path]!.of.length,
      availability: numbers.tiers[tier.path]!,
    })),
    contributors,
    cutSets,
    losses,
    worst: Object.fromEntries(DISRUPTIONS.map((when) => [when, worstLosses(losses, when)])),
    inputs: inputsOf(manifest),
    coverage: { modelled, total: modelled + others.length, others },
    notModelled: NOT_MODELLED,
    notes: [...new Set([...numbers.notes, ...contributorNotes, ...cutNotes])],
  };
  return { prediction, analysis };
}
