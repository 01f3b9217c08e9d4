import ipaddr from "ipaddr.js";

/** IPv4 and IPv6 arithmetic, in the words that the sites need. */
export function isAddress(text: string): boolean {
  return ipaddr.isValid(text) && (text.includes(":") || ipaddr.IPv4.isValidFourPartDecimal(text));
}

export function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

/** The network that a text is in, written with its first address, as providers want it: `10.77.0.9/24` is in `10.77.0.0/24`. */
export function firstAddressOf(network: string): string {
  const [range, bits] = ipaddr.parseCIDR(network);
  const kind = range.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${kind.networkAddressFromCIDR(network).toString()}/${bits}`;
}

/** One spelling for one address, so that `fd00::1` and `fd00:0::1` are found to be the same. */
export function canonical(address: string): string {
  return ipaddr.parse(address).toString();
}

export function contains(network: string, address: string): boolean {
  const [range, bits] = ipaddr.parseCIDR(network);
  const ip = ipaddr.parse(address);
  return ip.kind() === range.kind() && ip.match(range, bits);
}

/** The /24 (IPv6: /64) that holds all the addresses, if there is one. */
export function commonNetwork(addresses: readonly string[]): string | undefined {
  const first = addresses[0];
  if (first === undefined) return undefined;
  const ip = ipaddr.parse(first);
  const bits = ip.kind() === "ipv4" ? 24 : 64;
  const base = (ip.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(`${first}/${bits}`).toString();
  const network = `${base}/${bits}`;
  return addresses.every((address) => contains(network, address)) ? network : undefined;
}

/** Why no machine can have an address: every network uses it for something else. */
export function unusable(address: string): string | undefined {
  const ip = ipaddr.parse(address);
  const range = ip.range();
  if (range === "unspecified") return "stands for any address";
  if (range === "multicast") return "is a group of machines (multicast)";
  return range === "broadcast" ? "is everybody (broadcast)" : undefined;
}

/** What an address is to its own network, when that is why nobody can have it. A network of one or two addresses has none such. */
export function reservedIn(
  network: string,
  address: string,
): "the network's own" | "the network's broadcast" | undefined {
  const [range, bits] = ipaddr.parseCIDR(network);
  const wanted = canonical(address);
  if (range.kind() === "ipv6") {
    // Its routers listen on the first address (RFC 4291, 2.6.1).
    const first = ipaddr.IPv6.networkAddressFromCIDR(network).toString();
    return bits < 127 && first === wanted ? "the network's own" : undefined;
  }
  if (bits > 30) return undefined;
  if (ipaddr.IPv4.networkAddressFromCIDR(network).toString() === wanted) return "the network's own";
  return ipaddr.IPv4.broadcastAddressFromCIDR(network).toString() === wanted ? "the network's broadcast" : undefined;
}
