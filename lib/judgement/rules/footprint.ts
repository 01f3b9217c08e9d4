import type { Manifest, ManifestNode } from "../../manifest/manifest";

/** Derives which nodes go down together, without the engine. */
export interface Footprint {
  /** Everything whose failure takes the node down, itself first. */
  causesOf(node: string): readonly string[];
  /** The nearest place of a kind that the node is in; itself when it is of that kind. */
  placeOf(node: string, kind: ManifestNode["kind"]): string | undefined;
  /** Members that a tier loses with the node. */
  membersLost(node: string, tier: string): readonly string[];
  /** Tiers that a node takes members or direct needs from, each at least once. */
  tiersHit(node: string): readonly string[];
  /** Direct needs of a tier that go down with the node. */
  needsLost(node: string, tier: string): readonly string[];
  /** Whether too few members are left. */
  lacksMembers(node: string, tier: string): boolean;
  /** The same for nodes that leave the same tiers with too few members, and the same needs without an answer. */
  effectOf(node: string): string;
}

interface Hit {
  readonly members: string[];
  readonly needs: string[];
}

const NOTHING: Hit = { members: [], needs: [] };

/** One walk over all members, so that 1,000 machines cost milliseconds. */
export function footprintOf(manifest: Manifest): Footprint {
  const { nodes, tiers } = manifest.structure;
  const known = new Map<string, readonly string[]>();
  const causesOf = (node: string): readonly string[] => {
    const causes = known.get(node) ?? [...new Set([node, ...nodes[node]!.in.flatMap(causesOf)])];
    known.set(node, causes);
    return causes;
  };
  const hits = new Map<string, Map<string, Hit>>();
  const hit = (cause: string, tier: string): Hit => {
    const ofCause = hits.get(cause) ?? new Map<string, Hit>();
    hits.set(cause, ofCause);
    const found = ofCause.get(tier) ?? { members: [], needs: [] };
    ofCause.set(tier, found);
    return found;
  };
  for (const [tier, { of, needs }] of Object.entries(tiers)) {
    for (const member of of) for (const cause of causesOf(member)) hit(cause, tier).members.push(member);
    for (const need of needs.flatMap((need) => (typeof need === "string" ? [need] : need.any))) {
      if (!Object.hasOwn(nodes, need)) continue;
      for (const cause of causesOf(need)) hit(cause, tier).needs.push(need);
    }
  }
  const found = (node: string, tier: string) => hits.get(node)?.get(tier) ?? NOTHING;
  const tiersHit = (node: string) => [...(hits.get(node)?.keys() ?? [])];
  const lacksMembers = (node: string, tier: string) => {
    const { of, atLeast } = tiers[tier]!;
    return of.length - found(node, tier).members.length < atLeast;
  };
  return {
    causesOf,
    placeOf: (node, kind) => causesOf(node).find((cause) => nodes[cause]!.kind === kind),
    membersLost: (node, tier) => found(node, tier).members,
    needsLost: (node, tier) => found(node, tier).needs,
    tiersHit,
    lacksMembers,
    effectOf: (node) =>
      JSON.stringify(
        tiersHit(node).flatMap((tier) => [...(lacksMembers(node, tier) ? [tier] : []), ...found(node, tier).needs]),
      ),
  };
}
