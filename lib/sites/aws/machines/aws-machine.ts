import { EbsVolume } from "@cdktf/provider-aws/lib/ebs-volume";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { VolumeAttachment } from "@cdktf/provider-aws/lib/volume-attachment";
import type { Construct } from "constructs";
import { Fn, type ITerraformDependable } from "../../../cdktf";
import { dependencyName, late, lateList, lateText } from "../../../core/late";
import { CloudMachine } from "../../shared/cloud-machine";
import type { TierMachine } from "../../shared/cloud-site";
import { mountDataVolume } from "../../shared/data-volume";
import { MachineUses, type MachineUse } from "../../shared/machine-uses";
import { tierId } from "../../shared/tier-id";
import type { Reliability } from "../../../contracts/reliability";
import type { DataRequest, ISite, MachineMemory } from "../../../contracts/site";
import type { SshProps } from "../../../rollout/ssh";
import type { SubnetKind } from "../network/address-plan";
import type { AwsFirewall } from "../access/aws-firewall";
import type { AwsIdentity, AwsPermissionsProps } from "../access/aws-identity";
import type { AwsImage } from "./aws-image";
import type { AwsNetwork } from "../network/aws-network";
import type { AwsZone } from "../aws-zone";
import type { AwsScope } from "../aws-scope";
import type { Ec2Endpoint } from "../network/ec2-endpoint";
import { disksWithoutNames } from "../errors";
import { memoryOf, namesItsDisks } from "./instance-size";
import { VOLUME_TYPE, type AwsDataVolumeProps } from "./volume-type";
import { Trait } from "../../../core/trait";

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
  /** Whether machines that keep data cannot be terminated by hand. */
  readonly terminationProtection: boolean;
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
  readonly failsWith: (kind: SubnetKind) => readonly string[];
  readonly name: string;
  readonly zone: AwsZone;
  readonly settings: MachineSettings;
  /** What the tier for which it is made wants. */
  readonly first: MachineUse;
}

/** How a machine finds a volume, with the volume's id without its dash at the end. */
const DISK = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_";

const trait = new Trait<AwsMachine>("AwsMachine");

/** Whether a machine is one of AWS. */
export const isAwsMachine = trait.has;

/**
 * An EC2 instance: `Resource`, with `volume` and `attachment` where a tier keeps data, and the instance profile of a load
 * balancer that moves an elastic IP. Tiers may share it; it is in the security groups of all of them.
 */
export class AwsMachine extends CloudMachine implements TierMachine<AwsDataVolumeProps> {
  static {
    trait.mark(this.prototype);
  }

  /** The server itself, the child `Resource`. */
  readonly instance: Instance;
  private readonly props: AwsMachineProps;
  private readonly uses: MachineUses;
  private readonly own: { identity?: AwsIdentity };

  /** @internal */
  constructor(scope: Construct, props: AwsMachineProps) {
    const { site, name, zone, settings, first } = props;
    const uses = new MachineUses(name, first);
    const own: { identity?: AwsIdentity } = {};
    makeCommon(settings, first);
    let made: Instance | undefined;
    super(scope, {
      site,
      name,
      zone: zone.letter,
      ssh: settings.ssh,
      reliability: props.reliability,
      // What keeps data talks inside the network; what serves visitors may have to call out.
      failsWith: () => (uses.keepsData ? [] : props.failsWith(subnetKind(settings, uses))),
      instance: (machine) => {
        made = new Instance(machine, "Resource", {
          ...instanceConfig(props, uses),
          iamInstanceProfile: lateText(() => own.identity?.profile ?? settings.profile),
        });
        made.dependsOn = dependencies(props).map(dependencyName);
        // Each time one is asked for, cdktf makes another token.
        const { id, privateIp } = made;
        const publicIp = settings.allPublic || first.entrance ? made.publicIp : undefined;
        return {
          id,
          privateAddress: privateIp,
          publicAddress: publicIp,
          sshAddress: (settings.allPublic ? publicIp : undefined) ?? privateIp,
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
    return this.uses.size;
  }

  /** What its size tells. */
  get memory(): MachineMemory | undefined {
    const bytes = memoryOf(this.size);
    return bytes === undefined ? undefined : { bytes, size: this.size };
  }

  /** Which of the zone's subnets it stands in. @internal */
  get subnetKind(): SubnetKind {
    return subnetKind(this.props.settings, this.uses);
  }

  /** The availability zone, with letter and full name. */
  get awsZone(): AwsZone {
    return this.props.zone;
  }

  /** @internal */
  get settings(): MachineSettings {
    return this.props.settings;
  }

  /** Its role and instance profile, where it has rights that the other machines do not have. @internal */
  get identity(): AwsIdentity | undefined {
    return this.own.identity;
  }

  /** @internal */
  set identity(identity: AwsIdentity | undefined) {
    this.own.identity = identity;
  }

  /** Construct paths of the tiers that use it, each with a security group of its own. */
  get tiers(): readonly string[] {
    return this.uses.tiers;
  }

  /** @internal */
  assignTier(use: MachineUse): void {
    this.uses.add(use);
    makeCommon(this.props.settings, use);
  }

  /** @internal */
  attachVolume(tier: string, { mount, gibibytes: wanted, why }: DataRequest, volume: AwsDataVolumeProps = {}): void {
    this.uses.keepData(tier);
    if (!namesItsDisks(this.size)) throw disksWithoutNames(tier, this.name, this.size);
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
      tags: { ...aws.labels.tags(`${this.name}: ${why}`, tierId(tier)), "beehive:machine": this.name },
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

/** Its first boot needs the internet, whichever subnet it is in. */
function dependencies({ zone, settings: { network, firewall } }: AwsMachineProps): ITerraformDependable[] {
  return [...network.wayOut(zone, "private"), ...network.wayOut(zone, "public"), ...firewall.ready];
}

function instanceConfig({ name, zone, settings }: AwsMachineProps, uses: MachineUses) {
  const { aws, network, firewall, image, keyName, userData, rootGibibytes, terminationProtection } = settings;
  const isProtected = () => terminationProtection && uses.keepsData;
  const kind = () => subnetKind(settings, uses);
  const tags = () => aws.labels.tags(name, ...uses.tiers.map(tierId));
  const groups = () => [firewall.machines, ...uses.tiers.map((tier) => firewall.group(tier))];
  return {
    provider: aws.provider,
    ami: lateText(() => image.imageFor(uses.size)),
    instanceType: lateText(() => uses.size),
    subnetId: lateText(() => network.subnetId(zone, kind())),
    associatePublicIpAddress: late(() => kind() === "public"),
    vpcSecurityGroupIds: lateList(groups),
    keyName,
    userData,
    disableApiTermination: late(isProtected),
    // What Terraform does is planned, and judged by check-plan; without this it could not even replace the machine.
    forceDestroy: late(() => (isProtected() ? true : undefined)),
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
    rootBlockDevice: {
      encrypted: true,
      volumeType: "gp3",
      volumeSize: rootGibibytes,
      tags: aws.labels.tags(`${name}: system`),
    },
    tags: late(tags) as unknown as Record<string, string>,
    lifecycle: {
      createBeforeDestroy: true,
      // All of them are for machines that are yet to be made. A floating address changes whether there is a public one.
      ignoreChanges: ["ami", "associate_public_ip_address", "key_name", "user_data"],
    },
  };
}

/** What is made once for several machines cannot be made any more when the stack is being synthesized. */
function makeCommon({ image, firewall }: MachineSettings, { tier, size }: MachineUse): void {
  image.imageFor(size);
  firewall.group(tier);
}

function subnetKind({ allPublic }: MachineSettings, uses: MachineUses): SubnetKind {
  return allPublic || uses.entrance ? "public" : "private";
}
