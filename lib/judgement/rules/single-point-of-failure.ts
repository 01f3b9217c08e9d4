import { consequenceOf, type OrderOneCut, orderOneCuts } from "./order-one-cuts";
import { type Draft, type Hive, labelOf, type Rule } from "./rule";
import { growBy } from "./spread";

export const singlePointOfFailure: Rule = {
  name: "SINGLE_POINT_OF_FAILURE",
  title: "One machine alone takes an entrance away",
  why: "A machine fails every few months. Two that are each down a thousandth of the time are both down a millionth of it.",
  fix: "Give the tier one machine more than it needs; the finding names the property and its new value.",
  level: "error",
  check: findMachines,
};

/** A machine without a substitute: machines fail every few months, so that this is a question of when. */
function findMachines(hive: Hive): Draft[] {
  return orderOneCuts(hive)
    .filter(({ kind }) => kind === "machine")
    .map((cut) => ({
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
