import type { Manifest } from "../../manifest/manifest";
import { holdsData } from "../../manifest/votes";
import type { StructureAnalysis } from "../../resilience";
import { concernedTiers } from "../losses";
import type { Finding } from "../report";
import { type Footprint, footprintOf } from "./footprint";

/** What a rule looks at. */
export interface Hive {
  readonly manifest: Manifest;
  readonly analysis: StructureAnalysis;
  readonly entrances: readonly string[];
  /** The entrances, and tiers whose loss matters although no entrance needs them: data, names. */
  readonly watched: readonly string[];
  readonly footprint: Footprint;
  /** Which tiers work when one node is gone, by the engine; nodes with the same effect are evaluated once. */
  without(node: string): Readonly<Record<string, boolean>>;
}

/** A finding before its rule, its source line and its acknowledgement are added. */
export type Draft = Omit<Finding, "rule" | "id" | "source" | "acknowledged"> & {
  /** Construct path of what has to change, where that is not the subject. */
  readonly changeAt?: string;
};

/** What can be wrong with a hive. Each stands in a file of its own beside this one and in `RULES`; nothing else names it. */
export interface Rule {
  /** `EVEN_VOTES`: what findings and acknowledgements call it, and its heading in docs/commands/rules.md. Contract. */
  readonly name: string;
  /** For readers who meet the name in a scanner. */
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** The worst that it reports. */
  readonly level: Finding["level"];
  /** Its counter-examples are survived, but too slowly. @default false */
  readonly overTime?: boolean;
  /** A promise that is broken by it says so itself, item by item, so that synth does not say it twice. @default false */
  readonly saidByPromise?: boolean;
  /**
   * @param found by the rules before it in the list
   * @returns what breaks it, each with a counter-example that the engine confirms
   */
  check(hive: Hive, found: readonly Finding[]): Draft[];
}

export function hiveOf(manifest: Manifest, analysis: StructureAnalysis, entrances: readonly string[]): Hive {
  const concerned = new Set(concernedTiers(manifest, entrances));
  const missed = manifest.tiers
    .map(({ path }) => path)
    .filter((path) => {
      const { role } = manifest.structure.tiers[path]!;
      const keeps = manifest.tiers.some((tier) => tier.path === path && holdsData(tier));
      return !concerned.has(path) && (role === undefined ? keeps : role.kind === "dns");
    });
  const footprint = footprintOf(manifest);
  const known = new Map<string, Readonly<Record<string, boolean>>>();
  const without = (node: string): Readonly<Record<string, boolean>> => {
    const effect = footprint.effectOf(node);
    const tiers = known.get(effect) ?? analysis.survives([node]).tiers;
    known.set(effect, tiers);
    return tiers;
  };
  return { manifest, analysis, entrances, watched: [...entrances, ...missed], footprint, without };
}

/** `machine lb-1`, `zone rack/a`: names that do not say what they are get their kind. */
export function labelOf({ manifest }: Hive, node: string): string {
  const { kind } = manifest.structure.nodes[node]!;
  return node.startsWith(`${kind} `) ? node : `${kind} ${node}`;
}

/** Whether a tier's members vote, so that a majority has to be there. */
export function votes({ manifest }: Hive, tier: string): boolean {
  return manifest.tiers.some(({ path, votes: ballot }) => path === tier && ballot !== undefined);
}
