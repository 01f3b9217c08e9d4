import type { Probability, Provenance, Time } from "./estimate";
import type { Failover } from "./failover";

/**
 * A hosting structure as plain data: the things that fail on their own, and the tiers that survive so many failures.
 * Everything says "works"; `analyzeStructure` turns it into a fault tree.
 *
 * @example
 * const shop = {
 *   nodes: {
 *     a: { kind: "zone", probability: 1e-4 },
 *     b: { kind: "zone", probability: 1e-4 },
 *     "web-a": { kind: "machine", mtbf: "4 months", mttr: "1 h", in: "a" },
 *     "web-b": { kind: "machine", mtbf: "4 months", mttr: "1 h", in: "b" },
 *   },
 *   tiers: { web: { atLeast: 1, of: ["web-a", "web-b"], commonCause: 0.1 } },
 *   entrance: "web",
 * };
 */
export interface Structure {
  /** Things that fail on their own, by their names. */
  readonly nodes: Readonly<Record<string, StructureNode>>;
  /** Tiers and nodes share one set of names. */
  readonly tiers: Readonly<Record<string, StructureTier>>;
  /** What users need to work. */
  readonly entrance: Need;
}

/** Anything that fails on its own: a machine, a zone, a site, a volume, a managed service, a control plane, a switch. */
export interface StructureNode {
  /** Carried through to the results. @default "node" */
  readonly kind?: string;
  /** Other nodes whose failure takes this one down: its zone, its site, its rack switch, its volume. @default - none */
  readonly in?: string | readonly string[];
  /**
   * The share of time that it is down by itself. Either this or `mtbf` and `mttr`.
   * @default - computed from `mtbf` and `mttr`
   */
  readonly probability?: Probability;
  /** Mean time from a repair to the next failure. @default - `probability` is given */
  readonly mtbf?: Time;
  /** Mean time to repair. @default - `probability` is given */
  readonly mttr?: Time;
  /** What kind of source the number has. @default "assumed" */
  readonly provenance?: Provenance;
  /** Where the number stands: a URL, a drill's id. @default - not stated */
  readonly source?: string;
}

/** What must work: a node, a tier, or a combination of them. */
export type Need =
  | string
  | { readonly all: readonly Need[] }
  | { readonly any: readonly Need[] }
  | { readonly atLeast: number; readonly of: readonly Need[] };

/** Works while `atLeast` of its members do, and everything that it needs. Tiers may share members. */
export interface StructureTier {
  /** How many members must work. @default all members */
  readonly atLeast?: number;
  /** Its members: nodes, tiers, or combinations of them. */
  readonly of: readonly Need[];
  /** In series: the tier is down when one of these is. @default none */
  readonly needs?: readonly Need[];
  /**
   * Beta factor: the share of a member's failures that hits all members at once, because they run the same software
   * with the same configuration. 0.1 is the honest choice for machines made from one template.
   *
   * @default 0
   */
  readonly commonCause?: number;
  /** Members that can be repaired at the same time. @default all */
  readonly crews?: number;
  /** What each switch to another member costs. @default nothing */
  readonly failover?: Failover;
  /**
   * Members are taken out one after the other, `takes` in total, once in every `every`: the rolling upgrade.
   * Two tiers are never worked on at the same time.
   *
   * @default never
   */
  readonly plannedWork?: { readonly takes: Time; readonly every: Time };
}
