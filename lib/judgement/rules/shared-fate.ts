import type { ManifestNode } from "../../manifest/manifest";
import { consequenceOf, type OrderOneCut, orderOneCuts } from "./order-one-cuts";
import { type Draft, type Hive, labelOf, type Rule } from "./rule";
import { isSinglePath, onePerZone } from "./single-path";
import { moveOut } from "./spread";
import { and, some } from "../words";

export const sharedFate: Rule = {
  name: "SHARED_FATE",
  title: "Redundant machines have one fate",
  why: "A zone, a site, a volume, a service or a dependency alone takes an entrance away, however many machines are in it.",
  fix: "Spread the tier over more zones, or give it another one of what all share; the finding names the move.",
  level: "error",
  check: findFates,
};

/**
 * What is no machine and takes the entrance away alone: redundant machines with one fate. A zone is an error, because the same
 * machines in other zones cost nothing more; a site or what is bought as one thing may be a choice.
 */
function findFates(hive: Hive): Draft[] {
  return orderOneCuts(hive)
    .filter((cut) => cut.kind !== "machine" && !isSinglePath(hive, cut))
    .map((cut) => ({
      level: cut.kind === "zone" ? "error" : "warning",
      subject: cut.node,
      message: `${labelOf(hive, cut.node)} alone ${consequenceOf(hive, cut)}.`,
      fix: fixOf(hive, cut),
      cutSet: [cut.node],
      changeAt: OWN_LINE.includes(cut.kind) ? undefined : cut.roots[0]?.tier,
    }));
}

/** Kinds that the program makes in a line of their own. */
const OWN_LINE: readonly ManifestNode["kind"][] = ["zone", "site", "dependency"];

const ELSEWHERE: Readonly<Partial<Record<ManifestNode["kind"], string>>> = {
  network: "another network",
  nat: "another NAT gateway, one for each zone",
  volume: "another volume",
  "control plane": "another control plane",
};

function fixOf(hive: Hive, { node, kind, roots }: OrderOneCut): string {
  if (kind === "site") {
    return (
      `A tier is in one site, so that nothing inside ${node} helps. Keep a second hive, or a backup to start one from, on ` +
      `another site; or acknowledge it and say why one site is enough.`
    );
  }
  const fixes = roots.map(({ tier, lost, left, needed, members, cutOff, through }) => {
    if (!members) return `Give ${tier} another one that does as well, or acknowledge ${node} and say why it is enough.`;
    if (kind === "zone") {
      const own = cutOff.length === 0 ? [] : [onePerZone(hive, through)];
      return [...own, ...(left + cutOff.length < needed ? [moveOut(hive, tier, node, cutOff)] : [])].join(" ");
    }
    if (kind === "managed service" && lost.includes(node)) {
      return (
        `Choose a plan with a standby where it has none, which fails more rarely, or give ${tier} another service beside it; ` +
        `or acknowledge ${node} and say why it is enough.`
      );
    }
    if (lost.includes(node)) return `Give ${tier} a second one, or acknowledge ${node} and say why it is enough.`;
    return `Move ${some(needed - left, lost)} to ${ELSEWHERE[kind] ?? `where ${node} does not matter`}.`;
  });
  if (roots.length === 1) return fixes[0]!;
  const same = fixes.every((fix) => fix === fixes[0]);
  if (same) return `${and(roots.map(({ tier }) => tier))}: ${fixes[0]!}`;
  return fixes.map((fix, i) => `${roots[i]!.tier}: ${fix}`).join(" ");
}
