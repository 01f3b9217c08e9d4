import type { SeededRandom } from "./random";
import { noSuchRole, notRedundant } from "./errors";
import type { Fault } from "./drill-fault";
import type { MachineRole } from "./drill-promise";
import type { RunningHive } from "./running-hive";

/** The machine that a drill takes the power from, and everything that it does at that moment. */
export interface DrillTarget {
  readonly machine: string;
  readonly roles: readonly MachineRole[];
}

/**
 * Refuses a fault that the hive has no tier for, or no spare machine. Asks nothing on the machines.
 *
 * @throws DrillError
 */
export function checkFault(hive: RunningHive, fault: Fault): void {
  const { entrance, web, database } = hive.roles;
  const stack = hive.manifest.stack;
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
 * machines, a web server with no second role is taken if there is one, so that the drill shows what its name says.
 *
 * @returns undefined when the hive does not say who holds the role; then there is nothing to show
 */
export async function chooseTarget(
  hive: RunningHive,
  fault: Fault,
  random: SeededRandom,
): Promise<DrillTarget | undefined> {
  const holders = await hive.addressHolders();
  const writer = await hive.writer();
  const rolesOf = (machine: string): MachineRole[] => {
    const roles: MachineRole[] = [];
    if (hive.roles.web.some(({ machines }) => machines.includes(machine))) roles.push("web");
    if (holders.includes(machine)) roles.push("address-holder");
    if (hive.roles.database?.machines.includes(machine)) roles.push("database");
    return roles;
  };
  const target = (machine: string): DrillTarget => ({ machine, roles: rolesOf(machine) });
  if (fault.key === "lb") return holders.length === 1 && holders[0] !== undefined ? target(holders[0]) : undefined;
  if (fault.key === "db") return writer === undefined ? undefined : target(writer);
  const servers = hive.roles.web[0]?.machines ?? [];
  const fewest = Math.min(...servers.map((machine) => weight(rolesOf(machine), machine === writer)));
  const candidates = servers.filter((machine) => weight(rolesOf(machine), machine === writer) === fewest);
  return candidates.length === 0 ? undefined : target(random.pick(candidates));
}

const weight = (roles: readonly MachineRole[], isWriter: boolean): number => roles.length + (isWriter ? 1 : 0);
