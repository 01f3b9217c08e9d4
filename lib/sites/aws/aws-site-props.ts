import { z } from "zod";
import type { TerraformProvider } from "../../cdktf";
import { Duration } from "../../core/duration";
import { dnsName, duration, instance, orToken } from "../../core/props";
import { bastionSchema, type BastionProps } from "../../rollout/ssh";
import type { SiteReliability } from "../../contracts/reliability-defaults";
import { siteReliabilitySchema } from "../shared/place-nodes";
import type { AwsBastionProps } from "./machines/aws-bastion";
import type { AwsPermissionsProps } from "./access/aws-identity";
import type { NatChoice } from "./network/aws-network";
import type { AwsVpcProps } from "./network/existing-network";
import { VOLUME_TYPES, type AwsDataVolumeProps } from "./machines/volume-type";

/** How Terraform logs in to the machines, and who else may. */
export interface AwsSshProps {
  /** Account of the image. @default "admin", Debian's */
  readonly user?: string;
  /** `~` for the home of whoever runs Terraform. Only its path is synthesized. @default - the keys of the SSH agent */
  readonly privateKeyFile?: string;
  /**
   * Public key of new machines, `ssh-ed25519` or `ssh-rsa`. Changing it changes no machine that is there.
   * @default - `.pub` beside `privateKeyFile`
   */
  readonly publicKeyFile?: string;
  /** A key pair that the region has already, instead of `publicKeyFile`. */
  readonly keyName?: string;
  /**
   * Networks and addresses from which SSH is let in: to the bastion that Beehive makes, or else to the machines. The whole world is refused.
   * Changed in place. @default []
   */
  readonly from?: readonly string[];
  /**
   * The way to machines in private subnets: one that Beehive makes (`{ zone: "a" }`), or one that is there and stands in
   * `from` (`{ host: … }`). @default - none; Terraform runs inside the VPC
   */
  readonly bastion?: AwsBastionProps | BastionProps;
  /** How long to try to connect to a machine. @default Duration.minutes(5) */
  readonly timeout?: Duration;
}

export interface AwsSiteProps {
  /** `eu-central-1`. It cannot be changed: make another site. */
  readonly region: string;
  /**
   * Availability zones, by letter or full name. Machines are spread over them in this order. A zone that is added touches no
   * other; put it at the end. @default ["a", "b", "c"]
   */
  readonly zones?: readonly string[];
  /**
   * Addresses of the VPC, a /16 to a /24. Each zone letter has its place in it: a private and a public subnet, a sixteenth of it
   * each. It cannot be changed: destroy the stack and make it again. @default "10.64.0.0/16"
   */
  readonly cidr?: string;
  /** Networks that you use elsewhere and want to connect one day: `cidr` must not overlap with them. @default [] */
  readonly reserved?: readonly string[];
  /** A VPC that is there, with its subnets and routes, instead of one that Beehive makes. @default - Beehive makes one */
  readonly vpc?: AwsVpcProps;
  /**
   * How private machines reach the internet. `per-zone` costs one NAT gateway for each zone; with `single` the loss of the first
   * zone takes the way out from all (packages and AWS's API, not the visitors); with `none` you bring the way out.
   * @default "per-zone"; "none" with `placement: "public"`
   */
  readonly nat?: NatChoice;
  /**
   * Where machines stand that visitors do not connect to. `public` gives each a public address, which saves NAT gateways and
   * bastion; security groups let in the same few. Changing it replaces the machines. @default "private"
   */
  readonly placement?: "private" | "public";
  /** Instance type. Changing it stops and starts machines: see `beehive check-plan`. @default "t3.small" */
  readonly size?: string;
  /** Instance types by tier id: `{ db: "m7g.large" }`. @default {} */
  readonly sizes?: Readonly<Record<string, string>>;
  /** Id of an image with Debian 12 or 13. Only for new machines. @default - the newest Debian 13 by Debian's own account */
  readonly image?: string;
  /** Size of the system disk in GiB, gp3 and encrypted. Grown in place. @default 16 */
  readonly rootGibibytes?: number;
  /** Volumes of the tiers that keep data, by tier id. @default - as large as the tier asks for, gp3 */
  readonly dataVolumes?: Readonly<Record<string, AwsDataVolumeProps>>;
  readonly ssh: AwsSshProps;
  /**
   * Text for the first boot, 16 KiB at most, the same for all machines. It replaces Beehive's, which installs the agent of
   * Session Manager. Only for new machines. @default - Beehive's
   */
  readonly userData?: string;
  /**
   * Whether Session Manager may open shells: its agent, and the role that it needs. It needs no open port.
   * @default true
   */
  readonly sessionManager?: boolean;
  /** What the machines may do in the account besides. @default - nothing */
  readonly permissions?: AwsPermissionsProps;
  /**
   * Name of an instance profile that is there, instead of Beehive's. Load balancers that move an elastic IP have one of Beehive's
   * all the same. @default - Beehive makes one
   */
  readonly instanceProfile?: string;
  /**
   * Whether load balancers that move an elastic IP reach EC2's API inside the VPC (an interface endpoint in their zones). Without it,
   * the one that lost the address cannot take it back for some minutes: AWS gives it a public address only then.
   * @default true
   */
  readonly apiEndpoint?: boolean;
  /**
   * Ids of zones in Route 53 by their names, where several zones have one name: `{ "example.org": "Z0123456789ABCDEFGHIJ" }`.
   * @default {} - public zones are looked up by name
   */
  readonly hostedZones?: Readonly<Record<string, string>>;
  /**
   * How many security groups AWS lets a machine have, 5 to 16: quota L-2AFB9258 of your account. A machine has one, and one more for
   * each tier that uses it. @default 5, AWS's own
   */
  readonly securityGroupsPerMachine?: number;
  /** On everything that the site makes. Changed in place. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
  /** How often its parts are down, for predictions. @default - see `SiteReliability` */
  readonly reliability?: SiteReliability;
  /** An `AwsProvider` for the region, with an alias of its own. @default - one is made */
  readonly provider?: TerraformProvider;
}

const text = z.string().min(1, "must not be empty");
const gibibytes = z
  .number()
  .int("must be a whole number of GiB")
  .min(1, "must be 1 or more")
  .max(65_536, "is too large");

const sshSchema = z.strictObject({
  user: text.optional(),
  privateKeyFile: text.optional(),
  publicKeyFile: text.optional(),
  keyName: text.optional(),
  from: z.array(text).optional(),
  bastion: z.union([z.strictObject({ zone: text, size: text.optional() }), bastionSchema]).optional(),
  timeout: duration({ min: Duration.seconds(1) }).optional(),
});

const volumeSchema = z.strictObject({
  gibibytes: gibibytes.optional(),
  type: z.enum(VOLUME_TYPES).optional(),
  iops: z.number().int().min(100, "must be 100 or more").optional(),
  throughput: z.number().int().min(125, "must be 125 or more").max(2000, "must be 2,000 or less").optional(),
  snapshot: orToken(
    z.string().regex(/^snap-[0-9a-f]{8,17}$/, 'must be an id like "snap-0123456789abcdef0"'),
  ).optional(),
  protected: z.boolean().optional(),
});

const statementSchema = z.strictObject({
  actions: z.array(text).min(1, "name at least one action"),
  resources: z.array(text).min(1, "name at least one resource"),
});

export const awsSiteSchema: z.ZodType<AwsSiteProps> = z.strictObject({
  region: text,
  zones: z.array(text).min(1, "name at least one zone").optional(),
  cidr: text.optional(),
  reserved: z.array(text).optional(),
  vpc: z
    .strictObject({
      id: text,
      subnets: z.record(z.string(), z.strictObject({ private: text.optional(), public: text.optional() })),
    })
    .optional(),
  nat: z.enum(["per-zone", "single", "none"]).optional(),
  placement: z.enum(["private", "public"]).optional(),
  size: text.optional(),
  sizes: z.record(z.string(), text).optional(),
  image: text.optional(),
  rootGibibytes: gibibytes.min(8, "Debian's image has 8").optional(),
  dataVolumes: z.record(z.string(), volumeSchema).optional(),
  ssh: sshSchema,
  userData: text.optional(),
  sessionManager: z.boolean().optional(),
  permissions: z
    .strictObject({ policies: z.array(text).optional(), statements: z.array(statementSchema).optional() })
    .optional(),
  instanceProfile: text.optional(),
  apiEndpoint: z.boolean().optional(),
  hostedZones: z
    .record(dnsName, orToken(z.string().regex(/^Z[A-Z0-9]{5,31}$/, 'must be an id like "Z0123456789ABCDEFGHIJ"')))
    .optional(),
  securityGroupsPerMachine: z
    .number()
    .int("must be a whole number")
    .min(5, "AWS gives every account 5")
    .max(16, "AWS gives 16 at most")
    .optional(),
  tags: z.record(z.string(), z.string()).optional(),
  reliability: siteReliabilitySchema.optional(),
  provider: instance<TerraformProvider>("a provider of AWS", (value) => "terraformResourceType" in value).optional(),
});
