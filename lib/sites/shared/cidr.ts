import ipaddr from "ipaddr.js";
import { PRIVATE_NETWORKS } from "../../software/kit/addresses";

/** IPv4 networks as clouds cut them: blocks of a power of two, at fixed places. Networks are texts: `10.64.0.0/16`. */

/** Whether a text is an IPv4 network, written with the first address of the block. */
export function isBlock(text: string): boolean {
  return /^[\d.]+\/\d+$/.test(text) && ipaddr.IPv4.isValidCIDRFourPartDecimal(text) && firstBlock(text) === text;
}

/** The block that an address of it stands for: `10.64.3.7/20` is in `10.64.0.0/20`. */
export function firstBlock(text: string): string {
  return `${ipaddr.IPv4.networkAddressFromCIDR(text).toString()}/${prefixLength(text)}`;
}

/** Whether no one on the internet has an address of it. */
export function isPrivate(block: string): boolean {
  return PRIVATE_NETWORKS.some((range) => holds(range, block));
}

export function prefixLength(block: string): number {
  return Number(block.slice(block.indexOf("/") + 1));
}

/** How many addresses a block has, reserved ones included. */
export function sizeOf(block: string): number {
  return 2 ** (32 - prefixLength(block));
}

/** The longest prefix whose block has so many addresses: 16 need a /28, 17 a /27. */
export function prefixFor(addresses: number): number {
  return 32 - Math.ceil(Math.log2(Math.max(addresses, 1)));
}

/**
 * The block number `slot` of those with the given prefix. A slot belongs to a name for ever (a zone's letter, a region),
 * so that a zone that comes or goes moves no other one.
 */
export function subnet(block: string, prefix: number, slot: number): string {
  const slots = 2 ** (prefix - prefixLength(block));
  if (slots < 1 || !Number.isInteger(slot) || slot < 0 || slot >= slots) {
    throw new RangeError(`${block} has no /${prefix} number ${slot}`);
  }
  return `${toText(firstOf(block) + slot * 2 ** (32 - prefix))}/${prefix}`;
}

export function overlaps(a: string, b: string): boolean {
  return firstOf(a) < firstOf(b) + sizeOf(b) && firstOf(b) < firstOf(a) + sizeOf(a);
}

/** Whether all of `inner` is in `outer`. */
export function holds(outer: string, inner: string): boolean {
  return firstOf(outer) <= firstOf(inner) && firstOf(inner) + sizeOf(inner) <= firstOf(outer) + sizeOf(outer);
}

function firstOf(block: string): number {
  const [range] = ipaddr.parseCIDR(block);
  return range.toByteArray().reduce((number, byte) => number * 256 + byte, 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
