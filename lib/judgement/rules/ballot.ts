import type { Structure } from "../../resilience";
import { analyzeParsed } from "../../resilience/structure-analysis";
import { quorumOf, votesOf } from "../../manifest/votes";
import type { Hive } from "./rule";

/** A vote and where it stands; layouts to compare with are made of the votes that exist. */
export interface Vote {
  readonly member: string;
  readonly zone: string;
}

/** A member with several votes is named several times; one that is in no zone is its own. */
export function votingTiers(
  hive: Hive,
): { readonly tier: string; readonly ballot: readonly Vote[]; readonly atLeast: number }[] {
  const { manifest, footprint } = hive;
  const { nodes } = manifest.structure;
  return manifest.tiers.flatMap(({ path: tier, votes }) => {
    if (votes === undefined) return [];
    const members = Object.keys(votes.members).filter((member) => nodes[member] !== undefined);
    const ballot = members.flatMap((member) =>
      Array.from({ length: votesOf(votes, member) }, () => ({
        member,
        zone: footprint.placeOf(member, "zone") ?? member,
      })),
    );
    return [{ tier, ballot, atLeast: quorumOf(votes, ballot.length) }];
  });
}

/** Fullest first; of those alike, the first that the tier names. */
export function countByZone(ballot: readonly Vote[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { zone } of ballot) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/**
 * How long such a layout is down in a year, by the engine. Without what is the same in every layout (the site, common causes,
 * what the tier needs), because it would drown the difference. A zone that does not exist yet is like the fullest.
 */
export function downMinutes({ manifest }: Hive, ballot: readonly Vote[], atLeast: number): number {
  const known = manifest.structure.nodes;
  const [full] = countByZone(ballot)[0]!;
  const nodes: Record<string, Structure["nodes"][string]> = {};
  const of = ballot.map(({ member, zone }, i) => {
    const inZone = zone !== member;
    if (inZone) nodes[zone] = { kind: "zone", probability: (known[zone] ?? known[full]!).probability };
    const name = nodes[member] === undefined ? member : `${member} vote ${i}`;
    nodes[member] ??= { kind: "machine", probability: known[member]!.probability, in: inZone ? [zone] : [] };
    // A further vote of the same member fails with it, and never alone.
    if (name !== member) nodes[name] = { kind: "machine", probability: [0, 0, 0], in: [member] };
    return name;
  });
  const votes = { atLeast, of };
  const structure: Structure = { nodes, tiers: { votes }, entrance: "votes" };
  return analyzeParsed(structure).numbers().minutesPerYear.likely;
}
