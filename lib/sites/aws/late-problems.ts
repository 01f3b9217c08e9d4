import { shortage, type AddressNeed, type SubnetKind } from "./network/address-plan";
import type { AwsMachine } from "./machines/aws-machine";
import type { AwsNetwork } from "./network/aws-network";
import type { AwsZone } from "./aws-zone";
import type { AwsSiteProps } from "./aws-site-props";
import { blockTooSmall, tooManyGroups } from "./errors";

/** What a site looks like when all tiers have been made. */
export interface FinishedSite {
  /** Construct path. */
  readonly path: string;
  readonly props: Pick<AwsSiteProps, "securityGroupsPerMachine">;
  readonly machines: readonly AwsMachine[];
  /** What servers that come and go may need in each zone. */
  readonly reserved: Pick<AddressNeed, "kind" | "addresses">;
  readonly vpc: AwsNetwork;
  readonly zones: readonly AwsZone[];
}

/** A NAT gateway and a bastion stand in public subnets, too. */
const BESIDE_MACHINES: Readonly<Record<SubnetKind, number>> = { private: 0, public: 2 };

/** AWS's own quota. */
const SECURITY_GROUPS = 5;

/** What is wrong with a site, and shows only when all tiers have been made. */
export function lateProblems(site: FinishedSite): string[] {
  return [...lackOfAddresses(site), ...missingSubnets(site), ...tooManyTiers(site)];
}

function lackOfAddresses({ path, vpc: { cidr }, zones, machines, reserved }: FinishedSite): string[] {
  if (cidr === undefined) return [];
  const need = (zone: AwsZone, kind: SubnetKind): AddressNeed => {
    const there = machines.filter((machine) => machine.awsZone === zone && machine.subnetKind === kind);
    const more = reserved.kind === kind ? reserved.addresses : 0;
    return { zone, kind, addresses: there.length + more + BESIDE_MACHINES[kind] };
  };
  const lack = shortage(
    cidr,
    zones.flatMap((zone) => [need(zone, "private"), need(zone, "public")]),
  );
  return lack === undefined ? [] : [blockTooSmall(path, cidr, lack).message];
}

function missingSubnets({ vpc, machines }: FinishedSite): string[] {
  const problems = machines.flatMap(({ awsZone, subnetKind }) => vpc.missing(awsZone, subnetKind)?.message ?? []);
  return [...new Set(problems)];
}

/** AWS would refuse the machine when everything else is made. */
function tooManyTiers({ path, props, machines }: FinishedSite): string[] {
  const most = props.securityGroupsPerMachine ?? SECURITY_GROUPS;
  const over = machines.filter(({ tiers }) => tiers.length + 1 > most);
  const byTiers = new Map(over.map(({ tiers }) => [tiers.join(), tiers]));
  return [...byTiers].map(([key, tiers]) => {
    const names = over.filter((machine) => machine.tiers.join() === key).map(({ name }) => name);
    return tooManyGroups(path, names, tiers, most).message;
  });
}
