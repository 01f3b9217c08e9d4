import type { SeededRandom } from "./random";
import { noSuchRole, notRedundant, noZoneToSpare } from "./errors";
import type { Fault } from "./drill-fault";
import type { MachineRole } from "./drill-promise";
import type { RunningHive } from "./running-hive";
import { type Zone, zonesToSpare } from "./zones";

/** What one machine does for the whole hive, and another one takes over when it dies. */
export type LeadingRole = "address" | "writer";

/** The machines that a drill takes the power from, and everything that they do at that moment. */
export interface DrillTarget {
  /** One, or all of a zone. */
  readonly machines: readonly string[];
  /** `rack/a`, when they are a whole zone. */
  readonly zone?: string;
  readonly roles: readonly MachineRole[];
  readonly leads: readonly { readonly role: LeadingRole; readonly machine: string }[];
}

/**
 * Refuses a fault that the hive has no tier for, or no spare machine or zone. Asks nothing on the machines.
 *
 * @throws DrillError
 */
export function checkFault(hive: RunningHive, fault: Fault): void {
  const { entrance, web, database } = hive.roles;
  const stack = hive.manifest.stack;
  if (fault.key === "zone") {
    const { zones, lacks } = zonesToSpare(hive.manifest, hive.roles);
    if (zones.length === 0) throw noZoneToSpare(stack, fault.name, lacks);
    return;
  }
  const tier = { web: web[0], lb: entrance.virtual ? entrance.tier : undefined, db: database }[fault.key];
  if (tier === undefined || tier.machines.length === 0) {
    const wanted = { web: "a web tier", lb: "a load balancer with a floating address", db: "a database with a writer" };
    throw noSuchRole(
      stack,
      fault.name,
      `${wanted[fault.key]}${tier === undefined ? "" : " on machines of the program"}`,
    );
  }
  if (tier.machines.length <= tier.atLeast) throw notRedundant(fault.name, tier.path, tier.machines, tier.atLeast);
}

/**
 * Chooses the machine: the one that holds the address, the one that takes the writes, or a web server. Where tiers share
 * machines, a web server with no second role is taken if there is one, so that the drill shows what its name says. Of the zones
 * that the hive can lose, the one that hurts most: see `worstZones`.
 *
 * @returns undefined when the hive does not say who holds the role; then there is nothing to show
 */
export async function chooseTarget(
  hive: RunningHive,
  fault: Fault,
  random: SeededRandom,
): Promise<DrillTarget | undefined> {
  const leaders = await leadersOf(hive);
  const target = (machine: string): DrillTarget => targetOf(hive, leaders, [machine]);
  const holder = leaders.holders.length === 1 ? leaders.holders[0] : undefined;
  if (fault.key === "lb") return holder === undefined ? undefined : target(holder);
  if (fault.key === "db") return leaders.writer === undefined ? undefined : target(leaders.writer);
  if (fault.key === "zone") {
    const { entrance, database } = hive.roles;
    if (entrance.virtual && holder === undefined) return undefined;
    if (database !== undefined && database.machines.length > 0 && leaders.writer === undefined) return undefined;
    const zones = worstZones(hive, leaders);
    if (zones.length === 0) return undefined;
    const { name, machines } = random.pick(zones);
    return { ...targetOf(hive, leaders, machines), zone: name };
  }
  const servers = hive.roles.web[0]?.machines ?? [];
  const weight = (machine: string) =>
    targetOf(hive, leaders, [machine]).roles.length + (machine === leaders.writer ? 1 : 0);
  const fewest = Math.min(...servers.map(weight));
  const candidates = servers.filter((machine) => weight(machine) === fewest);
  return candidates.length === 0 ? undefined : target(random.pick(candidates));
}

interface Leaders {
  readonly holders: readonly string[];
  readonly writer: string | undefined;
}

async function leadersOf(hive: RunningHive): Promise<Leaders> {
  return { holders: await hive.addressHolders(), writer: await hive.writer() };
}

function targetOf(hive: RunningHive, { holders, writer }: Leaders, machines: readonly string[]): DrillTarget {
  const { web, database } = hive.roles;
  const among = (names: readonly string[]) => machines.some((machine) => names.includes(machine));
  const roles: MachineRole[] = [];
  if (web.some((tier) => among(tier.machines))) roles.push("web");
  if (among(holders)) roles.push("address-holder");
  if (database !== undefined && among(database.machines)) roles.push("database");
  const leads = machines.flatMap((machine) => [
    ...(holders.includes(machine) ? [{ role: "address" as const, machine }] : []),
    ...(machine === writer ? [{ role: "writer" as const, machine }] : []),
  ]);
  return { machines, roles, leads };
}

/**
 * The zone that takes most leading roles at once: address and writer together, else the writer, whose successor takes longest,
 * else the address. Of zones that are equal in that, the one whose machines have most work; several when they have the same.
 */
function worstZones(hive: RunningHive, leaders: Leaders): Zone[] {
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
