import { line, propsSchema } from "../../../core/props";
import { z } from "../../../core/zod";
import { isBlock, isPrivate, overlaps, prefixLength } from "../../shared/cidr";
import {
  cidrUnusable,
  networksOverlap,
  noDerivedNetwork,
  peeringNeeded,
  unpeeredRegion,
  vpcOfNoZone,
  vpcTwice,
} from "../errors";
import { CIDR_PREFIX, regionNetwork, regionsWithSlot, reservedIn, UNPEERED_REGION, VPC_PREFIX } from "../regions";

/** The VPC of one region, where it is not the site's default. */
export interface DigitalOceanVpcProps {
  /**
   * UUID of an existing VPC of the region. Changing it replaces the region's droplets.
   * @default - the site makes one
   * @example id: "5a4981aa-9653-4bd1-bef5-d6bff52042e4"
   */
  readonly id?: string;
  /**
   * Its network, as CIDR. For an existing VPC it serves only to find networks that overlap or are too small; for one
   * that the site makes, changing it replaces the VPC and everything in it.
   * @default - the region's part of the site's `cidr`
   * @example cidr: "10.120.0.0/20"
   */
  readonly cidr?: string;
}

/** @internal */
export const vpcSchema = propsSchema<DigitalOceanVpcProps>()({
  id: z.guid("must be the UUID of a VPC, as doctl vpcs list shows it").meta({ words: "the UUID of a VPC" }).optional(),
  cidr: line.meta({ words: "a network as CIDR", example: '"10.120.0.0/20"' }).optional(),
});

/** What the program says of a site's networks. */
export interface NetworkWish {
  readonly zones: readonly string[];
  readonly cidr: string;
  readonly vpcs: Readonly<Record<string, DigitalOceanVpcProps>>;
  readonly peering: "make" | "existing";
}

/** The VPC that a region gets: one that exists, or a network to make it of. */
export interface PlannedVpc {
  readonly region: string;
  readonly id?: string;
  readonly cidr?: string;
}

/** Which VPC each region gets. Throws when they could not all exist or could not reach each other. */
export function planNetwork(site: string, props: NetworkWish): PlannedVpc[] {
  const { zones, cidr, vpcs, peering } = props;
  checkCidr(site, "cidr", cidr, CIDR_PREFIX);
  for (const region of Object.keys(vpcs)) if (!zones.includes(region)) throw vpcOfNoZone(site, region, zones);
  if (zones.length > 1 && zones.includes(UNPEERED_REGION)) throw unpeeredRegion(site, UNPEERED_REGION);
  const plan = zones.map((region): PlannedVpc => {
    const { id, cidr: own } = vpcs[region] ?? {};
    const network = own ?? (id === undefined ? regionNetwork(cidr, region) : undefined);
    if (network === undefined && id === undefined) throw noDerivedNetwork(site, region, regionsWithSlot);
    if (own !== undefined) checkCidr(site, `vpcs.${region}.cidr`, own, VPC_PREFIX);
    const reserved = network === undefined || id !== undefined ? undefined : reservedIn(network);
    if (reserved !== undefined) {
      const [property, value] = own === undefined ? ["cidr", cidr] : [`vpcs.${region}.cidr`, own];
      throw cidrUnusable(
        site,
        property,
        value,
        `${network} of region ${region} lies in ${reserved}, which DigitalOcean reserves`,
      );
    }
    return { region, id, cidr: network };
  });
  if (peering === "existing" && zones.length > 1) {
    const made = plan.find(({ id }) => id === undefined);
    if (made !== undefined) throw peeringNeeded(site, made.region);
  }
  for (const [a, b] of pairs(plan)) {
    if (a.id !== undefined && a.id === b.id) throw vpcTwice(site, a.id, a.region, b.region);
    if (a.cidr !== undefined && b.cidr !== undefined && overlaps(a.cidr, b.cidr)) {
      throw networksOverlap(site, { region: a.region, cidr: a.cidr }, { region: b.region, cidr: b.cidr });
    }
  }
  return plan;
}

function checkCidr(site: string, property: string, cidr: string, limits: { widest: number; narrowest: number }): void {
  if (!isBlock(cidr)) throw cidrUnusable(site, property, cidr, 'it is no IPv4 network written like "10.80.0.0/16"');
  if (!isPrivate(cidr) || cidr.startsWith("100.")) {
    throw cidrUnusable(site, property, cidr, "DigitalOcean takes 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 only");
  }
  const prefix = prefixLength(cidr);
  if (prefix < limits.widest || prefix > limits.narrowest) {
    throw cidrUnusable(site, property, cidr, `its prefix must be /${limits.widest} to /${limits.narrowest}`);
  }
}

/** Each pair once, sorted, so that the order of the zones is of no matter. */
export function pairs<T extends string | PlannedVpc>(items: readonly T[]): [T, T][] {
  const key = (item: T): string => (typeof item === "string" ? item : item.region);
  const sorted = [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return sorted.flatMap((first, i) => sorted.slice(i + 1).map((second): [T, T] => [first, second]));
}
