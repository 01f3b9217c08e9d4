import { EbsVolume } from "@cdktf/provider-aws/lib/ebs-volume";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { VolumeAttachment } from "@cdktf/provider-aws/lib/volume-attachment";
import type { Construct } from "constructs";
import { Fn, Lazy, type ITerraformDependable } from "../../../cdktf";
import { CloudMachine } from "../../shared/cloud-machine";
import { mountDataVolume } from "../../shared/data-volume";
import type { Reliability } from "../../../contracts/reliability";
import type { DataRequest, ISite } from "../../../contracts/site";
import type { SshProps } from "../../../rollout/ssh";
import type { SubnetKind } from "../network/address-plan";
import type { AwsFirewall } from "../access/aws-firewall";
import type { AwsIdentity, AwsPermissionsProps } from "../access/aws-identity";
import type { AwsImage } from "./aws-image";
import type { AwsNetwork } from "../network/aws-network";
import type { AwsZone } from "../aws-zone";
import type { AwsScope } from "../aws-scope";
import type { Ec2Endpoint } from "../network/ec2-endpoint";
import { disksWithoutNames, otherSize, twoDataVolumes } from "../errors";
import { namesItsDisks } from "./instance-size";
import { VOLUME_TYPE, type AwsDataVolumeProps } from "./volume-type";

/** What all machines of a site have in common. */
export interface MachineSettings {
  readonly aws: AwsScope;
  readonly network: AwsNetwork;
  readonly firewall: AwsFirewall;
  readonly image: AwsImage;
  /** Expression. */
  readonly keyName: string;
  readonly ssh: SshProps;
  /** What SSH goes through: the bastion. */
  readonly wayIn: readonly ITerraformDependable[];
  /** Whether all machines stand in public subnets, and SSH goes to their public addresses. */
  readonly allPublic: boolean;
  readonly rootGibibytes: number;
  readonly userData: string | undefined;
  readonly sessionManager: boolean;
  readonly permissions: AwsPermissionsProps;
  /** Name of the instance profile that all share, an expression; undefined when they need no rights. */
  readonly profile: string | undefined;
  /** EC2's API for machines that may be without a public address; made when it is first asked for. */
  readonly ec2Endpoint: (() => Ec2Endpoint) | undefined;
}

export interface AwsMachineProps {
  readonly site: ISite & Construct;
  readonly reliability: Reliability;
  /** Gateways without which it has no way out, by the subnet that it stands in. */
  readonly fate: (kind: SubnetKind) => readonly string[];
  readonly name: string;
  readonly zone: AwsZone;
  readonly settings: MachineSettings;
  /** The tier for which it is made. */
  readonly first: AwsMachineUse;
}

/** What a tier wants of a machine that it uses. */
export interface AwsMachineUse {
  /** Construct path of the tier. */
  readonly tier: string;
  readonly size: string;
  /** Whether the program names the size for this tier, and not for all. */
  readonly sizeNamed: boolean;
  /** Whether visitors connect to it. */
  readonly entrance: boolean;
}

/** What a machine has that others do not have, and what may come after it was made. */
interface Own {
  identity?: AwsIdentity;
  /** Construct path of the tier that keeps data. */
  dataOf?: string;
}

/** How a machine finds a volume, with the volume's id without its dash at the end. */
const DISK = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_";

/**
 * An EC2 instance: `Resource`, with `volume` and `attachment` where a tier keeps data, and the instance profile of a load
 * balancer that moves an elastic IP. Tiers may share it; it is in the security groups of all of them.
 */
export class AwsMachine extends CloudMachine {
  readonly instance: Instance;
  private readonly props: AwsMachineProps;
  private readonly uses: AwsMachineUse[];
  private readonly own: Own;

  constructor(scope: Construct, props: AwsMachineProps) {
    const { site, name, zone, settings, first } = props;
    const uses = [first];
    const own: Own = {};
    makeCommon(settings, first);
    let made: Instance | undefined;
    super(scope, {
      site,
      name,
      zone: zone.letter,
      ssh: settings.ssh,
      reliability: props.reliability,
      // What keeps data talks inside the network; what serves visitors may have to call out.
      fate: () => (own.dataOf !== undefined ? [] : props.fate(subnetKind(settings, uses))),
      instance: (machine) => {
        made = new Instance(machine, "Resource", {
          ...instanceConfig(props, uses),
          iamInstanceProfile: Lazy.stringValue({ produce: () => own.identity?.profile ?? settings.profile }),
        });
        return {
          id: made.id,
          privateAddress: made.privateIp,
          publicAddress: settings.allPublic || first.entrance ? made.publicIp : undefined,
          sshAddress: settings.allPublic ? made.publicIp : made.privateIp,
          needs: [...settings.firewall.ready, ...settings.wayIn],
        };
      },
    });
    this.instance = made!;
    this.props = props;
    this.uses = uses;
    this.own = own;
  }

  /** Instance type. */
  get size(): string {
    return sizeOf(this.uses);
  }

  /** Which of the zone's subnets it stands in. */
  get subnetKind(): SubnetKind {
    return subnetKind(this.props.settings, this.uses);
  }

  get awsZone(): AwsZone {
    return this.props.zone;
  }

  get settings(): MachineSettings {
    return this.props.settings;
  }

  /** Its role and instance profile, where it has rights that the other machines do not have. */
  get identity(): AwsIdentity | undefined {
    return this.own.identity;
  }

  set identity(identity: AwsIdentity | undefined) {
    this.own.identity = identity;
  }

  /** Construct paths of the tiers that use it, each with a security group of its own. */
  get tiers(): readonly string[] {
    return [...new Set(this.uses.map(({ tier }) => tier))];
  }

  /** Lets another tier use it. */
  use(use: AwsMachineUse): void {
    const other = this.uses.find(({ sizeNamed, size }) => sizeNamed && use.sizeNamed && size !== use.size);
    if (other !== undefined) throw otherSize(use.tier, this.name, use.size, other.tier, other.size);
    this.uses.push(use);
    makeCommon(this.props.settings, use);
  }

  /** Gives it a volume that outlives it, mounted where the tier keeps its data. */
  keep(tier: string, { mount, gibibytes: wanted, why }: DataRequest, volume: AwsDataVolumeProps): void {
    if (this.own.dataOf !== undefined) throw twoDataVolumes(tier, this.name, this.own.dataOf);
    if (!namesItsDisks(this.size)) throw disksWithoutNames(tier, this.name, this.size);
    this.own.dataOf = tier;
    const { aws } = this.props.settings;
    const { gibibytes = wanted, type = VOLUME_TYPE, iops, throughput, snapshot, protected: kept = true } = volume;
    const disk = new EbsVolume(this, "volume", {
      provider: aws.provider,
      availabilityZone: this.awsZone.name,
      size: gibibytes,
      type,
      iops,
      throughput,
      snapshotId: snapshot,
      encrypted: true,
      // A machine that leaves the program loses `prevent_destroy` with it: then this snapshot is what is left of the data.
      finalSnapshot: true,
      tags: { ...aws.labels.tags(`${this.name}: ${why}`, idOf(tier)), "beehive:machine": this.name },
      lifecycle: { preventDestroy: kept, ignoreChanges: ["snapshot_id"] },
    });
    const attachment = new VolumeAttachment(this, "attachment", {
      provider: aws.provider,
      deviceName: "/dev/sdf",
      instanceId: this.instance.id,
      volumeId: disk.id,
      // A disk that is taken from a running daemon is a damaged one.
      stopInstanceBeforeDetaching: true,
    });
    mountDataVolume(this, {
      device: `${DISK}${Fn.replace(disk.id, "-", "")}`,
      mount,
      gibibytes,
      needs: [attachment],
    });
  }
}

function instanceConfig({ name, zone, settings }: AwsMachineProps, uses: readonly AwsMachineUse[]) {
  const { aws, network, firewall, image, keyName, userData, rootGibibytes } = settings;
  const kind = () => subnetKind(settings, uses);
  const tags = () => aws.labels.tags(name, ...uses.map(({ tier }) => idOf(tier)));
  const groups = () => [firewall.machines, ...uses.map(({ tier }) => firewall.group(tier))];
  return {
    provider: aws.provider,
    ami: Lazy.stringValue({ produce: () => image.imageFor(sizeOf(uses)) }),
    instanceType: Lazy.stringValue({ produce: () => sizeOf(uses) }),
    subnetId: Lazy.stringValue({ produce: () => network.subnetId(zone, kind()) }),
    associatePublicIpAddress: Lazy.anyValue({ produce: () => kind() === "public" }),
    vpcSecurityGroupIds: Lazy.listValue({ produce: groups }),
    keyName,
    userData,
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
    rootBlockDevice: {
      encrypted: true,
      volumeType: "gp3",
      volumeSize: rootGibibytes,
      tags: aws.labels.tags(`${name}: system`),
    },
    tags: Lazy.anyValue({ produce: tags }) as unknown as Record<string, string>,
    // Its first boot needs the internet, whichever subnet it is in.
    dependsOn: [...network.wayOut(zone, "private"), ...network.wayOut(zone, "public"), ...firewall.ready],
    lifecycle: {
      createBeforeDestroy: true,
      // All of them are for machines that are yet to be made. A floating address changes whether there is a public one.
      ignoreChanges: ["ami", "associate_public_ip_address", "key_name", "user_data"],
    },
  };
}

/** What is made once for several machines cannot be made any more when the stack is being synthesized. */
function makeCommon({ image, firewall }: MachineSettings, { tier, size }: AwsMachineUse): void {
  image.imageFor(size);
  firewall.group(tier);
}

function subnetKind({ allPublic }: MachineSettings, uses: readonly AwsMachineUse[]): SubnetKind {
  return allPublic || uses.some(({ entrance }) => entrance) ? "public" : "private";
}

/** A size that the program names for a tier wins over the size for all. */
function sizeOf(uses: readonly AwsMachineUse[]): string {
  return (uses.find(({ sizeNamed }) => sizeNamed) ?? uses[0]!).size;
}

/** The tier's own name, as in `sizes`. */
export const idOf = (tier: string): string => tier.slice(tier.lastIndexOf("/") + 1);

/** The tier's place in its stack, for names that have to be unique in the region. */
export const placeOf = (tier: string): string => tier.split("/").slice(1).join(".");
