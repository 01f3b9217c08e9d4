import { DataDigitaloceanProject } from "@cdktf/provider-digitalocean/lib/data-digitalocean-project";
import { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { Construct } from "constructs";
import { TerraformStack, type ITerraformDependable } from "../../cdktf";
import { unknownZone } from "../shared/site-errors";
import { Hive } from "../../stack/hive";
import type { ManifestNode, ManifestSite } from "../../manifest/manifest";
import { sourceLine } from "../../core/source-line";
import { DEFAULT_RELIABILITY, type SiteReliability } from "../../contracts/reliability-defaults";
import { machineNames } from "../shared/machine-names";
import { talks, type Talk } from "../shared/traffic-rules";
import type { FloatingAddress } from "../shared/floating-address";
import { placeNodes } from "../shared/place-nodes";
import { zoneNode, type DnsRecordRequest, type ISite, type Machine, type MachineRequest } from "../../contracts/site";
import { checkKeys } from "../../rollout/ssh";
import { DigitalOceanCloudFirewall } from "./access/cloud-firewall";
import { DigitalOceanLabels } from "./digitalocean-labels";
import { checkSiteProps, type DigitalOceanSiteProps } from "./digitalocean-site-props";
import { entranceRecord } from "./dns/dns-record";
import { DropletMachine, type DropletProps, type DropletUse } from "./machines/droplet-machine";
import { networkTooSmall, noData, unknownTiers } from "./errors";
import { DigitalOceanLoginKeys } from "./machines/login-keys";
import { DigitalOceanNetwork } from "./network/network";
import { dropletsIn } from "./regions";
import { DigitalOceanReservedIp } from "./floating-address/reserved-ip";
import { DigitalOceanTags } from "./tags";

/** A droplet that is yet to be made, by whomever. */
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

/**
 * Droplets in one DigitalOcean region or several, each region a zone. What it makes besides: a VPC for each region, peered
 * with the others, cloud firewalls that open what tiers say and nothing else, and volumes for what tiers keep.
 *
 * Children, all reachable for `addOverride`: `provider`, `network/<region>`, `network/<region>-<region>`, `keys/Resource`,
 * `tags/Resource`, `tags/tier-<tier>`, `firewall/Resource`, `firewall/tiers`, `<machine>/Resource`, `<machine>/volume`,
 * `<machine>/attachment`.
 */
export class DigitalOceanSite extends Construct implements ISite {
  readonly kind = "digitalocean";
  readonly name: string;
  readonly zones: readonly string[];
  /** A VPC carries no address that moves by ARP. */
  readonly network: undefined;
  /** The provider of everything that the site makes. */
  readonly provider: DigitaloceanProvider;
  /** A VPC for each region, and the peerings between them. */
  readonly networks: DigitalOceanNetwork;
  /** The cloud firewalls of the site's droplets. */
  readonly firewall: DigitalOceanCloudFirewall;
  /** Names and tags of everything that the site makes. */
  readonly labels: DigitalOceanLabels;
  /** Id of the project that everything is filed under, an expression. */
  readonly project: string | undefined;
  private readonly tags: DigitalOceanTags;
  private readonly machines = new Map<string, DropletMachine>();
  private readonly tiers = new Map<string, { readonly keepsData: boolean }>();
  private readonly behindLoadBalancers = Hive.of(this).collection<string, true>(this.node.path, "load balancer of");
  private readonly common: DropletProps;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DigitalOceanSiteProps,
  ) {
    super(scope, id);
    const path = this.node.path;
    checkSiteProps(path, props);
    checkKeys(path, "ssh", props.ssh);
    const { zones, ssh, vpcs = {}, peering = "make", entranceZone } = props;
    if (entranceZone !== undefined && !zones.includes(entranceZone)) {
      throw unknownZone(path, "entranceZone", entranceZone, zones);
    }
    this.name = id;
    this.zones = [...zones];
    const labels = new DigitalOceanLabels(this, props.tags ?? []);
    const provider = props.provider ?? new DigitaloceanProvider(this, "provider", { alias: labels.providerAlias });
    this.labels = labels;
    this.provider = provider;
    this.networks = new DigitalOceanNetwork(this, "network", {
      zones,
      cidr: props.cidr ?? "10.80.0.0/16",
      vpcs,
      peering,
      provider,
      labels,
    });
    this.tags = new DigitalOceanTags(this, "tags", { provider, labels });
    const { from, ...login } = ssh;
    this.firewall = new DigitalOceanCloudFirewall(this, "firewall", {
      provider,
      labels,
      siteTag: this.tags.site,
      sshFrom: from,
      sshPort: ssh.port ?? 22,
      talks: Hive.of(this).rendered(() => this.talks()),
      tierTag: (tier) => this.tags.tier(tier),
      dropletId: (machine) => this.machines.get(machine)!.id,
      address: (text) => Hive.of(this).withExpressions(text),
    });
    const { keys, publicKeyFile, address, ...route } = login;
    const { privateKeyFile } = route;
    this.project = this.findProject();
    this.common = {
      provider,
      labels,
      image: props.image ?? "debian-13-x64",
      sshKeys: new DigitalOceanLoginKeys(this, "keys", { keys, publicKeyFile, privateKeyFile, provider, labels }).ids,
      ssh: route,
      sshPrivately: address === "private",
      userData: props.userData ?? USER_DATA,
      reliability: this.reliability.machine,
      ipv6: props.ipv6 ?? false,
      backups: props.backups === true ? {} : props.backups || undefined,
      project: this.project,
      siteTag: this.tags.site,
    };
    Hive.of(this).locate(path, sourceLine());
    this.node.addValidation({ validate: () => this.problems() });
  }

  provide(request: MachineRequest): Machine[] {
    const { tier, data } = request;
    const id = tierId(tier);
    const named = machineNames(request, { zones: this.zonesFor(request), stack: TerraformStack.of(this).node.path });
    this.tiers.set(id, { keepsData: data !== undefined });
    const use: DropletUse = { tier, tag: this.tags.tier(tier), ...this.size(id) };
    return named.map(({ name, zone }) => {
      const machine = this.machine(name, zone);
      machine.use(use);
      if (data !== undefined) machine.keep(tier, data, this.props.dataVolumes?.[id]);
      return machine;
    });
  }

  /** The droplet of a tier that DigitalOcean starts by itself, such as an autoscale pool's. */
  template(tier: string, region: string): DropletTemplate {
    const id = tierId(tier);
    this.tiers.set(id, { keepsData: false });
    const { image, sshKeys, userData, ipv6, labels, siteTag } = this.common;
    return {
      image,
      region,
      size: this.size(id).size,
      sshKeys: [...sshKeys],
      tags: [siteTag, this.tags.tier(tier), ...labels.commonTags],
      vpcUuid: this.networks.vpcId(region),
      projectId: this.project,
      ipv6,
      userData,
      after: [this.firewall.base, ...this.networks.peeringsOf(region)],
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
   */
  narrowed(tier: string, network: string): void {
    this.behindLoadBalancers.set(`${tier} ${network}`, true);
  }

  /** Each load balancer gets an address of its own. */
  floatingAddress(): FloatingAddress {
    return new DigitalOceanReservedIp({ provider: this.provider, project: this.project });
  }

  dnsRecord(request: DnsRecordRequest): ITerraformDependable {
    return entranceRecord(request, this.provider);
  }

  /** The machine of an address. Addresses of droplets are Terraform expressions, known only at apply. */
  ownerOf(address: string): string | undefined {
    const machines = [...this.machines.values()];
    return machines.find((machine) => [machine.privateAddress, machine.publicAddress].includes(address))?.name;
  }

  /** @internal */
  structureNodes(): Record<string, ManifestNode> {
    return placeNodes(this, this.reliability);
  }

  private get reliability(): Required<SiteReliability> {
    return { ...DEFAULT_RELIABILITY, ...this.props.reliability };
  }

  /** @internal */
  toManifest(): ManifestSite {
    const { user = "root", privateKeyFile } = this.props.ssh;
    return {
      name: this.name,
      kind: this.kind,
      zones: [...this.zones],
      ssh: { user, ...(privateKeyFile !== undefined && { privateKeyFile }) },
    };
  }

  private size(tier: string): Pick<DropletUse, "size" | "sizeNamed"> {
    const named = this.props.sizes?.[tier];
    return { size: named ?? this.props.size ?? "s-1vcpu-2gb", sizeNamed: named !== undefined };
  }

  /** Load balancers stay together, unless the program names them: a reserved IP moves inside one region. */
  private zonesFor({ entrance, machines }: MachineRequest): readonly string[] {
    return entrance === true && !machines.explicit ? [this.props.entranceZone ?? this.zones[0]!] : this.zones;
  }

  private machine(name: string, region: string): DropletMachine {
    let machine = this.machines.get(name);
    if (machine === undefined) {
      machine = new DropletMachine(this, {
        site: this,
        name,
        region,
        vpcId: this.networks.vpcId(region),
        common: this.common,
        after: [this.firewall.base, ...this.networks.peeringsOf(region)],
      });
      this.machines.set(name, machine);
    }
    return machine;
  }

  private findProject(): string | undefined {
    const { project } = this.props;
    if (project === undefined || UUID.test(project)) return project;
    return new DataDigitaloceanProject(this, "project", { provider: this.provider, name: project }).id;
  }

  private talks(): Talk[] {
    const parties = [...this.machines.values()].map(({ name, privateAddress, publicAddress }) => ({
      machine: name,
      addresses: [privateAddress, publicAddress!],
    }));
    return talks(Hive.of(this).listenersOn(this), parties).filter(
      ({ to, from }) => from.kind !== "address" || !this.behindLoadBalancers.has(`${to} ${from.name}`),
    );
  }

  /** What can be judged only when all tiers have been made. */
  private problems(): string[] {
    const path = this.node.path;
    const known = [...this.tiers.keys()];
    const { sizes = {}, dataVolumes = {} } = this.props;
    const unknown = Object.entries({ sizes, dataVolumes }).flatMap(([property, map]) => {
      const ids = Object.keys(map).filter((id) => !this.tiers.has(id));
      return ids.length === 0 ? [] : [unknownTiers(path, property, ids, known)];
    });
    const empty = Object.keys(dataVolumes)
      .filter((id) => this.tiers.get(id)?.keepsData === false)
      .map((id) => noData(path, id));
    return [...unknown, ...empty, ...this.narrowNetworks()].map((error) => error.message);
  }

  private narrowNetworks() {
    return this.zones.flatMap((region) => {
      const cidr = this.networks.cidrOf(region);
      if (cidr === undefined) return [];
      const droplets = [...this.machines.values()].filter(({ zone }) => zone === region).length;
      const room = dropletsIn(cidr);
      return droplets > room ? [networkTooSmall(this.node.path, { region, cidr }, droplets, room)] : [];
    });
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The same text for every droplet and for ever: a droplet whose text changes would be replaced. */
const USER_DATA = ["#cloud-config", "ssh_pwauth: false", ""].join("\n");

/** What the program calls the tier: the last id of its construct path. */
function tierId(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
