import * as net from "node:net";
import { once } from "../../core/once";
import { isPlaceholder } from "../placeholders";

/** As nftables calls it. Where an address belongs, a placeholder is one of IPv4 (see `factPlaceholder`). */
export function addressFamily(address: string): "ip" | "ip6" {
  return address.includes(":") && !isPlaceholder(address) ? "ip6" : "ip";
}

export function isIPv4(address: string): boolean {
  return isPlaceholder(address) || net.isIPv4(address);
}

/** RFC 1918 and RFC 6598: addresses that no one on the internet has. */
export const PRIVATE_NETWORKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] as const;

const notPublic = once(() => {
  const blocks = new net.BlockList();
  for (const block of [...PRIVATE_NETWORKS, "169.254.0.0/16", "127.0.0.0/8"]) {
    const [first = "", prefix] = block.split("/");
    blocks.addSubnet(first, Number(prefix));
  }
  return blocks;
});

/** An address, or a network by its first one; a placeholder is not known to be public. */
export function isPublicIPv4(address: string): boolean {
  const [first = ""] = address.split("/");
  return net.isIPv4(first) && !notPublic().check(first);
}

/** `[::1]:80` for IPv6. */
export function socketAddress(address: string, port: number): string {
  return addressFamily(address) === "ip6" ? `[${address}]:${port}` : `${address}:${port}`;
}
