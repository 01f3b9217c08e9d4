import type { ManifestNode } from "../../manifest/manifest";
import type { Rule } from "../report";
import { consequenceOf, type OrderOneCut } from "./order-one-cuts";
import { type Draft, type Hive, labelOf } from "./rule";
import { and } from "../words";

/** What stands once in the way of machines that are in several zones, so that the zones do not help against it. */
const PATHS: Readonly<Partial<Record<ManifestNode["kind"], { readonly rule: Rule; readonly fix: string }>>> = {
  nat: {
    rule: "SINGLE_NAT",
    fix: 'Have one NAT gateway in each zone, for the machines of that zone (nat: "per-zone" of an AwsSite); or acknowledge it as a saving.',
  },
  "control plane": {
    rule: "SINGLE_CONTROL_PLANE",
    fix: "Take the control plane that runs in several zones, or give each zone its own; or acknowledge it as a saving.",
  },
};

/** What to do about things that other zones need and this one takes away. */
export function onePerZone({ manifest }: Hive, through: readonly string[]): string {
  const kinds = new Set(through.map((node) => manifest.structure.nodes[node]!.kind));
  return [...kinds].map((kind) => PATHS[kind]?.fix ?? `Have one ${kind} in each zone.`).join(" ");
}

/** A single NAT gateway or control plane between several zones; in one zone it is a shared fate like any other. */
export function singlePath(hive: Hive, cut: OrderOneCut): Draft | undefined {
  const path = PATHS[cut.kind];
  if (path === undefined) return undefined;
  const zones = zonesBehind(hive, cut);
  if (zones.length < 2) return undefined;
  return {
    rule: path.rule,
    level: "warning",
    subject: cut.node,
    message: `${labelOf(hive, cut.node)} stands in the path of machines in ${and(zones)}, and alone ${consequenceOf(hive, cut)}.`,
    fix: path.fix,
    cutSet: [cut.node],
  };
}

/** Zones of the members that go down with the node, and of all members of tiers that need it. */
function zonesBehind({ manifest, footprint }: Hive, { node, roots }: OrderOneCut): string[] {
  const needing = roots.filter(({ members }) => !members).flatMap(({ tier }) => manifest.structure.tiers[tier]!.of);
  const carried = footprint.tiersHit(node).flatMap((tier) => footprint.membersLost(node, tier));
  return [...new Set([...carried, ...needing].flatMap((member) => footprint.placeOf(member, "zone") ?? []))];
}
