import type { Hive } from "./rule";
import { some } from "../words";

/** Changes that leave a tier with enough members when one node is gone. */

/** More members, none of them where the node is: `Add one: servers: 3, needed: 2.` */
export function growBy({ manifest }: Hive, tier: string, lost: number): string {
  const { growth, of, atLeast } = manifest.structure.tiers[tier]!;
  const size = growth?.atLeast === "majority" ? Math.max(2 * lost + 1, nextOdd(of.length)) : atLeast + lost;
  const more = size - of.length;
  const noun = of.length === 1 && more === 1 ? "a second" : more === 1 ? "one" : `${more}`;
  if (growth === undefined) return `Add ${noun}${more === 1 ? " member" : " members"} to ${tier}.`;
  const keep = growth.keep === undefined ? "" : `, ${growth.keep}: ${atLeast}`;
  return `Add ${noun}: ${growth.property}: ${size}${keep}.`;
}

const nextOdd = (size: number): number => (size % 2 === 0 ? size + 1 : size + 2);

/**
 * Fewer members in a zone: to the zones of its site that have room, or over more zones than the site has.
 *
 * @param elsewhere members that the zone takes away, and that are in other zones already.
 */
export function moveOut(hive: Hive, tier: string, zone: string, elsewhere: readonly string[] = []): string {
  const { manifest, footprint } = hive;
  const { of, atLeast } = manifest.structure.tiers[tier]!;
  const there = footprint.membersLost(zone, tier).filter((member) => !elsewhere.includes(member));
  const spare = of.length - atLeast;
  if (spare === 0)
    return `${growBy(hive, tier, there.length)} Put ${there.length === 1 ? "it" : "them"} in other zones.`;
  const surplus = there.length - spare;
  const room = siblings(hive, zone)
    .map((name) => ({ name, places: spare - footprint.membersLost(name, tier).length }))
    .filter(({ places }) => places > 0);
  if (room.reduce((sum, { places }) => sum + places, 0) >= surplus) {
    const where = room.length === 1 ? room[0]!.name : surplus === 1 ? "another zone" : "other zones";
    return `Move ${some(surplus, there)} to ${where}.`;
  }
  const zones = Math.ceil(of.length / spare);
  return `Spread its ${of.length} members over ${zones} zones or more, ${spare} in each at most: ${some(surplus, there)} must leave ${zone}.`;
}

/** Other zones of the same site. */
function siblings({ manifest, footprint }: Hive, zone: string): string[] {
  const site = footprint.placeOf(zone, "site");
  return Object.entries(manifest.structure.nodes)
    .filter(([name, { kind }]) => kind === "zone" && name !== zone && footprint.placeOf(name, "site") === site)
    .map(([name]) => name);
}
