import type { Structure } from "../../resilience";
import { analyzeParsed } from "../../resilience/structure-analysis";
import { type Draft, type Hive, votes } from "./rule";
import { moveOut } from "./spread";
import { are, minutesApart } from "../words";

/** A vote and where it stands; layouts to compare with are made of the votes that exist. */
interface Vote {
  readonly member: string;
  readonly zone: string;
}

/**
 * Over two zones one of them always holds half of the votes or more. Losing it loses the majority, exactly as with one zone;
 * the second zone is only one more thing to lose.
 */
export function quorumOverTwoZones(hive: Hive): Draft[] {
  return votingTiers(hive).flatMap(({ tier, ballot, atLeast }) => {
    const byZone = countByZone(ballot);
    if (byZone.length !== 2 || ballot.length < 2) return [];
    const [[large, most], [small, fewest]] = byZone as [[string, number], [string, number]];
    if (hive.without(large)[tier] !== false) return [];
    const third = ballot.map(({ member }, i) => ({ member, zone: [large, small, "a third zone"][i % 3]! }));
    const [now, one, three] = minutesApart([
      downMinutes(hive, ballot, atLeast),
      downMinutes(
        hive,
        ballot.map(({ member }) => ({ member, zone: large })),
        atLeast,
      ),
      downMinutes(hive, third, atLeast),
    ]);
    return [
      {
        rule: "QUORUM_OVER_TWO_ZONES",
        level: "error",
        subject: tier,
        message:
          `${tier} has ${most} votes in ${large} and ${fewest} in ${small}: without ${large} ${are(fewest, "vote")} left, and ` +
          `${are(atLeast)} needed. ${most} + ${fewest} over two zones is down ${now!} a year, all in one zone ${one!}, over three ` +
          `zones ${three!} (machines and zones alone).`,
        fix: moveOut(hive, tier, large),
        cutSet: [large],
      },
    ];
  });
}

/** An even number of votes survives as many losses as one vote less, and has one vote more that can be lost. */
export function evenVotes(hive: Hive): Draft[] {
  return votingTiers(hive).flatMap(({ tier, ballot, atLeast }) => {
    const size = ballot.length;
    const cutSet = ballot.slice(0, size - atLeast + 1).map(({ member }) => member);
    if (size % 2 === 1 || hive.analysis.survives(cutSet).tiers[tier] !== false) return [];
    const [full] = countByZone(ballot)[0]!;
    const last = ballot.findLastIndex(({ zone }) => zone === full);
    const fewer = ballot.filter((_, i) => i !== last);
    const majority = Math.floor(fewer.length / 2) + 1;
    const [now, then] = minutesApart([downMinutes(hive, ballot, atLeast), downMinutes(hive, fewer, majority)]);
    const { growth } = hive.manifest.structure.tiers[tier]!;
    const property = growth?.property ?? "votes";
    const less = size > 2 ? ` or ${property}: ${size - 1}` : "";
    return [
      {
        rule: "EVEN_VOTES",
        level: "warning",
        subject: tier,
        message:
          `${tier} has ${size} votes, of which ${are(atLeast)} needed: it survives ${losses(size - atLeast)}, as ` +
          `${fewer.length} would (${majority} of ${fewer.length}). With ${size} it is down ${now!} a year, with ${fewer.length} ` +
          `${then!} (machines and zones alone).`,
        fix: `Make the votes odd: ${property}: ${size + 1}${less}.`,
        cutSet,
      },
    ];
  });
}

const losses = (amount: number): string =>
  amount === 0 ? "no loss" : amount === 1 ? "the loss of 1" : `the loss of ${amount}`;

/** A member that is in no zone is its own. */
function votingTiers(
  hive: Hive,
): { readonly tier: string; readonly ballot: readonly Vote[]; readonly atLeast: number }[] {
  const { manifest, footprint } = hive;
  return manifest.tiers
    .map(({ path }) => path)
    .filter((path) => votes(hive, path))
    .map((tier) => {
      const { of, atLeast } = manifest.structure.tiers[tier]!;
      const ballot = of.map((member) => ({ member, zone: footprint.placeOf(member, "zone") ?? member }));
      return { tier, ballot, atLeast };
    });
}

/** Fullest first; of those alike, the first that the tier names. */
function countByZone(ballot: readonly Vote[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { zone } of ballot) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/**
 * How long such a layout is down in a year, by the engine. Without what is the same in every layout (the site, common causes,
 * what the tier needs), because it would drown the difference. A zone that does not exist yet is like the fullest.
 */
function downMinutes({ manifest }: Hive, ballot: readonly Vote[], atLeast: number): number {
  const known = manifest.structure.nodes;
  const [full] = countByZone(ballot)[0]!;
  const nodes: Record<string, Structure["nodes"][string]> = {};
  for (const { member, zone } of ballot) {
    const inZone = zone !== member;
    if (inZone) nodes[zone] = { kind: "zone", probability: (known[zone] ?? known[full]!).probability };
    nodes[member] = { kind: "machine", probability: known[member]!.probability, in: inZone ? [zone] : [] };
  }
  const votes = { atLeast, of: ballot.map(({ member }) => member) };
  const structure: Structure = { nodes, tiers: { votes }, entrance: "votes" };
  return analyzeParsed(structure).numbers().minutesPerYear.likely;
}
