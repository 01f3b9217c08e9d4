import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { z } from "../../core/zod";
import { TerraformProvider } from "../../cdktf";
import { Duration } from "../../core/duration";
import { block, duration, instance, line, orToken, port, propsSchema, text } from "../../core/props";
import type { SiteReliability } from "../../contracts/reliability-defaults";
import { siteReliabilitySchema } from "../shared/place-nodes";
import { bastionSchema, type BastionProps } from "../../rollout/ssh";
import type { DigitalOceanDataVolumeProps, DropletBackupProps } from "./machines/droplet-machine";
import { vpcSchema, type DigitalOceanVpcProps } from "./network/network-plan";

/** How Terraform logs in to droplets, and which networks may. */
export interface DigitalOceanSshProps {
  /**
   * Networks and addresses that may connect by SSH: those of the machines that deploy. The whole world is refused.
   * Changing it changes one firewall in place.
   * @example from: ["198.51.100.7/32"]
   */
  readonly from: readonly string[];
  /**
   * Keys of the account, by name, fingerprint or id. Droplets get their keys when they are made: changing them is for
   * new droplets.
   * @default []
   * @example keys: ["operations"]
   */
  readonly keys?: readonly string[];
  /**
   * A public key to add to the account; `~` is the home of the account that synthesizes. Name a key that DigitalOcean
   * has already in `keys` instead. Changing it is for new droplets.
   * @default - the `.pub` beside `privateKeyFile`, when `keys` is empty
   * @example publicKeyFile: "~/.ssh/id_ed25519.pub"
   */
  readonly publicKeyFile?: string;
  /**
   * Private key that Terraform logs in with. Only its path is synthesized, never its content. Changing it touches no
   * machine.
   * @default - the SSH agent
   * @example privateKeyFile: "~/.ssh/id_ed25519"
   */
  readonly privateKeyFile?: string;
  /**
   * Account on the droplets; any but root needs passwordless sudo.
   * @default "root"
   * @example user: "admin"
   */
  readonly user?: string;
  /**
   * TCP port of the image's sshd.
   * @default 22
   * @example port: 2222
   */
  readonly port?: number;
  /**
   * How long to try to connect to a droplet, its boot included.
   * @default Duration.minutes(5)
   * @example timeout: Duration.minutes(10)
   */
  readonly timeout?: Duration;
  /**
   * A machine that connections go through; its address belongs into `from`. Changing it touches no machine.
   * @default - none
   * @example bastion: { host: "203.0.113.5" }
   */
  readonly bastion?: BastionProps;
  /**
   * The address of a droplet that SSH connects to: `private` for a runner or a bastion inside the network. Changing it
   * touches no machine.
   * @default "public"
   * @example address: "private"
   */
  readonly address?: "public" | "private";
}

/** A `DigitalOceanSite`: regions, sizes, access. */
export interface DigitalOceanSiteProps {
  /**
   * The regions, each a failure domain: DigitalOcean sells no zones inside a region. A quorum needs three or more. One
   * that is added at the end changes nothing else; one that is taken out takes its machines along.
   * @example zones: ["fra1", "ams3", "lon1"]
   */
  readonly zones: readonly string[];
  /**
   * Size of the droplets. Changing it stops and starts all droplets of that size at once; `beehive check-plan` refuses
   * that where a tier cannot spare them.
   * @default "s-1vcpu-2gb"
   * @example size: "s-2vcpu-4gb"
   */
  readonly size?: string;
  /**
   * Sizes by tier id, where they differ from `size`. Changing one stops and starts the tier's droplets.
   * @default {}
   * @example sizes: { db: "s-2vcpu-4gb" }
   */
  readonly sizes?: Readonly<Record<string, string>>;
  /**
   * Volumes of the tiers that keep data, by tier id. A volume grows in use and never shrinks.
   * @default - as large as the tier asks for
   * @example dataVolumes: { db: { gibibytes: 50 } }
   */
  readonly dataVolumes?: Readonly<Record<string, DigitalOceanDataVolumeProps>>;
  /**
   * How Terraform logs in to droplets, and which networks may.
   * @example ssh: { from: ["198.51.100.7/32"], keys: ["operations"] }
   */
  readonly ssh: DigitalOceanSshProps;
  /**
   * Debian 12 or 13, or the number of a snapshot of it. Changing it is for new droplets; existing ones stay as they
   * are.
   * @default "debian-13-x64"
   * @example image: "debian-12-x64"
   */
  readonly image?: string;
  /**
   * Network that the regions' VPCs are cut from, /12 to /24: each region has a sixteenth of it that is its own for
   * ever. Changing it replaces the VPCs and all droplets.
   * @default "10.80.0.0/16"
   * @example cidr: "10.96.0.0/16"
   */
  readonly cidr?: string;
  /**
   * Existing VPCs, or networks that are not cut from `cidr`, by region. Changing one replaces the region's VPC or
   * droplets.
   * @default {}
   * @example vpcs: { fra1: { cidr: "10.120.0.0/20" } }
   */
  readonly vpcs?: Readonly<Record<string, DigitalOceanVpcProps>>;
  /**
   * `make` peers the regions' VPCs; `existing` means that all VPCs are in `vpcs` and peered already. Changing it makes
   * or removes peerings.
   * @default "make"
   * @example peering: "existing"
   */
  readonly peering?: "make" | "existing";
  /**
   * Region of load balancers that choose their machines automatically: a reserved IP moves inside one region. Changing
   * it moves them, and the entrance gets another address.
   * @default - the first of `zones`
   * @example entranceZone: "fra1"
   */
  readonly entranceZone?: string;
  /**
   * Project that droplets, volumes and addresses are filed under, by name or id. Changing it touches no machine.
   * @default - the account's default project
   * @example project: "shop"
   */
  readonly project?: string;
  /**
   * Tags on everything that can be tagged, besides Beehive's own. Changed in place.
   * @default []
   * @example tags: ["team-shop"]
   */
  readonly tags?: readonly string[];
  /**
   * Whether DigitalOcean backs up the droplets' disks; volumes are not included. Changed in place.
   * @default false
   * @example backups: { plan: "daily", hour: 4 }
   */
  readonly backups?: boolean | DropletBackupProps;
  /**
   * Whether droplets have public IPv6 addresses, too. Turning it on works in place; turning it off replaces the
   * droplets.
   * @default false
   * @example ipv6: true
   */
  readonly ipv6?: boolean;
  /**
   * cloud-init's text, the same for all droplets, 64 KiB at most: what a machine needs to be reachable, and nothing
   * else. Changing it is for new droplets.
   * @default - logins by password are closed
   * @example userData: "#cloud-config\nssh_pwauth: false\n"
   */
  readonly userData?: string;
  /**
   * A `DigitaloceanProvider` with an alias of its own. Changing it touches nothing while the account stays the same.
   * @default - the site makes one; its token is in DIGITALOCEAN_TOKEN
   * @example provider: new DigitaloceanProvider(stack, "shop-account", { alias: "shop" })
   */
  readonly provider?: DigitaloceanProvider;
  /**
   * How often its parts are down, for predictions; a zone is a region. No machine changes.
   * @default - see `SiteReliability`
   * @example reliability: { machine: Reliability.sla("99.99%", "DigitalOcean's droplet SLA") }
   */
  readonly reliability?: SiteReliability;
}

const volumeSchema = propsSchema<DigitalOceanDataVolumeProps>()({
  gibibytes: z
    .number()
    .int("must be a whole number of GiB")
    .min(1, "must be 1 or more")
    .max(16_384, "is too large; DigitalOcean's volumes have 16384 GiB at most")
    .meta({ words: "a whole number of GiB", example: "50" })
    .optional(),
  snapshot: orToken(text).meta({ words: "the id of a snapshot" }).optional(),
  protected: z.boolean().optional(),
}).meta({ example: "{ gibibytes: 50 }" });

const sshSchema = propsSchema<DigitalOceanSshProps>()({
  from: z.array(orToken(text)).meta({ words: "a list of networks", example: '["198.51.100.7/32"]' }),
  keys: z.array(text).meta({ words: "a list of keys' names", example: '["operations"]' }).optional(),
  publicKeyFile: block.meta({ words: "the path of a key file", example: '"~/.ssh/id_ed25519.pub"' }).optional(),
  privateKeyFile: block.meta({ words: "the path of a key file", example: '"~/.ssh/id_ed25519"' }).optional(),
  user: text.meta({ example: '"admin"' }).optional(),
  port: port.meta({ example: "22" }).optional(),
  timeout: duration({ min: Duration.seconds(1) })
    .meta({ example: "Duration.minutes(5)" })
    .optional(),
  bastion: bastionSchema.optional(),
  address: z.enum(["public", "private"]).optional(),
});

const backupSchema = propsSchema<DropletBackupProps>()({
  plan: z.enum(["daily", "weekly"]).optional(),
  weekday: z.enum(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]).optional(),
  hour: z.literal([0, 4, 8, 12, 16, 20]).optional(),
});

/** @internal */
export const digitalOceanSiteSchema = propsSchema<DigitalOceanSiteProps>()({
  zones: z.array(text).meta({ words: "a list of regions", example: '["fra1", "ams3", "lon1"]' }),
  size: orToken(text).meta({ words: "a size of droplets", example: '"s-2vcpu-4gb"' }).optional(),
  sizes: z
    .record(line, orToken(text))
    .meta({ words: "an object of sizes by tier", example: '{ db: "s-2vcpu-4gb" }' })
    .optional(),
  dataVolumes: z
    .record(line, volumeSchema)
    .meta({ words: "an object of volumes by tier", example: "{ db: { gibibytes: 50 } }" })
    .optional(),
  ssh: sshSchema.meta({ words: "how to log in", example: '{ from: ["198.51.100.7/32"], keys: ["operations"] }' }),
  image: orToken(text).meta({ words: "an image of Debian", example: '"debian-12-x64"' }).optional(),
  cidr: line.meta({ words: "a network as CIDR", example: '"10.96.0.0/16"' }).optional(),
  vpcs: z
    .record(line, vpcSchema)
    .meta({ words: "an object of VPCs by region", example: '{ fra1: { cidr: "10.120.0.0/20" } }' })
    .optional(),
  peering: z.enum(["make", "existing"]).optional(),
  entranceZone: text.meta({ words: "a region", example: '"fra1"' }).optional(),
  project: orToken(text).meta({ words: "the name of a project", example: '"shop"' }).optional(),
  tags: z.array(line).meta({ words: "a list of tags", example: '["team-shop"]' }).optional(),
  backups: z.union([z.boolean(), backupSchema]).meta({ example: '{ plan: "daily", hour: 4 }' }).optional(),
  ipv6: z.boolean().optional(),
  userData: orToken(block).meta({ example: '"#cloud-config\\nssh_pwauth: false\\n"' }).optional(),
  provider: instance<DigitaloceanProvider>("a DigitaloceanProvider", (value) =>
    TerraformProvider.isTerraformProvider(value),
  )
    .meta({ example: 'new DigitaloceanProvider(stack, "shop-account", { alias: "shop" })' })
    .optional(),
  reliability: siteReliabilitySchema.optional(),
});
