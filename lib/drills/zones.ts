import type { Manifest } from "../manifest/manifest";
import type { HiveRoles } from "./hive-roles";

/** A failure domain, with every machine in it, those of other tiers than the visitors' ones too. */
export interface Zone {
  /** Site and zone: `rack/a`. */
  readonly name: string;
  readonly machines: readonly string[];
}

/** Zones with machines on the visitors' way, in the order of the manifest's machines. */
export function drillableZones(manifest: Manifest, roles: HiveRoles): Zone[] {
  const zones = new Map<string, string[]>();
  for (const { name, site, zone } of manifest.machines) {
    const key = `${site}/${zone}`;
    zones.set(key, [...(zones.get(key) ?? []), name]);
  }
  const used = new Set(roles.tiers.flatMap(({ machines }) => machines));
  return [...zones]
    .map(([name, machines]) => ({ name, machines }))
    .filter(({ machines }) => machines.some((machine) => used.has(machine)));
}

/** In words, why visitors are not served without a zone; undefined when enough is left of every tier. */
export function lackWithout({ entrance, tiers }: HiveRoles, { name, machines }: Zone): string | undefined {
  const remaining = (members: readonly string[]) => members.filter((member) => !machines.includes(member)).length;
  if (!entrance.virtual && remaining(entrance.tier.machines) < entrance.tier.machines.length)
    return `without ${name} nobody has ${entrance.address}, which does not move`;
  for (const { path, machines: members, atLeast } of tiers) {
    const left = remaining(members);
    if (left < atLeast) return `without ${name} ${path} has ${left} of its ${members.length} and needs ${atLeast}`;
  }
  return undefined;
}

/** Zones that the hive can lose, and why it can lose no other. */
export function zonesToSpare(
  manifest: Manifest,
  roles: HiveRoles,
): { readonly zones: readonly Zone[]; readonly lacks: readonly string[] } {
  const all = drillableZones(manifest, roles);
  const [only, ...others] = all;
  if (only === undefined || others.length === 0)
    return { zones: [], lacks: [`every machine that visitors need is in ${only?.name ?? "no zone"}`] };
  const lacks = all.map((zone) => ({ zone, lack: lackWithout(roles, zone) }));
  return {
    zones: lacks.flatMap(({ zone, lack }) => (lack === undefined ? [zone] : [])),
    lacks: lacks.flatMap(({ lack }) => lack ?? []),
  };
}
