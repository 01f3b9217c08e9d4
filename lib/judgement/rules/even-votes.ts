import { countByZone, downMinutes, votingTiers } from "./ballot";
import type { Draft, Hive, Rule } from "./rule";
import { are, minutesApart } from "../words";

export const evenVotes: Rule = {
  name: "EVEN_VOTES",
  title: "An even number of votes",
  why: "4 votes survive the loss of one, as 3 do, and have one more to lose.",
  fix: "One vote more or less.",
  level: "warning",
  check: findEven,
};

/** An even number of votes survives as many losses as one vote less, and has one vote more that can be lost. */
function findEven(hive: Hive): Draft[] {
  return votingTiers(hive).flatMap(({ tier, ballot, atLeast }) => {
    const size = ballot.length;
    const cutSet = [...new Set(ballot.slice(0, size - atLeast + 1).map(({ member }) => member))];
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
