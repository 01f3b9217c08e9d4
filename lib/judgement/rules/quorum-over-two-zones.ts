import { countByZone, downMinutes, votingTiers } from "./ballot";
import type { Draft, Hive, Rule } from "./rule";
import { moveOut } from "./spread";
import { are, minutesApart } from "../words";

export const quorumOverTwoZones: Rule = {
  name: "QUORUM_OVER_TWO_ZONES",
  title: "A quorum over two zones",
  why: "One of two zones always holds half of the votes or more. That is slightly worse than all votes in one zone.",
  fix: "Put one vote into a third zone.",
  level: "error",
  check: findQuorums,
};

/**
 * Over two zones one of them always holds half of the votes or more. Losing it loses the majority, exactly as with one zone;
 * the second zone is only one more thing to lose.
 */
function findQuorums(hive: Hive): Draft[] {
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
