import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import type { ITerraformDependable, TerraformProvider } from "../../cdktf";
import { DEFAULT_RELIABILITY } from "../../contracts/reliability-defaults";
import { zoneNode, type DataRequest, type DnsRecordRequest } from "../../contracts/site";
import { once } from "../../core/once";
import { checkProps } from "../../core/props";
import type { ManifestNode } from "../../manifest/manifest";
import { Hive } from "../../stack/hive";
import { CloudSite } from "../shared/cloud-site";
import type { FloatingAddress } from "../shared/floating-address";
import type { MachineUse } from "../shared/machine-uses";
import { unknownZone } from "../shared/site-errors";
import { tierId } from "../shared/tier-id";
import type { Source } from "../shared/traffic-rules";
import { AwsFirewall } from "./access/aws-firewall";
import { AwsIdentity } from "./access/aws-identity";
import { AwsLabels } from "./aws-labels";
import { AwsRegion } from "./aws-region";
import type { AwsScope } from "./aws-scope";
import { awsSiteSchema, type AwsSiteProps } from "./aws-site-props";
import type { AwsZone } from "./aws-zone";
import { entranceRecord } from "./dns/dns-record";
import { LogBucket, type LogDestination } from "./log-bucket";
import type { HostedZoneIds } from "./dns/hosted-zone";
import { ElasticIp } from "./floating-address/elastic-ip";
import { lateProblems } from "./late-problems";
import { AwsBastion } from "./machines/aws-bastion";
import { AwsImage } from "./machines/aws-image";
import { AwsKeyPair } from "./machines/aws-key-pair";
import { AwsMachine, type MachineSettings } from "./machines/aws-machine";
import { firstBoot } from "./machines/first-boot";
import { architectureOf } from "./machines/instance-size";
import { isMade, loginOf } from "./machines/ssh-access";
import { checkVolume, type AwsDataVolumeProps } from "./machines/volume-type";
import type { SubnetKind } from "./network/address-plan";
import { OwnNetwork, type AwsNetwork } from "./network/aws-network";
import { Ec2Endpoint } from "./network/ec2-endpoint";
import { ExistingNetwork } from "./network/existing-network";
import { refuseProps } from "./refuse-props";
import { Trait } from "../../core/trait";
import { constructPath } from "../../stack/construct-path";

const SIZE = "t3.small";
const CIDR = "10.64.0.0/16";
/** The system disk's, in GiB. */
const ROOT = 16;

const trait = new Trait<AwsSite>("AwsSite");

/** Whether a site is one of AWS. */
export const isAwsSite = trait.has;

/**
 * A region of AWS, with availability zones as failure domains. What it makes is keyed by names (zones' letters, machines,
 * tiers), so that what comes or goes touches nothing else.
 */
export class AwsSite extends CloudSite<AwsMachine, AwsDataVolumeProps> {
  static {
    trait.mark(this.prototype);
  }

  readonly kind = "aws";
  /** Provider, region, names and tags, for engines that make more in the region. */
  readonly aws: AwsScope;
  /** The availability zones, with letter and full name; `zones` has the letters. */
  readonly awsZones: readonly AwsZone[];
  /** The VPC and its subnets: made by Beehive, or given by `vpc`. */
  readonly vpc: AwsNetwork;
  /** The security groups of the site's tiers. @internal */
  readonly firewall: AwsFirewall;
  /** What all its machines have in common. @internal */
  readonly settings: MachineSettings;
  /** Where AWS's services write logs. @internal */
  readonly logs = once((): LogDestination => {
    const { bucket, ...own } = this.props.logs ?? {};
    if (bucket === undefined) return new LogBucket(this, "logs", this.aws, own);
    return { bucket, arn: this.aws.region.arn(`s3:::${bucket}`), ready: [] };
  });
  /** How many addresses servers that come and go may need in each zone. */
  private reserved = 0;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsSiteProps,
  ) {
    const path = constructPath(scope, id);
    checkProps(path, awsSiteSchema, props);
    const region = new AwsRegion(path, props.region);
    const awsZones = region.zones("zones", props.zones ?? ["a", "b", "c"]);
    const { size = SIZE, sizes, dataVolumes, reliability } = props;
    const zones = awsZones.map(({ letter }) => letter);
    super(scope, id, { zones, size, sizes, dataVolumes, login: loginOf(props.ssh), reliability });
    this.awsZones = awsZones;
    refuseProps(this, props, props.cidr ?? CIDR);
    this.aws = {
      path,
      region,
      provider: props.provider ?? this.makeProvider(),
      labels: new AwsLabels(this, props.tags ?? {}),
    };
    this.vpc = this.makeNetwork();
    const image = new AwsImage(this, "image", { aws: this.aws, given: props.image, sizes: this.sizes });
    const { keyName } = new AwsKeyPair(this, "key", this.aws, props.ssh);
    const bastion = this.makeBastion(image, keyName);
    this.firewall = new AwsFirewall(this, "firewall", {
      aws: this.aws,
      vpcId: this.vpc.vpcId,
      ssh: bastion === undefined ? { from: props.ssh.from ?? [] } : { from: [], group: bastion.groupId },
      rules: this.traffic,
      addressOf: (source) => this.addressOf(source),
    });
    this.settings = this.makeSettings(image, keyName, bastion);
    this.recordTraffic();
  }

  /**
   * Reserves addresses for servers that come and go, so that a network that is too small is refused.
   *
   * @param perZone the largest number of servers in one zone
   * @returns their instance type
   * @internal
   */
  reserve(tier: string, perZone: number): string {
    this.reserved += perZone;
    return this.expectTier(tier, false).size;
  }

  /** Kind of the subnets of machines that are no entrance. @internal */
  get serverSubnets(): SubnetKind {
    return this.settings.allPublic ? "public" : "private";
  }

  /** A server of an auto scaling group, as a node of the structure. @internal */
  serverNode(zone: AwsZone): ManifestNode {
    const within = [zoneNode(this.name, zone.letter), ...this.fateOf(this.serverSubnets, zone)];
    return this.reliability.machine.node("machine", within);
  }

  /** An elastic IP for each load balancer. */
  floatingAddress(): FloatingAddress {
    return new ElasticIp();
  }

  dnsRecord(request: DnsRecordRequest): ITerraformDependable {
    return entranceRecord(request, this.aws, this.hostedZones);
  }

  /** Ids of Route 53's zones, by name, where the program gives them. @internal */
  get hostedZones(): HostedZoneIds {
    return this.props.hostedZones ?? {};
  }

  /** Whether AWS writes logs unless the program says otherwise: elsewhere its services may have other names. @internal */
  get logsByDefault(): boolean {
    return this.aws.region.partition === "aws";
  }

  /** Instance type of tiers for which the program names none. */
  get size(): string {
    return this.props.size ?? SIZE;
  }

  /**
   * The zone whose NAT gateway all zones share, and whose loss takes the way out from all; undefined when they share none.
   *
   * @internal
   */
  get sharedNatZone(): AwsZone | undefined {
    return this.vpc instanceof OwnNetwork ? this.vpc.sharedNatZone : undefined;
  }

  override structureNodes(): Record<string, ManifestNode> {
    const { natZones } = this;
    const gateways = natZones.map(({ letter }): [string, ManifestNode] => [
      this.natNode(letter),
      DEFAULT_RELIABILITY.nat.node("nat", [zoneNode(this.name, letter)]),
    ]);
    return { ...super.structureNodes(), ...Object.fromEntries(gateways) };
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

  private natNode(zone: string): string {
    return `nat ${this.name}/${zone}`;
  }

  /** @internal */
  protected admit(tier: string, data: DataRequest | undefined, volume: AwsDataVolumeProps = {}): void {
    if (data === undefined) return;
    const gibibytes = volume.gibibytes ?? data.gibibytes;
    checkVolume(this.node.path, `dataVolumes.${tierId(tier)}`, { ...volume, gibibytes });
  }

  /** @internal */
  protected zonesFor(): readonly string[] {
    return this.zones;
  }

  /** @internal */
  protected makeMachine(name: string, letter: string, first: MachineUse): AwsMachine {
    const zone = this.awsZones.find((one) => one.letter === letter)!;
    return new AwsMachine(this, {
      site: this,
      reliability: this.reliability.machine,
      failsWith: (kind) => this.fateOf(kind, zone),
      name,
      zone,
      settings: this.settings,
      first,
    });
  }

  /** @internal */
  protected lateProblems(): string[] {
    const { awsZones: zones, props, vpc, machines } = this;
    const reserved = { kind: this.serverSubnets, addresses: this.reserved };
    return lateProblems({ path: this.node.path, props, vpc, zones, machines, reserved });
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

  /** What is recorded unless the program says otherwise: what was refused, in a VPC that Beehive has made. */
  private recordTraffic(): void {
    const { aws, vpc, props } = this;
    const usual = props.vpc === undefined && this.logsByDefault ? "rejected" : "none";
    const { flowLogs = usual } = props;
    if (flowLogs === "none") return;
    const { arn, ready } = this.logs();
    new FlowLog(this, "flow-log", {
      provider: aws.provider,
      vpcId: vpc.vpcId,
      trafficType: flowLogs === "all" ? "ALL" : "REJECT",
      logDestinationType: "s3",
      logDestination: arn,
      tags: aws.labels.siteTags("flow-log"),
      dependsOn: [...ready],
    });
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
      terminationProtection: this.props.terminationProtection ?? true,
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

  /** As a rule takes it: what a machine is called becomes its address, and so does what only Terraform knows. */
  private addressOf({ kind, name }: Source): string {
    return kind === "machine" ? this.machineNamed(name).instance.privateIp : Hive.of(this).withExpressions(name);
  }
}
