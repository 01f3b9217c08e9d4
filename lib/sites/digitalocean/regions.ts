import { overlaps, prefixLength, sizeOf, subnet } from "../shared/cidr";

/** What DigitalOcean calls a region: `fra1`. One region is one failure domain: it sells no zones inside of it. */
export const REGION = /^[a-z]{3}\d{1,2}$/;

/**
 * Each region's number among the networks that are cut from a site's `cidr`. A number belongs to its region for ever: a
 * VPC whose network changes is destroyed with everything in it.
 */
const SLOTS: Readonly<Record<string, number>> = {
  nyc1: 0,
  nyc2: 1,
  nyc3: 2,
  ams2: 3,
  ams3: 4,
  sfo1: 5,
  sfo2: 6,
  sfo3: 7,
  sgp1: 8,
  lon1: 9,
  fra1: 10,
  tor1: 11,
  blr1: 12,
  syd1: 13,
  atl1: 14,
  ric1: 15,
};

/** How many bits a region's number takes: a /16 gives each region a /20. */
const SLOT_BITS = 4;

/** Regions whose network is derived; others need one in `vpcs`. */
export const regionsWithSlot: readonly string[] = Object.keys(SLOTS);

/** Networks that DigitalOcean takes as a VPC, by the length of the prefix. */
export const VPC_PREFIX = { widest: 16, narrowest: 28 } as const;

/** What `cidr` may be, so that each region's part is a network that DigitalOcean takes. */
export const CIDR_PREFIX = {
  widest: VPC_PREFIX.widest - SLOT_BITS,
  narrowest: VPC_PREFIX.narrowest - SLOT_BITS,
} as const;

/** The region's part of the site's network; undefined for a region that has no number. */
export function regionNetwork(cidr: string, region: string): string | undefined {
  const slot = SLOTS[region];
  return slot === undefined ? undefined : subnet(cidr, prefixLength(cidr) + SLOT_BITS, slot);
}

/** DigitalOcean keeps these for itself, in every region (docs, "plan your network"). */
const RESERVED: readonly string[] = ["10.229.0.0/16", "10.244.0.0/16", "10.245.0.0/16", "10.246.0.0/24"];

/** The network of DigitalOcean's own that a VPC would lie in. */
export function reservedIn(network: string): string | undefined {
  return RESERVED.find((range) => overlaps(range, network));
}

/** The first and the last address of a VPC, and three that DigitalOcean uses: a /16 has 65,531 for droplets. */
const RESERVED_ADDRESSES = 5;

/** How many droplets a VPC has addresses for. */
export function dropletsIn(network: string): number {
  return Math.min(sizeOf(network) - RESERVED_ADDRESSES, MOST_MEMBERS);
}

/** A VPC takes so many members, however large its network is. */
const MOST_MEMBERS = 10_000;

/** Its VPCs can't be peered with those of other regions. */
export const UNPEERED_REGION = "blr1";
