import type { Construct, IConstruct } from "constructs";
import type { ITerraformDependable, SSHProvisionerConnection } from "../cdktf";
import type { Duration } from "../core/duration";
import type {
  LeaderProbe,
  ManifestMachine,
  ManifestNode,
  ManifestSite,
  RecoveryStep,
  TierStructure,
} from "../manifest/manifest";
import type { SshDoor } from "../software/kit/closed-firewall";
import type { Software } from "../software/software";
import type { Machines } from "./machines";

/** One place where machines run under one control plane. Tiers know only this, never a provider. */
export interface ISite extends IConstruct {
  /** `hosts`, `aws`, `digitalocean`. */
  readonly kind: string;
  /** Construct id. */
  readonly name: string;
  /** Failure domains of the site. */
  readonly zones: readonly string[];
  /** The layer 2 network that all private addresses are in; undefined where there is none, so no virtual IP can move. */
  readonly network: string | undefined;
  /** The machines for a tier. Throws when there are too few. */
  provide(request: MachineRequest): Machine[];
  /** The address of a load balancer whose program names none; undefined where the site has none to give. */
  floatingAddress(request: FloatingAddressRequest): IFloatingAddress | undefined;
  /**
   * Makes the DNS record of an entrance.
   * @default - absent: the site has no DNS, and a load balancer with `dns` is refused
   */
  dnsRecord?(request: DnsRecordRequest): ITerraformDependable;
  /** Whether an address belongs to a machine of the site, and to which. */
  ownerOf(address: string): string | undefined;
  /** What fails as one: the site, its zones, and whatever else its machines share, by `siteNode` and `zoneNode`. */
  structureNodes(): Readonly<Record<string, ManifestNode>>;
  /** Its entry in `beehive.json`. */
  toManifest(): ManifestSite;
}

/** What a tier wants of a site. */
export interface MachineRequest extends MachineAllocation {
  /**
   * Visitors connect to these machines: where machines have no public address by themselves, these get one.
   * @default false
   */
  readonly entrance?: boolean;
  /** Data that must outlive the machine. @default - the tier keeps nothing that may not go with the machine */
  readonly data?: DataRequest;
}

/**
 * A folder whose content must outlive its machine. Clouds give it a volume of its own, mounted before the tier's software
 * comes; on existing hosts it stays on the disk that the machine has.
 */
export interface DataRequest {
  /** The folder: `/var/lib/mysql`. */
  readonly mount: string;
  /** Size in GiB, when the site says nothing else. */
  readonly gibibytes: number;
  /** What is kept, for messages and tags: `MariaDB's data`. */
  readonly why: string;
}

/** The load balancer that needs an address from its site. */
export interface FloatingAddressRequest {
  /** Construct path of the load balancer. */
  readonly tier: string;
}

/** Where visitors come in. */
export interface EntranceLocation {
  /** An IP address, or a Terraform expression of one. @default - only a name leads there */
  readonly address?: string;
  /** A DNS name that the provider keeps and whose addresses change, or a Terraform expression of one. @default - none */
  readonly dnsName?: string;
  /** Route 53's id of the zone that `dnsName` is in, for an alias record. @default - none */
  readonly aliasZone?: string;
}

/** The DNS record of an entrance that a load balancer asks its site for. */
export interface DnsRecordRequest {
  /** The load balancer's construct: the record is made in it. */
  readonly scope: Construct;
  /** Construct path of the load balancer, for messages. */
  readonly tier: string;
  /** Fully qualified, no dot at the end: `shop.example.org`. */
  readonly name: string;
  /** The zone that the record is put into: `example.org`. */
  readonly zone: string;
  /**
   * How long resolvers may keep the record.
   * @default - the site's: as short as makes sense, or none for alias records
   */
  readonly ttl?: Duration;
  /** Where the name leads. */
  readonly location: EntranceLocation;
}

/** Name of a site in the structure. */
export const siteNode = (site: string): string => `site ${site}`;

/** Name of a zone in the structure. */
export const zoneNode = (site: string, zone: string): string => `zone ${site}/${zone}`;

/** How much memory a machine has. */
export interface MachineMemory {
  /** Bytes. */
  readonly bytes: number;
  /** What the provider calls a machine of this size, for messages: `t3.small`. */
  readonly size: string;
}

/** One server that a site has given to a tier. */
export interface Machine {
  /** Unique in the stack: in messages, in the manifest and in the lab. */
  readonly name: string;
  /** The site that provides it. */
  readonly site: ISite;
  /** The failure domain that it stands in, one of the site's `zones`. */
  readonly zone: string;
  /** Address for SSH: plain text, or a Terraform expression where only apply knows it. */
  readonly address: string;
  /** Address for the other machines: plain text, or a Terraform expression where only apply knows it. */
  readonly privateAddress: string;
  /** Changes when another machine takes the place of this one, so that everything is delivered anew. */
  readonly id: string;
  /**
   * Identity as a member of its tiers: when it changes, the machine that was there before is stopped as a member that
   * leaves. Stays the same when only the way to the machine changes.
   */
  readonly memberId: string;
  /** SSH connection for Terraform's provisioners. */
  readonly connection: SSHProvisionerConnection;
  /** Whether commands need `sudo`. */
  readonly sudo: boolean;
  /** SSH coordinates kept in the state, so that a removed machine can still be stopped. Plain values, no secret. */
  readonly decommission: Readonly<Record<string, string>>;
  /** What stays open when everything that no tier declares is dropped. @default - what no tier declares is left alone @internal */
  readonly closed?: SshDoor;
  /** Packages and `beehive-apply` are there when this is done. */
  readonly prepared: ITerraformDependable;
  /** Read when the stack is synthesized. @default - synth cannot know: an existing host, a size that only Terraform knows */
  readonly memory?: MachineMemory;
  /** Adds software whose packages the machine installs; evaluated when the stack is synthesized. */
  install(software: () => readonly Software[]): void;
  /** How it fails, and with what. */
  structureNode(): ManifestNode;
  /** Its entry in `beehive.json`. */
  toManifest(): ManifestMachine;
}

/** What a tier asks of a site: how many machines, and which. */
export interface MachineAllocation {
  /** Construct path of the tier, for messages and for the record of which tier uses which machine. */
  readonly tier: string;
  /** What the tier calls its machines, which is the name of its property too: `nodes`, `servers`. */
  readonly noun: string;
  /** How many machines. @default - all that `machines` names or labels */
  readonly count?: number;
  /** Which machines of the site the tier accepts. */
  readonly machines: Machines;
}

/** The load balancer that uses a floating address, and its machines. */
export interface FloatingAddressUse {
  /** The load balancer's construct: resources that the address needs are made in it. */
  readonly scope: Construct;
  /** The site of the load balancer. */
  readonly site: ISite;
  /** Construct path, for messages. */
  readonly path: string;
  /** Names its files and units on the machines: `shop-entrance`. */
  readonly instance: string;
  /** In the order in which they are rolled out; the first one begins with the address. */
  readonly machines: readonly Machine[];
  /** TCP port at which visitors are answered. */
  readonly port: number;
  /** systemd unit of the load balancer on each machine: what moves the address starts after it. */
  readonly servingUnit: string;
}

/** An address that moves to a machine that works. Users' own extend `FloatingAddress`. */
export interface IFloatingAddress {
  /** Called once, by the load balancer that uses it. Throws when the address cannot move there. */
  attach(use: FloatingAddressUse): AttachedAddress;
  /** For messages. */
  toString(): string;
}

/** A floating address at work. */
export interface AttachedAddress {
  /** Names how it moves, in the manifest's engine: `keepalived`, `elastic-ip`. */
  readonly mover: string;
  /** Where visitors come in: an address, or a Terraform expression where only apply knows it. */
  readonly location: EntranceLocation;
  /** For the manifest. @default - known only at apply */
  readonly address?: string;
  /**
   * TCP port on 127.0.0.1 at which the load balancer answers 200 while it serves; the mover probes it. Differs
   * between load balancers that share a machine.
   */
  readonly readyPort: number;
  /** What the load balancer binds on a machine: the address itself, the private one that it is translated to, or `*`. */
  bind(machine: Machine): string;
  /** Whether the bound address exists on every machine, with the floating address or without. @default false */
  readonly resident?: boolean;
  /** Software that moves the address to the machine and away; evaluated when the stack is synthesized. */
  software(machine: Machine): readonly Software[];
  /** Terraform expressions of secrets that the software's placeholders name. @default {} */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What must be there before the first machine is rolled out. @default [] */
  readonly after?: readonly ITerraformDependable[];
  /** How drills ask a machine whether it has the address. @default [] */
  readonly probes?: readonly LeaderProbe[];
  /** For the manifest: what decides how long a move takes (seconds). */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** How long visitors wait while it moves, at most, derived from the settings. */
  readonly recovery: readonly RecoveryStep[];
  /** Other settings that the program could choose. @default [] */
  readonly alternatives?: TierStructure["alternatives"];
  /** Nodes without which it cannot move: the provider's control plane. @default [] */
  readonly needs?: readonly string[];
}
