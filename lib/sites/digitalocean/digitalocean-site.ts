import { DataDigitaloceanProject } from "@cdktf/provider-digitalocean/lib/data-digitalocean-project";
import { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import type { Construct } from "constructs";
import type { ITerraformDependable } from "../../cdktf";
import { zoneNode, type DnsRecordRequest, type MachineRequest } from "../../contracts/site";
import type { ManifestNode } from "../../manifest/manifest";
import { Hive } from "../../stack/hive";
import { CloudSite } from "../shared/cloud-site";
import type { FloatingAddress } from "../shared/floating-address";
import type { MachineUse } from "../shared/machine-uses";
import type { TrafficRule } from "../shared/traffic-rules";
import { DigitalOceanCloudFirewall } from "./access/cloud-firewall";
import { DigitalOceanLabels } from "./digitalocean-labels";
import type { DigitalOceanSiteProps } from "./digitalocean-site-props";
import { entranceRecord } from "./dns/dns-record";
import { DigitalOceanReservedIp } from "./floating-address/reserved-ip";
import { lateProblems } from "./late-problems";
import { DropletMachine, type DigitalOceanDataVolumeProps, type DropletProps } from "./machines/droplet-machine";
import { DigitalOceanLoginKeys } from "./machines/login-keys";
import { DigitalOceanNetwork } from "./network/network";
import { refuseProps } from "./refuse-props";
import { DigitalOceanTags } from "./tags";
import { Trait } from "../../core/trait";
import { constructPath } from "../../stack/construct-path";

const SIZE = "s-1vcpu-2gb";
const CIDR = "10.80.0.0/16";
const IMAGE = "debian-13-x64";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The same text for every droplet and for ever: a droplet whose text changes would be replaced. */
const USER_DATA = ["#cloud-config", "ssh_pwauth: false", ""].join("\n");

/** What DigitalOcean itself needs to make a droplet. */
export interface DropletTemplate {
  readonly image: string;
  readonly region: string;
  readonly size: string;
  readonly sshKeys: string[];
  readonly tags: string[];
  readonly vpcUuid: string;
  readonly projectId: string | undefined;
  readonly ipv6: boolean;
  /** The site's own. */
  readonly userData: string;
  /** What must be there before. */
  readonly after: readonly ITerraformDependable[];
  /** How it fails, and with what. */
  readonly node: ManifestNode;
}

const trait = new Trait<DigitalOceanSite>("DigitalOceanSite");

/** Whether a site is one of DigitalOcean. */
export const isDigitalOceanSite = trait.has;

/**
 * Droplets in one DigitalOcean region or several, each region a zone. What it makes besides: a VPC for each region, peered
 * with the others, cloud firewalls that open what tiers say and nothing else, and volumes for what tiers keep.
 *
 * Children, all reachable for `addOverride`: `provider`, `network/<region>`, `network/<region>-<region>`, `keys/Resource`,
 * `tags/Resource`, `tags/tier-<tier>`, `firewall/Resource`, `firewall/tiers`, `<machine>/Resource`, `<machine>/volume`,
 * `<machine>/attachment`.
 */
export class DigitalOceanSite extends CloudSite<DropletMachine, DigitalOceanDataVolumeProps> {
  static {
    trait.mark(this.prototype);
  }

  readonly kind = "digitalocean";
  /** The provider of everything that the site makes. */
  readonly provider: DigitaloceanProvider;
  /** A VPC for each region, and the peerings between them. */
  readonly networks: DigitalOceanNetwork;
  /** The cloud firewalls of the site's droplets. @internal */
  readonly firewall: DigitalOceanCloudFirewall;
  /** Names and tags of everything that the site makes. @internal */
  readonly labels: DigitalOceanLabels;
  /** Id of the project that everything is filed under, an expression. */
  readonly project: string | undefined;
  private readonly tags: DigitalOceanTags;
  private readonly behindLoadBalancers = Hive.of(this).collection<string, true>(this.node.path, "load balancer of");
  private readonly common: DropletProps;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DigitalOceanSiteProps,
  ) {
    refuseProps(constructPath(scope, id), props);
    const { zones, size = SIZE, sizes, dataVolumes, ssh, reliability } = props;
    super(scope, id, { zones, size, sizes, dataVolumes, login: ssh, reliability });
    const labels = new DigitalOceanLabels(this, props.tags ?? []);
    const provider = props.provider ?? new DigitaloceanProvider(this, "provider", { alias: labels.providerAlias });
    this.labels = labels;
    this.provider = provider;
    this.networks = new DigitalOceanNetwork(this, "network", {
      zones,
      cidr: props.cidr ?? CIDR,
      vpcs: props.vpcs ?? {},
      peering: props.peering ?? "make",
      provider,
      labels,
    });
    this.tags = new DigitalOceanTags(this, "tags", { provider, labels });
    this.firewall = new DigitalOceanCloudFirewall(this, "firewall", {
      provider,
      labels,
      siteTag: this.tags.site,
      sshFrom: ssh.from,
      sshPort: ssh.port ?? 22,
      rules: Hive.of(this).rendered(() => this.traffic().filter((rule) => !this.isNarrowed(rule))),
      tierTag: (tier) => this.tags.tier(tier),
      dropletId: (machine) => this.machineNamed(machine).id,
      address: (text) => Hive.of(this).withExpressions(text),
    });
    this.project = this.findProject();
    this.common = this.makeCommon();
  }

  /** The droplet of a tier that DigitalOcean starts by itself, such as an autoscale pool's. @internal */
  template(tier: string, region: string): DropletTemplate {
    const { image, sshKeys, userData, ipv6, labels } = this.common;
    return {
      image,
      region,
      size: this.expectTier(tier, false).size,
      sshKeys: [...sshKeys],
      tags: [this.tags.site, this.tags.tier(tier), ...labels.commonTags],
      vpcUuid: this.networks.vpcId(region),
      projectId: this.project,
      ipv6,
      userData,
      after: this.before(region),
      node: this.reliability.machine.node("machine", [zoneNode(this.name, region)]),
    };
  }

  /** Name of the tag that a tier's droplets carry, an expression; for what finds droplets by their tags. */
  tierTag(path: string): string {
    return this.tags.tier(path);
  }

  /**
   * Leaves a network out of the cloud firewalls of a tier, because a load balancer that connects from it is let in by
   * its own id.
   *
   * @internal
   */
  narrowed(tier: string, network: string): void {
    this.behindLoadBalancers.set(`${tier} ${network}`, true);
  }

  /** A reserved IP for each load balancer. */
  floatingAddress(): FloatingAddress {
    return new DigitalOceanReservedIp({ provider: this.provider, project: this.project });
  }

  dnsRecord(request: DnsRecordRequest): ITerraformDependable {
    return entranceRecord(request, this.provider);
  }

  /** Load balancers stay together, unless the program names them: a reserved IP moves inside one region. @internal */
  protected zonesFor({ entrance, machines }: MachineRequest): readonly string[] {
    return entrance === true && !machines.explicit ? [this.props.entranceZone ?? this.zones[0]!] : this.zones;
  }

  /** @internal */
  protected admit(tier: string): void {
    this.tags.tier(tier);
  }

  /** @internal */
  protected makeMachine(name: string, region: string, first: MachineUse): DropletMachine {
    return new DropletMachine(this, {
      site: this,
      name,
      region,
      vpcId: this.networks.vpcId(region),
      common: this.common,
      after: this.before(region),
      first,
    });
  }

  /** @internal */
  protected lateProblems(): string[] {
    const { zones, networks, machines } = this;
    return lateProblems({ path: this.node.path, zones, networks, machines });
  }

  private makeCommon(): DropletProps {
    const { provider, labels, props, tags } = this;
    const { keys, publicKeyFile, address, user, port, privateKeyFile, timeout, bastion } = props.ssh;
    return {
      provider,
      labels,
      image: props.image ?? IMAGE,
      sshKeys: new DigitalOceanLoginKeys(this, "keys", { keys, publicKeyFile, privateKeyFile, provider, labels }).ids,
      ssh: { user, port, privateKeyFile, timeout, bastion },
      sshPrivately: address === "private",
      userData: props.userData ?? USER_DATA,
      reliability: this.reliability.machine,
      ipv6: props.ipv6 ?? false,
      backups: props.backups === true ? {} : props.backups || undefined,
      project: this.project,
      tags,
    };
  }

  private findProject(): string | undefined {
    const { project } = this.props;
    if (project === undefined || UUID.test(project)) return project;
    return new DataDigitaloceanProject(this, "project", { provider: this.provider, name: project }).id;
  }

  /** What a droplet of the region waits for: the firewall that protects it from its birth, the peerings that give it its routes. */
  private before(region: string): readonly ITerraformDependable[] {
    return [this.firewall.base, ...this.networks.peeringsOf(region)];
  }

  /** Whether a load balancer's own cloud firewall lets it in, so that those of the tiers need not let in its network. */
  private isNarrowed({ to, from }: TrafficRule): boolean {
    return from.kind === "address" && this.behindLoadBalancers.has(`${to} ${from.name}`);
  }
}
