import { prefixFor, prefixLength, sizeOf, subnet } from "../../shared/cidr";
import { ZONE_LETTERS, type AwsZone } from "../aws-zone";

/** `public` where machines have a public address, `private` where they go out through a NAT gateway. */
export type SubnetKind = "private" | "public";

/** AWS keeps the first four addresses of a subnet and the last. */
const RESERVED = 5;
/** A block has a place for each letter and kind, whether the zone is used or not: zones come and go and no other moves. */
const PLACES = ZONE_LETTERS.length * 2;
const PLACE_BITS = Math.log2(PLACES);
/** AWS takes VPCs of /16 to /28 and subnets down to /28. */
const SMALLEST_SUBNET = 28;
export const LARGEST_VPC = 16;
export const SMALLEST_VPC = SMALLEST_SUBNET - PLACE_BITS;

/** How many addresses something needs in a subnet. */
export interface AddressNeed {
  readonly zone: AwsZone;
  readonly kind: SubnetKind;
  readonly addresses: number;
}

export interface AddressShortage extends AddressNeed {
  /** What the subnet holds. */
  readonly room: number;
  /** Prefix of a VPC that would hold it; undefined when no VPC does. */
  readonly prefix: number | undefined;
}

/** The subnet of a zone: private ones in the lower half of the VPC, public ones in the upper, in the order of the letters. */
export function subnetBlock(vpc: string, zone: AwsZone, kind: SubnetKind): string {
  const place = ZONE_LETTERS.indexOf(zone.letter) + (kind === "public" ? ZONE_LETTERS.length : 0);
  return subnet(vpc, prefixLength(vpc) + PLACE_BITS, place);
}

/** The subnet that lacks most. */
export function shortage(vpc: string, needs: readonly AddressNeed[]): AddressShortage | undefined {
  const room = sizeOf(vpc) / PLACES - RESERVED;
  const [worst] = needs.filter((need) => need.addresses > room).sort((a, b) => b.addresses - a.addresses);
  if (worst === undefined) return undefined;
  const prefix = prefixFor(worst.addresses + RESERVED) - PLACE_BITS;
  return { ...worst, room, prefix: prefix < LARGEST_VPC ? undefined : prefix };
}
