import * as net from "node:net";
import { isPlaceholder } from "../placeholders";

/** As nftables calls it. Where an address belongs, a placeholder is one of IPv4 (see `factPlaceholder`). */
export function addressFamily(address: string): "ip" | "ip6" {
  return address.includes(":") && !isPlaceholder(address) ? "ip6" : "ip";
}

export function isIPv4(address: string): boolean {
  return isPlaceholder(address) || net.isIPv4(address);
}

/** `[::1]:80` for IPv6. */
export function socketAddress(address: string, port: number): string {
  return addressFamily(address) === "ip6" ? `[${address}]:${port}` : `${address}:${port}`;
}
