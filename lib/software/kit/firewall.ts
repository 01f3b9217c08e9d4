import { addressFamily } from "./addresses";
import { nftablesTable, tableName } from "./nftables";
import type { Port, Software } from "../software";

/** Whose table, and for which ports. */
export interface FirewallOptions {
  /** Names table, file and unit on the machine: a tier's `instance`. */
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /** Ports of the group's software. Only those with a list of sources are judged. */
  readonly ports: readonly Port[];
}

/**
 * Lets only the listed sources connect to the group's ports. A table of its own with a policy of accept: it judges no
 * other port, no SSH, and no table of the machine's owner, and several groups on a machine add up.
 */
export function firewall(options: FirewallOptions): Software {
  const { instance, constructPath } = options;
  const table = nftablesTable({
    constructPath,
    noun: "the firewall",
    table: `inet ${tableName(instance)}`,
    path: `/etc/beehive/nftables/${instance}.nft`,
    unit: `beehive-firewall-${instance}.service`,
    lines: [
      "chain input {",
      "    type filter hook input priority filter; policy accept;",
      "    iif lo accept",
      ...options.ports.flatMap(rulesOf).map((rule) => `    ${rule}`),
      "}",
    ],
  });
  return {
    name: `firewall-${instance}`,
    packages: ["nftables"],
    files: table.files,
    services: [table.service],
    gate: [table.gate],
    ports: [],
  };
}

function rulesOf(port: Port): string[] {
  if (port.from === "world") return [];
  if (isLoopback(port.address)) return [];
  const sources = port.from === "localhost" ? [] : port.from;
  const comment = `comment "${port.purpose.replace(/["\\\n]/g, "").slice(0, 100)}"`;
  return (["ip", "ip6"] as const)
    .filter((family) => port.address === "*" || addressFamily(port.address) === family)
    .map((family) => {
      const own = [...new Set(sources.filter((source) => addressFamily(source) === family))];
      const words = [
        port.address === "*" ? `meta nfproto ${family === "ip" ? "ipv4" : "ipv6"}` : `${family} daddr ${port.address}`,
        matchPort(port),
        ...(own.length === 0 ? [] : [`${family} saddr != { ${own.join(", ")} }`]),
        "drop",
        comment,
      ];
      return words.join(" ");
    });
}

/**
 * TCP: only the packet that opens a connection. A machine that leaves a tier loses its permission first and stops after; what
 * is open may end in good order, so that a database node leaves its cluster instead of vanishing from it.
 *
 * VRRP: other groups of the machine have other ids, in the second byte after the IP header; they are theirs to judge.
 */
function matchPort({ protocol, port }: Port): string {
  if (protocol === "vrrp") return `meta l4proto 112 @th,8,8 ${port}`;
  return `${protocol} dport ${port}${protocol === "tcp" ? " tcp flags & (syn | ack) == syn" : ""}`;
}

export const isLoopback = (address: string): boolean => address === "::1" || address.startsWith("127.");
