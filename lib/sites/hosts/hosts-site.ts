import { Construct } from "constructs";
import { z } from "../../core/zod";
import {
  duplicateAddress,
  duplicateHostName,
  invalidHostName,
  invalidNetwork,
  networkTaken,
  noHosts,
  notAUnit,
  siteAddressTaken,
  sshFromOpen,
  unitNotToTake,
} from "./host-errors";
import { invalidAddress, reservedAddress, unusableAddress } from "../shared/floating-address-errors";
import { unknownTiers, unknownZone } from "../shared/site-errors";
import { Hive } from "../../stack/hive";
import type { ManifestNode, ManifestSite } from "../../manifest/manifest";
import { checkProps, instance, line, orToken, propsSchema, text } from "../../core/props";
import { sourceLine } from "../../core/source-line";
import { DEFAULT_RELIABILITY, type SiteReliability } from "../../contracts/reliability-defaults";
import type { Reliability } from "../../contracts/reliability";
import { canonical, commonNetwork, contains, isAddress, isNetwork, reservedIn, unusable } from "../shared/addresses";
import { checkSources } from "../shared/login-sources";
import { firstBlock } from "../shared/cidr";
import { takeNetwork } from "../shared/networks";
import { FloatingAddress, isVirtualIp, type VirtualIp } from "../shared/floating-address";
import { HostMachine } from "./host-machine";
import { HostPool } from "./host-pool";
import { siteManifest } from "../shared/site-manifest";
import { reliabilitySchema } from "../../contracts/shared-schemas";
import { placeNodes, siteReliabilitySchema } from "../shared/place-nodes";
import { type FloatingAddressRequest, type ISite, type Machine, type MachineRequest } from "../../contracts/site";
import { checkLogin, sshSchema, type SshProps } from "../../rollout/ssh";
import { constructPath } from "../../stack/construct-path";

/** One existing machine. */
export interface HostProps {
  /**
   * Unique in the site: 1 to 63 lower-case letters, digits and dashes. The machine's children in Terraform are keyed by
   * it: a renamed host is a host that leaves and another one that comes.
   * @example name: "db-1"
   */
  readonly name: string;
  /**
   * IP address for SSH. Changing it delivers everything again.
   * @example address: "203.0.113.11"
   */
  readonly address: string;
  /**
   * IP address for the other machines. When it changes, the tiers' daemons move to it, one machine after the other.
   * @default - `address`
   * @example privateAddress: "10.77.0.11"
   */
  readonly privateAddress?: string;
  /**
   * Failure domain: hosts of one zone are lost together. Changing it may change which machines tiers draw.
   * @example zone: "rack-1"
   */
  readonly zone: string;
  /**
   * Ids of the tiers that this host is reserved for: they choose among such hosts, and no other tier chooses it
   * automatically. Changing it may move a tier to other machines.
   * @default - for any tier
   * @example tiers: ["db"]
   */
  readonly tiers?: readonly string[];
  /**
   * Labels that `Machines.labelled()` selects by. Changing them may move a tier to other machines.
   * @default {}
   * @example labels: { role: "db" }
   */
  readonly labels?: Record<string, string>;
  /**
   * Where this host differs from the site's `ssh`. Changing it touches no machine.
   * @default {}
   * @example ssh: { port: 2222 }
   */
  readonly ssh?: SshProps;
  /**
   * How often this host is down, for predictions; no machine changes.
   * @default - the site's `reliability.machine`
   * @example reliability: Reliability.measured("99.97%", "our monitoring, 2024 and 2025")
   */
  readonly reliability?: Reliability;
  /**
   * systemd units of the machine's owner that Beehive may stop and disable where a tier needs their place: their port, their
   * data folder, a firewall that parts the machines. They are started and enabled as they were when the tier leaves, or when its
   * first deploy is refused. A unit that is not named is never touched: the deploy is refused before it changes anything.
   * @default []
   * @example takeOver: ["nginx.service"]
   */
  readonly takeOver?: readonly string[];
  /**
   * Whether a firewall of the owner's (ufw, firewalld, nftables) stays as it is. Its rules have to let the tiers' ports in:
   * Beehive's own firewall cannot open what another one closes. Without it the first deploy to such a host is refused.
   * @default false
   * @example keepFirewall: true
   */
  readonly keepFirewall?: boolean;
  /**
   * Names of other stacks whose tiers are on this machine and stay there. The first deploy to a machine of a hive that is not
   * named is refused.
   * @default []
   * @example sharedWith: ["blog"]
   */
  readonly sharedWith?: readonly string[];
}

/** The machines of a `HostsSite`, and how they are reached. */
export interface HostsSiteProps {
  /**
   * The machines, at least one. One that is added at the end of its zone changes no earlier choice of a tier; one that
   * is taken out is stopped and keeps its data.
   * @example hosts: [{ name: "web-1", address: "203.0.113.11", zone: "rack-1" }]
   */
  readonly hosts: readonly HostProps[];
  /**
   * How Terraform logs in to the hosts. Changing it touches no machine.
   * @default - root, port 22, keys of the SSH agent
   * @example ssh: { user: "debian", privateKeyFile: "~/.ssh/id_ed25519" }
   */
  readonly ssh?: SshProps;
  /**
   * Names of the zones; a host in another zone is refused. Changing it touches no machine.
   * @default - the zones of the hosts
   * @example zones: ["rack-1", "rack-2", "rack-3"]
   */
  readonly zones?: readonly string[];
  /**
   * The layer 2 network of the hosts' private addresses, as CIDR: virtual IPs can move inside it. Changing it touches
   * no machine.
   * @default - the /24 (IPv6: /64) that holds all private addresses; none when they share none
   * @example network: "10.77.0.0/16"
   */
  readonly network?: string;
  /**
   * A free address of `network` for the load balancer that names no address itself. It moves by VRRP;
   * `FloatingAddress.virtualIp("10.77.0.100", { … })` sets VRRP's options. Changing it moves the entrance: change DNS
   * first.
   * @default - each load balancer names its own
   * @example virtualIp: "10.77.0.100"
   */
  readonly virtualIp?: string | VirtualIp;
  /**
   * What a host does with connections that no tier declares. `"open"` leaves them alone; `"closed"` drops them all, in both
   * families, those to your own programs included: only the tiers' ports to whom they name, SSH, answers, ICMP, DHCP and the
   * loopback interface stay open. Changing it reloads the hosts' firewalls, one tier after the other; open
   * connections stay.
   * @default "open"
   * @example firewall: "closed"
   */
  readonly firewall?: "open" | "closed";
  /**
   * With `firewall: "closed"`: addresses and networks from which SSH stays open, on the port of `ssh`; that of a bastion, if its host is
   * an address, is added. A deploy from anywhere else is refused before it locks itself out. Changing it reloads the hosts' firewalls.
   * @default - everywhere
   * @example sshFrom: ["198.51.100.0/24", "2001:db8::/48"]
   */
  readonly sshFrom?: readonly string[];
  /**
   * Whether tiers that choose automatically may choose machines that other tiers use: needed where three servers run
   * everything. Changing it may move tiers to other machines.
   * @default false
   * @example shareMachines: true
   */
  readonly shareMachines?: boolean;
  /**
   * How often its parts are down, for predictions; no machine changes.
   * @default - see `SiteReliability`
   * @example reliability: { machine: Reliability.sla("99.9%", "contract with the hoster") }
   */
  readonly reliability?: SiteReliability;
}

const hostSchema = propsSchema<HostProps>()({
  name: line.meta({ example: '"web-1"' }),
  // Refused as tokens by `checkHosts`, which says why.
  address: orToken(line).meta({ example: '"10.77.0.11"' }),
  privateAddress: orToken(line).meta({ example: '"10.77.0.11"' }).optional(),
  zone: text.meta({ words: "a zone's name", example: '"a"' }),
  tiers: z
    .array(text)
    .min(1, "name at least one tier, or leave it out")
    .meta({ words: "a list of tiers' ids", example: '["db"]' })
    .optional(),
  labels: z.record(line, line).meta({ words: "an object of texts", example: '{ role: "web" }' }).optional(),
  ssh: sshSchema.optional(),
  reliability: reliabilitySchema.optional(),
  takeOver: z.array(line).meta({ words: "a list of systemd units", example: '["nginx.service"]' }).optional(),
  keepFirewall: z.boolean().optional(),
  sharedWith: z.array(line).meta({ words: "a list of stacks", example: '["blog"]' }).optional(),
});
const schema = propsSchema<HostsSiteProps>()({
  hosts: z
    .array(hostSchema)
    .meta({ words: "a list of hosts", example: '[{ name: "web-1", address: "10.77.0.11", zone: "a" }]' }),
  ssh: sshSchema.optional(),
  zones: z.array(text).meta({ words: "a list of zones", example: '["a", "b", "c"]' }).optional(),
  network: line.meta({ words: "a network as CIDR", example: '"10.77.0.0/24"' }).optional(),
  virtualIp: orToken(
    z.union([line.meta({ words: "an address" }), instance("FloatingAddress.virtualIp(…)", isVirtualIp)]),
  )
    .meta({ example: '"10.77.0.100"' })
    .optional(),
  firewall: z.enum(["open", "closed"]).meta({ words: '"open" or "closed"', example: '"closed"' }).optional(),
  sshFrom: z
    .array(line)
    .min(1, "would let nobody in; name the networks that you deploy from, or leave it out")
    .meta({ words: "a list of addresses and networks", example: '["198.51.100.0/24"]' })
    .optional(),
  shareMachines: z.boolean().optional(),
  reliability: siteReliabilitySchema.optional(),
});

const HOST_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Machines that exist already and that SSH reaches: rented servers of any seller, a rack, virtual machines. They run
 * Debian 12 or 13; Beehive installs the rest. Only machines that a tier draws are ever touched.
 */
export class HostsSite extends Construct implements ISite {
  readonly kind = "hosts";
  readonly name: string;
  readonly zones: readonly string[];
  readonly network: string | undefined;
  private readonly virtualIp: VirtualIp | undefined;
  private readonly hosts: ReadonlyMap<string, HostProps>;
  private readonly pool: HostPool;
  private readonly drawn = new Map<string, HostMachine>();
  private readonly ssh: SshProps;
  private readonly closedFor: readonly string[] | undefined;
  private entrance?: string;
  private readonly reliability: Required<SiteReliability>;

  constructor(scope: Construct, id: string, props: HostsSiteProps) {
    const path = constructPath(scope, id);
    checkProps(path, schema, props);
    super(scope, id);
    if (props.hosts.length === 0) throw noHosts(path);
    this.name = id;
    this.ssh = props.ssh ?? {};
    this.reliability = { ...DEFAULT_RELIABILITY, ...props.reliability };
    Hive.of(this).locate(path, sourceLine());
    this.zones = props.zones ?? [...new Set(props.hosts.map((host) => host.zone))];
    checkHosts(path, props.hosts, this.zones);
    checkLogin(path, "ssh", this.ssh);
    props.hosts.forEach((host, i) => checkLogin(path, `hosts.${i}.ssh`, host.ssh ?? {}));
    checkSshFrom(path, props);
    this.closedFor = props.firewall === "closed" ? (props.sshFrom ?? []) : undefined;
    if (props.network !== undefined && !isNetwork(props.network)) throw invalidNetwork(path, props.network);
    if (props.network !== undefined) checkInNetwork(path, props.network, props.hosts);
    this.network = props.network ?? commonNetwork(props.hosts.map(privateAddress));
    const other = this.network?.includes(".")
      ? takeNetwork(this, firstBlock(this.network), { found: true })
      : undefined;
    if (other !== undefined) throw networkTaken(path, "network", this.network!, other.cidr, other.site);
    this.hosts = new Map(props.hosts.map((host) => [host.name, host]));
    this.pool = new HostPool(
      id,
      props.hosts.map(({ name, zone, labels = {}, tiers }) => ({ name, zone, labels, tiers })),
      props.shareMachines ?? false,
    );
    const { virtualIp } = props;
    this.virtualIp = typeof virtualIp === "string" ? FloatingAddress.virtualIp(virtualIp) : virtualIp;
    this.virtualIp?.check(path, "virtualIp", this);
    this.node.addValidation({ validate: () => this.findUnknownTiers() });
  }

  provide(request: MachineRequest): Machine[] {
    return this.pool.draw(request).map((name) => this.machine(name));
  }

  floatingAddress({ tier }: FloatingAddressRequest): FloatingAddress | undefined {
    if (this.virtualIp !== undefined && this.entrance !== undefined) {
      throw siteAddressTaken(tier, this.virtualIp.address, this.entrance);
    }
    this.entrance = tier;
    return this.virtualIp;
  }

  ownerOf(address: string): string | undefined {
    const wanted = canonical(address);
    for (const host of this.hosts.values()) {
      if ([host.address, privateAddress(host)].some((own) => canonical(own) === wanted)) return host.name;
    }
    return undefined;
  }

  structureNodes(): Record<string, ManifestNode> {
    return placeNodes(this, this.reliability);
  }

  toManifest(): ManifestSite {
    return siteManifest(this, this.ssh);
  }

  private findUnknownTiers(): string[] {
    const known = this.pool.tierIds;
    return [...this.hosts.values()].flatMap(({ tiers = [] }, i) =>
      tiers
        .filter((tier) => !known.includes(tier))
        .map((tier) => unknownTiers(this.node.path, `hosts.${i}.tiers`, tier, known).message),
    );
  }

  private machine(name: string): HostMachine {
    let machine = this.drawn.get(name);
    if (machine === undefined) {
      const host = this.hosts.get(name)!;
      const ssh = { ...this.ssh, ...host.ssh };
      machine = new HostMachine(this, {
        ...host,
        site: this,
        privateAddress: privateAddress(host),
        labels: host.labels ?? {},
        ssh,
        reliability: host.reliability ?? this.reliability.machine,
        closedFor: this.closedFor && sshSources(this.closedFor, ssh),
        terms: {
          takeOver: host.takeOver ?? [],
          keepFirewall: host.keepFirewall ?? false,
          sharedWith: host.sharedWith ?? [],
        },
      });
      this.drawn.set(name, machine);
    }
    return machine;
  }
}

function checkSshFrom(path: string, { firewall, sshFrom = [] }: HostsSiteProps): void {
  if (sshFrom.length > 0 && firewall !== "closed") throw sshFromOpen(path, sshFrom);
  checkSources(path, "sshFrom", sshFrom);
}

/** Where everybody is let in, a bastion is, too. */
function sshSources(from: readonly string[], { bastion }: SshProps): readonly string[] {
  const host = bastion?.host;
  if (from.length === 0 || host === undefined || !isAddress(host) || from.includes(host)) return from;
  return [...from, host];
}

function privateAddress(host: HostProps): string {
  return host.privateAddress ?? host.address;
}

function checkHosts(path: string, hosts: readonly HostProps[], zones: readonly string[]): void {
  const names = new Set<string>();
  const addresses = new Map<string, string>();
  hosts.forEach((host, i) => {
    if (!HOST_NAME.test(host.name)) throw invalidHostName(path, host.name);
    if (names.has(host.name)) throw duplicateHostName(path, host.name);
    names.add(host.name);
    checkTakeOver(path, `hosts.${i}.takeOver`, host.takeOver ?? []);
    if (!zones.includes(host.zone)) throw unknownZone(path, `hosts.${i}.zone`, host.zone, zones);
    for (const [property, address] of [
      ["address", host.address],
      ["privateAddress", host.privateAddress],
    ] as const) {
      if (address === undefined) continue;
      if (!isAddress(address)) throw invalidAddress(path, `hosts.${i}.${property}`, address);
      const why = unusable(address);
      if (why !== undefined) throw unusableAddress(path, `hosts.${i}.${property}`, address, why);
      const other = addresses.get(canonical(address));
      if (other !== undefined && other !== host.name) throw duplicateAddress(path, address, other, host.name);
      addresses.set(canonical(address), host.name);
    }
  });
}

const UNIT = /^[A-Za-z0-9:_.@\\-]+\.(service|socket|timer|path|target)$/;
/** Without them nobody gets in any more. */
const WAY_IN = /^(ssh|sshd|systemd-.*|dbus|NetworkManager|networking)(@.*)?\.(service|socket)$/;

function checkTakeOver(path: string, property: string, units: readonly string[]): void {
  units.forEach((unit, i) => {
    if (!UNIT.test(unit)) throw notAUnit(path, `${property}.${i}`, unit);
    if (WAY_IN.test(unit) || unit.startsWith("beehive-")) throw unitNotToTake(path, `${property}.${i}`, unit);
  });
}

function checkInNetwork(path: string, network: string, hosts: readonly HostProps[]): void {
  hosts.forEach((host, i) => {
    const address = privateAddress(host);
    const role = contains(network, address) ? reservedIn(network, address) : undefined;
    const property = host.privateAddress === undefined ? "address" : "privateAddress";
    if (role !== undefined) throw reservedAddress(path, `hosts.${i}.${property}`, address, role, network);
  });
}
