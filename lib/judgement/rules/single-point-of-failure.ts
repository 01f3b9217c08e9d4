import { consequenceOf, type OrderOneCut } from "./order-one-cuts";
import { type Draft, type Hive, labelOf } from "./rule";
import { growBy } from "./spread";

/** A machine without a substitute: machines fail every few months, so that this is a question of when. */
export function singlePointsOfFailure(hive: Hive, cuts: readonly OrderOneCut[]): Draft[] {
  return cuts
    .filter(({ kind }) => kind === "machine")
    .map((cut) => ({
      rule: "SINGLE_POINT_OF_FAILURE",
      level: "error",
      subject: cut.node,
      message: `${labelOf(hive, cut.node)} alone ${consequenceOf(hive, cut)}.`,
      fix: fixOf(hive, cut),
      cutSet: [cut.node],
      changeAt: cut.roots[0]?.tier,
    }));
}

function fixOf(hive: Hive, { node, roots }: OrderOneCut): string {
  const fixes = roots.map(({ tier, lost, members }) =>
    members
      ? growBy(hive, tier, lost.length)
      : `Give ${tier} another one beside ${node}, so that either of them will do.`,
  );
  return roots.length === 1 ? fixes[0]! : fixes.map((fix, i) => `${roots[i]!.tier}: ${fix}`).join(" ");
}
