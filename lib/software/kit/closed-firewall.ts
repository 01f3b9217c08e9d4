import { addressFamily } from "./addresses";
import { anyAddress, FAMILIES, isLoopback, matchPort, portComment, sourcesOf, type Family } from "./firewall";
import { nftablesTable, tableName } from "./nftables";
import type { Port, Software } from "../software";

/** From where SSH is open on a machine that is closed otherwise. */
export interface SshDoor {
  /** TCP port of sshd. */
  readonly port: number;
  /** Addresses and networks; none for everywhere. */
  readonly from: readonly string[];
}

export interface ClosedFirewallOptions {
  /** Names table, file and unit on the machine: a tier's `instance`. */
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /** Of all software on the machine, whichever tier's. */
  readonly ports: readonly Port[];
  readonly ssh: SshDoor;
}

/** On packets to a port that a tier has declared, in all tables of the machine. */
const DECLARED = "0x00200000";

/**
 * Drops what nothing on the machine has declared. Each tier brings such a table, so that the machine is closed for as long as
 * there is a tier on it. A table marks what is declared, and drops what none of them has marked: a tier that opens a port need
 * not wait for the tables of the others, and one that comes first knows the ports of those that come after it.
 *
 * The kernel tracks connections for it, but not those of visitors: a busy entrance would fill the kernel's table.
 */
export function closedFirewall(options: ClosedFirewallOptions): Software {
  const { instance, constructPath, ports, ssh } = options;
  const open = ports.filter(({ from, address }) => from !== "localhost" && !isLoopback(address));
  const visitors = open.filter(({ from, protocol }) => from === "world" && protocol === "tcp");
  const table = nftablesTable({
    constructPath,
    noun: "the closed firewall",
    table: `inet ${tableName(instance)}_closed`,
    path: `/etc/beehive/nftables/${instance}.closed.nft`,
    unit: `beehive-closed-${instance}.service`,
    lines: [
      ...(visitors.length === 0 ? [] : untracked(visitors)),
      ...chain("declared", "input", "filter + 5", open.flatMap(declared)),
      ...chain("closed", "input", "filter + 10", [
        "iif lo accept",
        `meta mark & ${DECLARED} == ${DECLARED} accept`,
        // What was open before goes on; the kernel tracks nothing that began before it was asked to.
        "tcp flags & (syn | ack) != syn accept",
        "ct state established,related accept",
        // ICMP, both versions: errors of the network, and how IPv6 finds its neighbours and routers. Minimal machines know no names.
        "meta l4proto { 1, 58 } accept",
        'udp sport 67 udp dport 68 accept comment "DHCP"',
        'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment "DHCPv6"',
        ...sshRules(ssh),
        "drop",
      ]),
    ],
  });
  return {
    name: `closed-firewall-${instance}`,
    packages: ["nftables"],
    files: table.files,
    ...(ssh.from.length > 0 && {
      checks: [
        {
          description: "SSH stays open for the machine that deploys (sshFrom)",
          command: ["python3", "-c", KEEPS_OPERATOR, ...ssh.from],
        },
      ],
    }),
    services: table.services,
    gate: [table.gate],
    ports: [],
  };
}

function chain(name: string, hook: string, priority: string, rules: readonly string[]): string[] {
  return [
    `chain ${name} {`,
    `    type filter hook ${hook} priority ${priority}; policy accept;`,
    ...rules.map((rule) => `    ${rule}`),
    "}",
  ];
}

function declared(port: Port): string[] {
  return familiesOf(port).flatMap((family) => {
    const sources = port.from === "world" ? undefined : sourcesOf(port, family);
    if (sources?.length === 0) return [];
    const words = [
      local(port, family, "daddr"),
      matchPort(port, "all"),
      ...(sources === undefined ? [] : [`${family} saddr { ${sources.join(", ")} }`]),
      `meta mark set meta mark | ${DECLARED}`,
      portComment(port),
    ];
    return [words.join(" ")];
  });
}

/** Connections of visitors, in both directions. */
function untracked(ports: readonly Port[]): string[] {
  const rules = (side: "daddr" | "saddr", port: "dport" | "sport") =>
    ports.flatMap((one) =>
      familiesOf(one).map((family) => `${local(one, family, side)} tcp ${port} ${one.port} notrack`),
    );
  return [
    ...chain("visitors", "prerouting", "raw", rules("daddr", "dport")),
    ...chain("answers", "output", "raw", rules("saddr", "sport")),
  ];
}

function familiesOf({ address }: Port): readonly Family[] {
  return address === "*" ? FAMILIES : [addressFamily(address)];
}

/** An address of this machine: in packets that pass through it, another machine's port is meant. */
function local({ address }: Port, family: Family, side: "daddr" | "saddr"): string {
  return address === "*" ? `${anyAddress(family)} fib ${side} type local` : `${family} ${side} ${address}`;
}

/** A rule for each source: nftables takes no two in one set where one holds the other. */
function sshRules({ port, from }: SshDoor): string[] {
  const accept = `tcp dport ${port} accept comment "SSH"`;
  return from.length === 0 ? [accept] : from.map((source) => `${addressFamily(source)} saddr ${source} ${accept}`);
}

/** Who deploys comes from where sshd says; its process is above this one. Without sshd above, nobody can be locked out. */
const KEEPS_OPERATOR = `
import ipaddress, os, sys

def client():
    pid = os.getpid()
    while pid > 1:
        with open(f"/proc/{pid}/environ", "rb") as source:
            for entry in source.read().split(b"\\0"):
                if entry.startswith(b"SSH_CONNECTION="):
                    return entry.split(b"=", 1)[1].split()[0].decode("ascii")
        with open(f"/proc/{pid}/stat", "rb") as source:
            pid = int(source.read().rpartition(b")")[2].split()[1])
    return None

address = client()
if address is None:
    sys.exit()
found = ipaddress.ip_address(address)
found = getattr(found, "ipv4_mapped", None) or found
if not any(found in ipaddress.ip_network(network) for network in sys.argv[1:]):
    sys.exit(
        f"this deploy comes from {found}, which is in none of {', '.join(sys.argv[1:])} (sshFrom): "
        "the next one would be locked out. Add its network, or that of the bastion"
    )
`.trim();
