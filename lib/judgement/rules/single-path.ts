import type { ManifestNode } from "../../manifest/manifest";
import { consequenceOf, type OrderOneCut, orderOneCuts } from "./order-one-cuts";
import { type Draft, type Hive, labelOf } from "./rule";
import { and } from "../words";

/** What to do about a thing that stands once in the way of machines that are in several zones. */
const ADVICE: Readonly<Partial<Record<ManifestNode["kind"], string>>> = {
  nat: 'Have one NAT gateway in each zone, for the machines of that zone (nat: "per-zone" of an AwsSite); or acknowledge it as a saving.',
  "control plane":
    "Take the control plane that runs in several zones, or give each zone its own; or acknowledge it as a saving.",
};

/** What to do about things that other zones need and this one takes away. */
export function onePerZone({ manifest }: Hive, through: readonly string[]): string {
  const kinds = new Set(through.map((node) => manifest.structure.nodes[node]!.kind));
  return [...kinds].map((kind) => ADVICE[kind] ?? `Have one ${kind} in each zone.`).join(" ");
}

/** Stands between several zones, so that they do not help against its loss; in one zone it is a shared fate like any other. */
export const isSinglePath = (hive: Hive, cut: OrderOneCut): boolean =>
  ADVICE[cut.kind] !== undefined && zonesBehind(hive, cut).length > 1;

/** Single paths of one kind. */
export function singlePaths(hive: Hive, kind: ManifestNode["kind"]): Draft[] {
  return orderOneCuts(hive)
    .filter((cut) => cut.kind === kind && isSinglePath(hive, cut))
    .map((cut) => ({
      level: "warning",
      subject: cut.node,
      message:
        `${labelOf(hive, cut.node)} stands in the path of machines in ${and(zonesBehind(hive, cut))}, and alone ` +
        `${consequenceOf(hive, cut)}.`,
      fix: ADVICE[kind]!,
      cutSet: [cut.node],
    }));
}

/** Zones of the members that go down with the node, and of all members of tiers that need it. */
function zonesBehind({ manifest, footprint }: Hive, { node, roots }: OrderOneCut): string[] {
  const needing = roots.filter(({ members }) => !members).flatMap(({ tier }) => manifest.structure.tiers[tier]!.of);
  const carried = footprint.tiersHit(node).flatMap((tier) => footprint.membersLost(node, tier));
  return [...new Set([...carried, ...needing].flatMap((member) => footprint.placeOf(member, "zone") ?? []))];
}
