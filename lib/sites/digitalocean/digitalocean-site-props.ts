import { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { z } from "zod";
import { TerraformProvider, Token } from "../../cdktf";
import { Duration } from "../../core/duration";
import { checkProps, duration, instance, port } from "../../core/props";
import type { SiteReliability } from "../../contracts/reliability-defaults";
import { checkLoginSources } from "../shared/login-sources";
import { excessBytes } from "../shared/user-data";
import { siteReliabilitySchema } from "../shared/place-nodes";
import { bastionSchema, type BastionProps } from "../../rollout/ssh";
import type { DigitalOceanDataVolumeProps, DropletBackupProps } from "./machines/droplet-machine";
import {
  nobodyMayLogIn,
  noRegions,
  notAnImage,
  notARegion,
  notASize,
  otherProvider,
  regionTwice,
  userDataTooLong,
} from "./errors";
import { vpcSchema, type DigitalOceanVpcProps } from "./network/network-plan";
import { REGION } from "./regions";

/** How Terraform logs in to droplets, and who else may. */
export interface DigitalOceanSshProps {
  /**
   * Networks and addresses from which SSH is let in: those of whoever deploys. The whole world is refused. Changing it changes a
   * firewall and no machine.
   */
  readonly from: readonly string[];
  /**
   * Keys that the account has, by name, fingerprint or id. Droplets get their keys when they are made: a change is for new ones.
   * @default []
   */
  readonly keys?: readonly string[];
  /**
   * A public key to bring into the account, `~` for the home of whoever synthesizes. The account must not have it yet; if it
   * has, name it in `keys`. A change is for new droplets.
   * @default - the `.pub` beside `privateKeyFile`, when `keys` is empty
   */
  readonly publicKeyFile?: string;
  /** Private key that Terraform logs in with. Only its path is synthesized, never its content. @default - the SSH agent */
  readonly privateKeyFile?: string;
  /** Needs passwordless sudo when it is not root. @default "root" */
  readonly user?: string;
  /** TCP port at which the image's sshd listens. @default 22 */
  readonly port?: number;
  /** How long to try to connect to a droplet, its boot included. @default Duration.minutes(5) */
  readonly timeout?: Duration;
  /** A machine to go through; its address belongs into `from`. @default - none */
  readonly bastion?: BastionProps;
  /**
   * Which address of a droplet SSH goes to: `private` for a runner or a bastion inside the network. Changing it touches no
   * machine. @default "public"
   */
  readonly address?: "public" | "private";
}

export interface DigitalOceanSiteProps {
  /**
   * The regions, each a failure domain: DigitalOcean sells no zones inside a region. A quorum needs three or more. A new one
   * belongs at the end, where it changes nothing that is there.
   */
  readonly zones: readonly string[];
  /**
   * Size of the droplets: `s-1vcpu-1gb`. Changing it stops and starts all that have it, at once; `beehive check-plan` refuses that
   * where a tier cannot spare them.
   * @default "s-1vcpu-2gb"
   */
  readonly size?: string;
  /** Sizes that differ, by the tier's id: `{ db: "s-2vcpu-4gb" }`. @default {} */
  readonly sizes?: Readonly<Record<string, string>>;
  /** Volumes of the tiers that keep data, by the tier's id: `{ db: { gibibytes: 50 } }`. @default - as large as the tier asks for */
  readonly dataVolumes?: Readonly<Record<string, DigitalOceanDataVolumeProps>>;
  readonly ssh: DigitalOceanSshProps;
  /**
   * Debian 12 or 13, or the number of a snapshot of it. A change is for new droplets; those that run stay as they are.
   * @default "debian-13-x64"
   */
  readonly image?: string;
  /**
   * Network that the regions' VPCs are cut from, /12 to /24: each region has a sixteenth of it that is its own for ever. Changing
   * it replaces the VPCs and all droplets.
   * @default "10.80.0.0/16"
   */
  readonly cidr?: string;
  /** VPCs that exist already, or whose network is not cut from `cidr`, by region. @default {} */
  readonly vpcs?: Readonly<Record<string, DigitalOceanVpcProps>>;
  /** `existing`: all VPCs are in `vpcs` and peered with each other already. @default "make" */
  readonly peering?: "make" | "existing";
  /**
   * Region of load balancers that choose their machines automatically: a reserved IP moves inside one region. Changing it
   * moves them, and the entrance gets another address.
   * @default - the first of `zones`
   */
  readonly entranceZone?: string;
  /** Project that droplets, volumes and addresses are filed under, by name or id. @default - the account's default project */
  readonly project?: string;
  /** Words on everything that can be tagged, besides Beehive's own. @default [] */
  readonly tags?: readonly string[];
  /** Whether DigitalOcean copies the droplets' disks; volumes are not among them. @default false */
  readonly backups?: boolean | DropletBackupProps;
  /** Gives droplets public IPv6 addresses too. Taking them away replaces the droplets. @default false */
  readonly ipv6?: boolean;
  /**
   * cloud-init's text, the same for all droplets, 64 KiB at most: what a machine needs to be reachable, and nothing else. A change is
   * for new droplets.
   * @default - logins by password are closed
   */
  readonly userData?: string;
  /** @default - one of the site's own; its token is in DIGITALOCEAN_TOKEN */
  readonly provider?: DigitaloceanProvider;
  /** How often its parts are down, for predictions; a zone is a region. @default - see `SiteReliability` */
  readonly reliability?: SiteReliability;
}

const text = z.string().min(1, "must not be empty");
const schema: z.ZodType<DigitalOceanSiteProps> = z.strictObject({
  zones: z.array(text),
  size: text.optional(),
  sizes: z.record(z.string(), text).optional(),
  dataVolumes: z
    .record(
      z.string(),
      z.strictObject({
        gibibytes: z
          .number()
          .int("must be a whole number of GiB")
          .min(1, "must be 1 or more")
          .max(16_384, "is too large; DigitalOcean's volumes have 16384 GiB at most")
          .optional(),
        snapshot: text.optional(),
        protected: z.boolean().optional(),
      }),
    )
    .optional(),
  ssh: z.strictObject({
    from: z.array(text),
    keys: z.array(text).optional(),
    publicKeyFile: text.optional(),
    privateKeyFile: text.optional(),
    user: text.optional(),
    port: port.optional(),
    timeout: duration({ min: Duration.seconds(1) }).optional(),
    bastion: bastionSchema.optional(),
    address: z.enum(["public", "private"]).optional(),
  }),
  image: text.optional(),
  cidr: z.string().optional(),
  vpcs: z.record(z.string(), vpcSchema).optional(),
  peering: z.enum(["make", "existing"]).optional(),
  entranceZone: text.optional(),
  project: text.optional(),
  tags: z.array(z.string()).optional(),
  backups: z
    .union([
      z.boolean(),
      z.strictObject({
        plan: z.enum(["daily", "weekly"]).optional(),
        weekday: z.enum(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]).optional(),
        hour: z.literal([0, 4, 8, 12, 16, 20]).optional(),
      }),
    ])
    .optional(),
  ipv6: z.boolean().optional(),
  userData: text.optional(),
  provider: instance<DigitaloceanProvider>("a DigitaloceanProvider", (value) =>
    TerraformProvider.isTerraformProvider(value),
  ).optional(),
  reliability: siteReliabilitySchema.optional(),
});

/** DigitalOcean's names of sizes: `s-1vcpu-1gb`, `c-4`, `so1_5-2vcpu-16gb`. */
const SIZE = /^[a-z][a-z0-9_]*(-[a-z0-9_]+)+$/;
const IMAGE = /^(debian-1[23]-x64|\d+)$/;
const USER_DATA = { provider: "DigitalOcean", bytes: 65_536 };

/** Everything that can be refused before the first resource is made. */
export function checkSiteProps(path: string, props: DigitalOceanSiteProps): void {
  checkProps(path, schema, props);
  const { zones, ssh, size, sizes = {}, image, userData, provider } = props;
  if (zones.length === 0) throw noRegions(path);
  zones.forEach((zone, i) => {
    if (!REGION.test(zone)) throw notARegion(path, `zones.${i}`, zone);
    if (zones.indexOf(zone) !== i) throw regionTwice(path, zone);
  });
  for (const [property, value] of Object.entries({ size, ...prefixed("sizes", sizes) })) {
    if (value !== undefined && !isToken(value) && !SIZE.test(value)) throw notASize(path, property, value);
  }
  if (image !== undefined && !isToken(image) && !IMAGE.test(image)) throw notAnImage(path, image);
  const excess = excessBytes(userData ?? "", USER_DATA);
  if (excess > 0) throw userDataTooLong(path, excess, USER_DATA.bytes);
  if (provider !== undefined && provider.terraformResourceType !== DigitaloceanProvider.tfResourceType) {
    throw otherProvider(path, provider.terraformResourceType);
  }
  if (ssh.from.length === 0) throw nobodyMayLogIn(path);
  checkLoginSources(path, ssh.from);
}

const isToken = (value: string): boolean => Token.isUnresolved(value);

const prefixed = (property: string, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${property}.${key}`, value]));
