import { holderOf, type HiveLeaders, targetOf } from "../drill-target";
import { noZoneToSpare } from "../errors";
import { PowerLoss } from "../power-loss";
import type { RunningHive } from "../running-hive";
import { type Zone, zonesToSpare } from "../zones";
import type { Fault } from "./fault";

export const zonePowerLoss: Fault = {
  name: "zone-power-loss",
  key: "zone",
  title: "all machines of the zone that hurts most lose power at once",
  disruption: "zone",
  tier: () => undefined,
  unfit({ manifest, roles }) {
    const { zones, lacks } = zonesToSpare(manifest, roles);
    if (zones.length > 0) return undefined;
    // Many hives live in one zone on purpose.
    return {
      leaveOut: `no zone to spare: ${lacks.join("; ")}`,
      error: noZoneToSpare(manifest.stack, zonePowerLoss.name, lacks),
    };
  },
  choose(hive, leaders, random) {
    const { entrance, database } = hive.roles;
    if (entrance.virtual && holderOf(leaders) === undefined) return undefined;
    if (database !== undefined && database.machines.length > 0 && leaders.writer === undefined) return undefined;
    const zones = worstZones(hive, leaders);
    if (zones.length === 0) return undefined;
    const { name, machines } = random.pick(zones);
    return { ...targetOf(hive, leaders, machines), zone: name };
  },
  make: (machines, notice) => new PowerLoss(machines, notice),
};

/**
 * The zone that takes most leading roles at once: address and writer together, else the writer, whose successor takes longest,
 * else the address. Of zones that are equal in that, the one whose machines have most work; several when they have the same.
 */
function worstZones(hive: RunningHive, leaders: HiveLeaders): Zone[] {
  const { zones } = zonesToSpare(hive.manifest, hive.roles);
  const work = ({ machines }: Zone) =>
    hive.roles.tiers.flatMap((tier) => tier.machines.filter((member) => machines.includes(member))).length;
  const harm = (zone: Zone): readonly number[] => {
    const { leads } = targetOf(hive, leaders, zone.machines);
    return [leads.length, leads.filter(({ role }) => role === "writer").length, work(zone)];
  };
  return zones.filter((zone) => zones.every((other) => compare(harm(other), harm(zone)) <= 0));
}

/** The first number that differs decides. */
function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((number, index) => number - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
