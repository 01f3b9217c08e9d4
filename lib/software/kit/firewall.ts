import { addressFamily } from "./addresses";
import { nftablesTable, tableName } from "./nftables";
import { generatedBy } from "../placeholders";
import type { ManagedFile, Port, Software } from "../software";

/** Whose table, and for which ports. */
export interface FirewallOptions {
  /** Names table, file and unit on the machine: a tier's `instance`. */
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /** Ports of the group's software. Only those with a list of sources are judged. */
  readonly ports: readonly Port[];
  /**
   * systemd services that listen on the ports: none of them starts without the table.
   * @default []
   */
  readonly guards?: readonly string[];
}

/**
 * Lets only the listed sources connect to the group's ports. A table of its own with a policy of accept: it judges no
 * other port, no SSH, and no table of the machine's owner, and several groups on a machine add up.
 */
export function firewall(options: FirewallOptions): Software {
  const { instance, constructPath, guards = [] } = options;
  const unit = `beehive-firewall-${instance}.service`;
  const table = nftablesTable({
    constructPath,
    noun: "the firewall",
    table: `inet ${tableName(instance)}`,
    path: `/etc/beehive/nftables/${instance}.nft`,
    unit,
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
    files: [...table.files, ...[...new Set(guards)].map((service) => guard(options, service, unit, table.program))],
    services: table.services,
    gate: [table.gate],
    ports: [],
  };
}

/**
 * The firewall of a group's software: for all of its ports, and none of its services starts without the table.
 *
 * @param software of one machine
 */
export function firewallOf(
  software: readonly Software[],
  group: Pick<FirewallOptions, "instance" | "constructPath">,
): Software {
  const ports = software.flatMap((one) => one.ports);
  return firewall({ ...group, ports, guards: guardedServices(software) });
}

/**
 * Services of software that listens on ports which not everybody may connect to.
 *
 * @param software of one machine
 */
export function guardedServices(software: readonly Software[]): string[] {
  return software
    .filter(({ ports }) => ports.some(isJudged))
    .flatMap(({ services }) => services.map(({ unit }) => unit))
    .filter((unit) => unit.endsWith(".service"));
}

/**
 * A drop-in, so that units of packages and of programs' own are guarded as well. Not `Requires=`: a daemon whose firewall failed
 * once would not be tried again, and one whose firewall is restarted would be, too. This way it starts as soon as the table is there.
 */
function guard(
  { instance, constructPath }: FirewallOptions,
  service: string,
  unit: string,
  program: string,
): ManagedFile {
  return {
    // After `beehive-<instance>.conf`, which may replace what is done before a start.
    path: `/etc/systemd/system/${service}.d/beehive-${instance}.firewall.conf`,
    content: `${generatedBy("#", constructPath)}[Unit]
Wants=${unit}
After=${unit}

[Service]
ExecStartPre=+${program} ensure
`,
  };
}

const isJudged = ({ from, address }: Port): boolean => from !== "world" && !isLoopback(address);

function rulesOf(port: Port): string[] {
  if (!isJudged(port)) return [];
  const { address, protocol } = port;
  if (address === "*") return FAMILIES.map((family) => drop(port, family, anyAddress(family)));
  return FAMILIES.flatMap((family) => [
    ...(addressFamily(address) === family ? [drop(port, family, `${family} daddr ${address}`)] : []),
    // A program that listens on all addresses instead of the one that it was given: not open on the others, of either family.
    // One of the owner's that listens on another address of the machine is none of the group's business.
    ...(protocol === "vrrp" ? [] : [drop(port, family, anyAddress(family), "socket wildcard 1")]),
  ]);
}

export type Family = (typeof FAMILIES)[number];
export const FAMILIES = ["ip", "ip6"] as const;

export const anyAddress = (family: Family): string => `meta nfproto ${family === "ip" ? "ipv4" : "ipv6"}`;

/** @param further what else must hold, looked at last */
function drop(port: Port, family: Family, destination: string, ...further: readonly string[]): string {
  const own = sourcesOf(port, family);
  const words = [
    destination,
    matchPort(port),
    ...(own.length === 0 ? [] : [`${family} saddr != { ${own.join(", ")} }`]),
    ...further,
    "drop",
    portComment(port),
  ];
  return words.join(" ");
}

/** Listed sources of one family, each once. */
export function sourcesOf({ from }: Port, family: Family): string[] {
  return typeof from === "string" ? [] : [...new Set(from.filter((source) => addressFamily(source) === family))];
}

export const portComment = ({ purpose }: Port): string => `comment "${purpose.replace(/["\\\n]/g, "").slice(0, 100)}"`;

/**
 * TCP: only the packet that opens a connection. A machine that leaves a tier loses its permission first and stops after; what
 * is open may end in good order, so that a database node leaves its cluster instead of vanishing from it.
 *
 * VRRP: other groups of the machine have other ids, in the second byte after the IP header; they are theirs to judge.
 */
export function matchPort({ protocol, port }: Port, packets: "opening" | "all" = "opening"): string {
  if (protocol === "vrrp") return `meta l4proto 112 @th,8,8 ${port}`;
  const opening = protocol === "tcp" && packets === "opening" ? " tcp flags & (syn | ack) == syn" : "";
  return `${protocol} dport ${port}${opening}`;
}

export const isLoopback = (address: string): boolean => address === "::1" || address.startsWith("127.");
