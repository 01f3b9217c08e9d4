import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { TerraformStack, type ITerraformDependable, type TerraformProvider } from "../../cdktf";
import { unknownZone } from "../shared/site-errors";
import { Hive } from "../../stack/hive";
import type { ManifestNode, ManifestSite } from "../../manifest/manifest";
import { checkProps } from "../../core/props";
import { sourceLine } from "../../core/source-line";
import { DEFAULT_RELIABILITY, type SiteReliability } from "../../contracts/reliability-defaults";
import { machineNames } from "../shared/machine-names";
import { talks, type Party, type Source, type Talk } from "../shared/traffic-rules";
import type { FloatingAddress } from "../shared/floating-address";
import { placeNodes } from "../shared/place-nodes";
import { zoneNode, type DnsRecordRequest, type ISite, type Machine, type MachineRequest } from "../../contracts/site";
import type { SubnetKind } from "./network/address-plan";
import { AwsBastion } from "./machines/aws-bastion";
import { AwsFirewall } from "./access/aws-firewall";
import { AwsIdentity } from "./access/aws-identity";
import { AwsImage } from "./machines/aws-image";
import { AwsKeyPair } from "./machines/aws-key-pair";
import { AwsLabels } from "./aws-labels";
import { AwsMachine, idOf, type AwsMachineUse, type MachineSettings } from "./machines/aws-machine";
import { OwnNetwork, type AwsNetwork } from "./network/aws-network";
import type { AwsZone } from "./aws-zone";
import { AwsRegion } from "./aws-region";
import type { AwsScope } from "./aws-scope";
import { awsSiteSchema, type AwsSiteProps } from "./aws-site-props";
import { Ec2Endpoint } from "./network/ec2-endpoint";
import { ElasticIp } from "./floating-address/elastic-ip";
import { ExistingNetwork } from "./network/existing-network";
import { firstBoot } from "./machines/first-boot";
import { entranceRecord, type HostedZoneIds } from "./dns/hosted-zone";
import { architectureOf } from "./machines/instance-size";
import { lateProblems } from "./late-problems";
import { refuseProps } from "./refuse-props";
import { isMade, loginOf } from "./machines/ssh-access";
import { checkVolume } from "./machines/volume-type";

const SIZE = "t3.small";
const CIDR = "10.64.0.0/16";
/** The system disk's, in GiB. */
const ROOT = 16;

/**
 * A region of AWS, with availability zones as failure domains. What it makes is keyed by names (zones' letters, machines,
 * tiers), so that what comes or goes touches nothing else.
 */
export class AwsSite extends Construct implements ISite {
  readonly kind = "aws";
  readonly name: string;
  /** Letters of the availability zones. */
  readonly zones: readonly string[];
  /** None: nothing in a VPC answers ARP for an address that moves. */
  readonly network = undefined;
  /** Provider, region, names and tags, for engines that make more in the region. */
  readonly aws: AwsScope;
  /** The availability zones, with letter and full name. */
  readonly awsZones: readonly AwsZone[];
  /** The VPC and its subnets: made by Beehive, or given by `vpc`. */
  readonly vpc: AwsNetwork;
  /** The security groups of the site's tiers. */
  readonly firewall: AwsFirewall;
  /** What all its machines have in common. */
  readonly settings: MachineSettings;
  private readonly machines = new Map<string, AwsMachine>();
  /** Ids of the tiers that have machines here, and whether they keep data. */
  private readonly tiers = new Map<string, boolean>();
  private readonly talks: () => readonly Talk[];
  /** How many addresses servers that come and go may need in each zone. */
  private reserved = 0;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsSiteProps,
  ) {
    super(scope, id);
    const path = this.node.path;
    checkProps(path, awsSiteSchema, props);
    const region = new AwsRegion(path, props.region);
    this.name = id;
    this.awsZones = region.zones("zones", props.zones ?? ["a", "b", "c"]);
    this.zones = this.awsZones.map((zone) => zone.letter);
    refuseProps(this, props, props.cidr ?? CIDR);
    this.aws = {
      path,
      region,
      provider: props.provider ?? this.makeProvider(),
      labels: new AwsLabels(this, props.tags ?? {}),
    };
    this.vpc = this.makeNetwork();
    const hive = Hive.of(this);
    this.talks = hive.rendered(() => talks(hive.listenersOn(this), [...this.machines.values()].map(party)));
    const image = new AwsImage(this, "image", { aws: this.aws, given: props.image, sizes: this.sizes });
    const { keyName } = new AwsKeyPair(this, "key", this.aws, props.ssh);
    const bastion = this.makeBastion(image, keyName);
    this.firewall = new AwsFirewall(this, "firewall", {
      aws: this.aws,
      vpcId: this.vpc.vpcId,
      ssh: bastion === undefined ? { from: props.ssh.from ?? [] } : { from: [], group: bastion.groupId },
      talks: this.talks,
      addressOf: (source) => this.addressOf(source),
    });
    this.settings = this.makeSettings(image, keyName, bastion);
    hive.locate(path, sourceLine());
    this.node.addValidation({ validate: () => this.problems() });
  }

  provide(request: MachineRequest): Machine[] {
    const { tier, data, entrance = false } = request;
    const key = idOf(tier);
    const named = this.props.sizes?.[key];
    const use = { tier, size: named ?? this.size, sizeNamed: named !== undefined, entrance };
    this.tiers.set(key, data !== undefined);
    const volume = this.props.dataVolumes?.[key] ?? {};
    if (data !== undefined) {
      checkVolume(this.node.path, `dataVolumes.${key}`, { ...volume, gibibytes: volume.gibibytes ?? data.gibibytes });
    }
    return machineNames(request, { zones: this.zones, stack: TerraformStack.of(this).node.path }).map(
      ({ name, zone }) => {
        const machine = this.machine(name, zone, use);
        if (data !== undefined) machine.keep(tier, data, volume);
        return machine;
      },
    );
  }

  /**
   * Reserves addresses for servers that come and go, so that a network that is too small is refused.
   *
   * @param perZone the largest number of servers in one zone
   * @returns their instance type
   */
  reserve(tier: string, perZone: number): string {
    const key = idOf(tier);
    this.tiers.set(key, false);
    this.reserved += perZone;
    return this.props.sizes?.[key] ?? this.size;
  }

  /** Kind of the subnets of machines that are no entrance. */
  get serverSubnets(): SubnetKind {
    return this.settings.allPublic ? "public" : "private";
  }

  /** A server of an auto scaling group, as a node of the structure. */
  serverNode(zone: AwsZone): ManifestNode {
    const within = [zoneNode(this.name, zone.letter), ...this.fateOf(this.serverSubnets, zone)];
    return this.reliability.machine.node("machine", within);
  }

  /** Each load balancer gets an elastic IP of its own. */
  floatingAddress(): FloatingAddress {
    return new ElasticIp();
  }

  dnsRecord(request: DnsRecordRequest): ITerraformDependable {
    return entranceRecord(request, this.aws, this.hostedZones);
  }

  /** Ids of Route 53's zones, by name, where the program gives them. */
  get hostedZones(): HostedZoneIds {
    return this.props.hostedZones ?? {};
  }

  /** Always undefined: AWS assigns the addresses at apply. */
  ownerOf(): undefined {
    return undefined;
  }

  /** Instance type of tiers for which the program names none. */
  get size(): string {
    return this.props.size ?? SIZE;
  }

  /** The zone whose NAT gateway all zones share, and whose loss takes the way out from all; undefined when they share none. */
  get sharedNatZone(): AwsZone | undefined {
    return this.vpc instanceof OwnNetwork ? this.vpc.sharedNatZone : undefined;
  }

  /** @internal */
  structureNodes(): Record<string, ManifestNode> {
    const { natZones } = this;
    const gateways = natZones.map(({ letter }): [string, ManifestNode] => [
      this.natNode(letter),
      DEFAULT_RELIABILITY.nat.node("nat", [zoneNode(this.name, letter)]),
    ]);
    return { ...placeNodes(this, this.reliability), ...Object.fromEntries(gateways) };
  }

  /**
   * What takes a machine down beside its zone: a machine in a private subnet that has no way out counts as down, because
   * applications call out (payments, mail).
   */
  private fateOf(kind: SubnetKind, zone: AwsZone): string[] {
    if (kind === "public" || this.natZones.length === 0) return [];
    return [this.natNode((this.sharedNatZone ?? zone).letter)];
  }

  /** Zones with a NAT gateway of Beehive's. What an existing VPC has is not known. */
  private get natZones(): readonly AwsZone[] {
    return this.vpc instanceof OwnNetwork ? this.vpc.natZones : [];
  }

  private get reliability(): Required<SiteReliability> {
    return { ...DEFAULT_RELIABILITY, ...this.props.reliability };
  }

  private natNode(zone: string): string {
    return `nat ${this.name}/${zone}`;
  }

  /** @internal */
  toManifest(): ManifestSite {
    const { user = "", privateKeyFile } = this.settings.ssh;
    return {
      name: this.name,
      kind: this.kind,
      zones: [...this.zones],
      ssh: { user, ...(privateKeyFile !== undefined && { privateKeyFile }) },
    };
  }

  private machine(name: string, zone: string, use: AwsMachineUse): AwsMachine {
    const known = this.machines.get(name);
    known?.use(use);
    const awsZone = this.awsZones.find(({ letter }) => letter === zone)!;
    const machine =
      known ??
      new AwsMachine(this, {
        site: this,
        reliability: this.reliability.machine,
        fate: (kind) => this.fateOf(kind, awsZone),
        name,
        zone: awsZone,
        settings: this.settings,
        first: use,
      });
    this.machines.set(name, machine);
    return machine;
  }

  private makeProvider(): TerraformProvider {
    const { region } = this.props;
    // One alias for each site: several sites of one stack each hand theirs to what they make.
    const alias = this.node.path.split("/").slice(1).join("_");
    return new AwsProvider(this, "provider", { alias: alias.replace(/[^\w-]/g, "_"), region });
  }

  private makeNetwork(): AwsNetwork {
    const { aws, awsZones: zones } = this;
    const { vpc, cidr = CIDR, placement } = this.props;
    if (vpc !== undefined) return new ExistingNetwork(this, "network", { aws, vpc, zones });
    const nat = this.props.nat ?? (placement === "public" ? "none" : "per-zone");
    return new OwnNetwork(this, "network", { aws, cidr, zones, nat });
  }

  private makeBastion(image: AwsImage, keyName: string): AwsBastion | undefined {
    const { bastion, from = [] } = this.props.ssh;
    if (!isMade(bastion)) return undefined;
    const { aws, vpc: network } = this;
    const property = "ssh.bastion.zone";
    const { name } = aws.region.zone(property, bastion.zone);
    const zone = this.awsZones.find((one) => one.name === name);
    if (zone === undefined) throw unknownZone(aws.path, property, bastion.zone, this.zones);
    const size = bastion.size ?? (architectureOf(this.size) === "arm64" ? "t4g.nano" : "t3.nano");
    return new AwsBastion(this, "bastion", { aws, network, image, zone, size, keyName, from });
  }

  private makeSettings(image: AwsImage, keyName: string, bastion: AwsBastion | undefined): MachineSettings {
    const { aws, vpc: network, firewall } = this;
    const {
      ssh,
      sessionManager = true,
      permissions = {},
      instanceProfile,
      placement,
      rootGibibytes = ROOT,
      apiEndpoint = true,
    } = this.props;
    const rights = sessionManager || Object.values(permissions).some((list) => list.length > 0);
    const identity =
      instanceProfile === undefined && rights
        ? new AwsIdentity(this, "identity", { aws, sessionManager, permissions })
        : undefined;
    return {
      aws,
      network,
      firewall,
      image,
      keyName,
      ssh: loginOf(ssh, bastion?.host),
      wayIn: bastion?.ready ?? [],
      allPublic: placement === "public",
      rootGibibytes,
      userData: this.props.userData ?? (sessionManager ? firstBoot(aws.region) : undefined),
      sessionManager,
      permissions,
      profile: instanceProfile ?? identity?.profile,
      ec2Endpoint: apiEndpoint ? once(() => new Ec2Endpoint(this, "ec2-endpoint", { aws, network })) : undefined,
    };
  }

  private get sizes(): string[] {
    const { sizes = {}, ssh } = this.props;
    const bastion = isMade(ssh.bastion) ? ssh.bastion.size : undefined;
    return [this.size, ...Object.values(sizes), ...(bastion === undefined ? [] : [bastion])];
  }

  private problems(): string[] {
    const { awsZones: zones, props, tiers, vpc } = this;
    const machines = [...this.machines.values()];
    const reserved = { kind: this.serverSubnets, addresses: this.reserved };
    return lateProblems({ path: this.node.path, props, tiers, vpc, zones, machines, reserved });
  }

  /** As a rule takes it: what a machine is called becomes its address, and so does what only Terraform knows. */
  private addressOf({ kind, name }: Source): string {
    return kind === "machine" ? this.machines.get(name)!.instance.privateIp : Hive.of(this).withExpressions(name);
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function party(machine: AwsMachine): Party {
  const { name, privateAddress, publicAddress } = machine;
  return { machine: name, addresses: publicAddress === undefined ? [privateAddress] : [privateAddress, publicAddress] };
}
