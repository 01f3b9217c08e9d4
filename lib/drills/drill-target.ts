import type { LeadingRole } from "../manifest/manifest";
import type { MachineRole } from "./drill-promise";
import type { RunningHive } from "./running-hive";

/** The machines that a fault meets, and everything that they do at that moment. */
export interface DrillTarget {
  /** One, or all of a zone. */
  readonly machines: readonly string[];
  /** `rack/a`, when they are a whole zone. */
  readonly zone?: string;
  readonly roles: readonly MachineRole[];
  readonly leads: readonly { readonly role: LeadingRole; readonly machine: string }[];
}

/** Who leads at this moment, as the running hive says. */
export interface HiveLeaders {
  /** The machines that have the entrance's address; one, when all is well. */
  readonly holders: readonly string[];
  readonly writer: string | undefined;
}

export async function leadersOf(hive: RunningHive): Promise<HiveLeaders> {
  return { holders: await hive.addressHolders(), writer: await hive.writer() };
}

/** The one machine that holds the address; undefined while none or several do. */
export const holderOf = ({ holders }: HiveLeaders): string | undefined =>
  holders.length === 1 ? holders[0] : undefined;

/** What these machines do for the hive. */
export function targetOf(
  hive: RunningHive,
  { holders, writer }: HiveLeaders,
  machines: readonly string[],
): DrillTarget {
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
