import { Droplet } from "@cdktf/provider-digitalocean/lib/droplet";
import { ProjectResources } from "@cdktf/provider-digitalocean/lib/project-resources";
import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { memoryOf } from "./droplet-size";
import { Volume } from "@cdktf/provider-digitalocean/lib/volume";
import { VolumeAttachment } from "@cdktf/provider-digitalocean/lib/volume-attachment";
import type { Construct } from "constructs";
import { Token, type ITerraformDependable } from "../../../cdktf";
import { dependencyName, lateList, lateText } from "../../../core/late";
import { CloudMachine } from "../../shared/cloud-machine";
import type { TierMachine } from "../../shared/cloud-site";
import { mountDataVolume } from "../../shared/data-volume";
import { MachineUses, type MachineUse } from "../../shared/machine-uses";
import type { DataRequest, ISite, MachineMemory } from "../../../contracts/site";
import type { Reliability } from "../../../contracts/reliability";
import type { SshProps } from "../../../rollout/ssh";
import type { DigitalOceanLabels } from "../digitalocean-labels";
import type { DigitalOceanTags } from "../tags";
import { Trait } from "../../../core/trait";

/** When DigitalOcean backs up a droplet's disk. Changed in place. */
export interface DropletBackupProps {
  /**
   * How often.
   * @default "weekly"
   * @example plan: "daily"
   */
  readonly plan?: "daily" | "weekly";
  /**
   * `SUN` to `SAT`, for weekly backups.
   * @default - DigitalOcean chooses
   * @example weekday: "SUN"
   */
  readonly weekday?: string;
  /**
   * Hour (UTC) at which the window of 4 hours begins: 0, 4, 8, 12, 16 or 20.
   * @default - DigitalOcean chooses
   * @example hour: 4
   */
  readonly hour?: number;
}

/** The volume of a tier that keeps data. */
export interface DigitalOceanDataVolumeProps {
  /**
   * Size in GiB, 1 to 16384. Raising it grows volume and filesystem while they are in use; it cannot be lowered.
   * @default - what the tier asks for
   * @example gibibytes: 50
   */
  readonly gibibytes?: number;
  /**
   * Id of a volume's snapshot that a new volume begins with. Existing volumes ignore it.
   * @default - blank
   * @example snapshot: "7724db7c-e098-11e5-b522-000f53304e51"
   */
  readonly snapshot?: string;
  /**
   * Whether Terraform refuses to destroy it. Turn it off, and apply, before you destroy the stack.
   * @default true
   * @example protected: false
   */
  readonly protected?: boolean;
}

/** What all droplets of a site have in common. */
export interface DropletProps {
  readonly provider: DigitaloceanProvider;
  readonly labels: DigitalOceanLabels;
  readonly image: string;
  readonly sshKeys: readonly string[];
  readonly ssh: SshProps;
  /** Whether SSH goes to the private address, from inside the network. */
  readonly sshPrivately: boolean;
  readonly userData: string;
  readonly ipv6: boolean;
  readonly backups?: DropletBackupProps;
  /** Id of the project that droplets and volumes are filed under. @default - the account's default project */
  readonly project?: string;
  /** Of the site and of tiers, as expressions. */
  readonly tags: DigitalOceanTags;
  readonly reliability: Reliability;
}

export interface DropletMachineProps {
  readonly site: ISite & Construct;
  readonly name: string;
  readonly region: string;
  readonly vpcId: string;
  readonly common: DropletProps;
  /** A droplet is made after these: the firewall that protects it from its creation, the peerings that give it its routes. */
  readonly after: readonly ITerraformDependable[];
  /** What the tier for which it is made wants. */
  readonly first: MachineUse;
}

const trait = new Trait<DropletMachine>("DropletMachine");

/** Whether a machine is a droplet. */
export const isDropletMachine = trait.has;

/**
 * A droplet: `Resource`, with `volume` and `attachment` where a tier keeps data, and `project-resources` where the site
 * names a project. Tiers may share it; it carries the tags of all of them.
 */
export class DropletMachine extends CloudMachine implements TierMachine<DigitalOceanDataVolumeProps> {
  static {
    trait.mark(this.prototype);
  }

  private readonly droplet: Droplet;
  private readonly uses: MachineUses;
  private readonly common: DropletProps;

  /** @internal */
  constructor(scope: Construct, props: DropletMachineProps) {
    const { site, name, region, common, first } = props;
    const { tags, labels } = common;
    const uses = new MachineUses(name, first);
    let made: Droplet | undefined;
    super(scope, {
      site,
      name,
      zone: region,
      ssh: common.ssh,
      reliability: common.reliability,
      instance: (machine) => {
        const droplet = new Droplet(machine, "Resource", {
          ...dropletConfig(props),
          size: lateText(() => uses.size),
          tags: lateList(() => [tags.site, ...uses.tiers.map((tier) => tags.tier(tier)), ...labels.commonTags]),
        });
        droplet.dependsOn = props.after.map(dependencyName);
        made = droplet;
        // Each time they are asked for, cdktf makes another token.
        const { id, ipv4Address, ipv4AddressPrivate } = droplet;
        return {
          id,
          privateAddress: ipv4AddressPrivate,
          publicAddress: ipv4Address,
          sshAddress: common.sshPrivately ? ipv4AddressPrivate : ipv4Address,
          needs: props.after,
        };
      },
    });
    this.droplet = made!;
    this.uses = uses;
    this.common = common;
    this.file("project-resources", this.droplet.urn);
  }

  /** What its size tells. */
  get memory(): MachineMemory | undefined {
    const bytes = memoryOf(this.uses.size);
    return bytes === undefined ? undefined : { bytes, size: this.uses.size };
  }

  /** @internal */
  assignTier(use: MachineUse): void {
    this.uses.add(use);
  }

  /** @internal */
  attachVolume(
    tier: string,
    { mount, gibibytes: wanted }: DataRequest,
    volumeProps: DigitalOceanDataVolumeProps = {},
  ): void {
    this.uses.keepData(tier);
    const { gibibytes = wanted, snapshot, protected: preventDestroy = true } = volumeProps;
    const { provider, labels } = this.common;
    const name = labels.volumeName(this.name);
    const volume = new Volume(this, "volume", {
      provider,
      name,
      region: this.zone,
      size: gibibytes,
      snapshotId: snapshot,
      tags: [...labels.commonTags],
      lifecycle: { preventDestroy, ignoreChanges: ["snapshot_id", ...WRITTEN_BY_THE_MACHINE] },
    });
    const attachment = new VolumeAttachment(this, "attachment", {
      provider,
      dropletId: Token.asNumber(this.droplet.id),
      volumeId: volume.id,
    });
    mountDataVolume(this, {
      device: `/dev/disk/by-id/scsi-0DO_Volume_${name}`,
      mount,
      gibibytes,
      needs: [attachment],
    });
    this.file("volume-project-resources", volume.urn);
  }

  /** One assignment for each thing, so that a machine that comes or goes changes no other one's. */
  private file(id: string, urn: string): void {
    const { provider, project } = this.common;
    if (project !== undefined) new ProjectResources(this, id, { provider, project, resources: [urn] });
  }
}

/** DigitalOcean's API may report the filesystem that the machine made on the blank disk; that is no reason to replace the volume. */
const WRITTEN_BY_THE_MACHINE = ["initial_filesystem_type", "initial_filesystem_label"];

function dropletConfig({ name, region, vpcId, common }: DropletMachineProps) {
  const { provider, labels, image, sshKeys, userData, ipv6, backups } = common;
  return {
    provider,
    name: labels.dropletName(name),
    region,
    image,
    vpcUuid: vpcId,
    sshKeys: [...sshKeys],
    userData,
    monitoring: true,
    ipv6,
    backups: backups !== undefined,
    ...(backups !== undefined && { backupPolicy: { plan: "weekly", ...backups } }),
    // Another image, key or text would replace the droplet; they are for those that are yet to be made.
    lifecycle: { createBeforeDestroy: true, ignoreChanges: ["image", "ssh_keys", "user_data"] },
  };
}
