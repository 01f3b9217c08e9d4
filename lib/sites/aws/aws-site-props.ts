import { z } from "../../core/zod";
import { TerraformProvider } from "../../cdktf";
import { Duration } from "../../core/duration";
import { block, dnsName, duration, instance, line, orToken, propsSchema, text } from "../../core/props";
import { bastionSchema, type BastionProps } from "../../rollout/ssh";
import type { SiteReliability } from "../../contracts/reliability-defaults";
import { siteReliabilitySchema } from "../shared/place-nodes";
import type { AwsBastionProps } from "./machines/aws-bastion";
import type { AwsPermissionsProps } from "./access/aws-identity";
import type { AwsPermission } from "./access/administrator-rights";
import type { NatChoice } from "./network/aws-network";
import type { AwsSubnetsProps, AwsVpcProps } from "./network/existing-network";
import type { AwsLogsProps } from "./log-bucket";
import { VOLUME_TYPES, type AwsDataVolumeProps } from "./machines/volume-type";

/** How Terraform logs in to the machines, and which networks may. */
export interface AwsSshProps {
  /**
   * Account of the image, with passwordless sudo. Changing it touches no machine.
   * @default "admin", Debian's
   * @example user: "admin"
   */
  readonly user?: string;
  /**
   * Private key; `~` is the home of the account that runs Terraform. Only its path is synthesized. Changing it touches
   * no machine.
   * @default - the keys of the SSH agent
   * @example privateKeyFile: "~/.ssh/id_ed25519"
   */
  readonly privateKeyFile?: string;
  /**
   * Public key of new machines, `ssh-ed25519` or `ssh-rsa`. Changing it changes no existing machine.
   * @default - `.pub` beside `privateKeyFile`
   * @example publicKeyFile: "~/.ssh/id_ed25519.pub"
   */
  readonly publicKeyFile?: string;
  /**
   * A key pair that the region has already, instead of `publicKeyFile`. Changing it changes no existing machine.
   * @default - the site makes one of `publicKeyFile`
   * @example keyName: "operations"
   */
  readonly keyName?: string;
  /**
   * Networks and addresses that may connect by SSH: to the bastion that Beehive makes, or else to the machines. The
   * whole world is refused. Changed in place.
   * @default []
   * @example from: ["198.51.100.7/32"]
   */
  readonly from?: readonly string[];
  /**
   * The way to machines in private subnets: a bastion that Beehive makes (`{ zone: "a" }`), or an existing one, whose
   * address belongs into `from` (`{ host: … }`). Changing it changes rules; rollouts take the new way.
   * @default - none; Terraform runs inside the VPC
   * @example bastion: { zone: "a" }
   */
  readonly bastion?: AwsBastionProps | BastionProps;
  /**
   * How long to try to connect to a machine, its boot included.
   * @default Duration.minutes(5)
   * @example timeout: Duration.minutes(10)
   */
  readonly timeout?: Duration;
}

/** An `AwsSite`: region, network, sizes, access. */
export interface AwsSiteProps {
  /**
   * Name of the region. It cannot be changed: make another stack.
   * @example region: "eu-central-1"
   */
  readonly region: string;
  /**
   * Availability zones, by letter or full name. Machines are spread over them in this order. A zone that is added at
   * the end touches no other.
   * @default ["a", "b", "c"]
   * @example zones: ["a", "b", "c"]
   */
  readonly zones?: readonly string[];
  /**
   * Addresses of the VPC, a /16 to a /24. Each zone letter has its place in it: a private and a public subnet, a
   * sixteenth of it each. It cannot be changed: destroy the stack and make it again.
   * @default "10.64.0.0/16"
   * @example cidr: "10.65.0.0/16"
   */
  readonly cidr?: string;
  /**
   * Networks that you use elsewhere and may connect later: a `cidr` that overlaps with them is refused. Changing it
   * touches no machine.
   * @default []
   * @example reserved: ["10.0.0.0/16"]
   */
  readonly reserved?: readonly string[];
  /**
   * An existing VPC with its subnets and routes, instead of one that Beehive makes. Changing it makes the machines
   * anew.
   * @default - Beehive makes one
   * @example vpc: { id: "vpc-0123456789abcdef0", subnets: { a: { private: "subnet-0123456789abcdef0" } } }
   */
  readonly vpc?: AwsVpcProps;
  /**
   * How private machines reach the internet. `per-zone` costs one NAT gateway for each zone; with `single` the loss of
   * the first zone takes the way out from all (packages and AWS's API, not the visitors); with `none` you provide the
   * way out. Changing it changes routes in place.
   * @default "per-zone"; "none" with `placement: "public"`
   * @example nat: "single"
   */
  readonly nat?: NatChoice;
  /**
   * Kind of the subnets of machines that are no entrance. `public` gives each a public address, which saves NAT
   * gateways and bastion; security groups let in the same few. Changing it replaces the machines.
   * @default "private"
   * @example placement: "public"
   */
  readonly placement?: "private" | "public";
  /**
   * Instance type. Changing it stops and starts machines; `beehive check-plan` refuses a plan that stops too many at
   * once.
   * @default "t3.small"
   * @example size: "m7g.large"
   */
  readonly size?: string;
  /**
   * Instance types by tier id, where they differ from `size`. Changing one stops and starts the tier's machines.
   * @default {}
   * @example sizes: { db: "m7g.large" }
   */
  readonly sizes?: Readonly<Record<string, string>>;
  /**
   * Id of an image with Debian 12 or 13. Changing it is for new machines only.
   * @default - the newest Debian 13 of Debian's own account
   * @example image: "ami-0123456789abcdef0"
   */
  readonly image?: string;
  /**
   * Size of the system disk in GiB, gp3 and encrypted. Raising it grows the disk in place.
   * @default 16
   * @example rootGibibytes: 32
   */
  readonly rootGibibytes?: number;
  /**
   * Volumes of the tiers that keep data, by tier id. Changed in place; a volume never shrinks.
   * @default - as large as the tier asks for, gp3
   * @example dataVolumes: { db: { gibibytes: 100 } }
   */
  readonly dataVolumes?: Readonly<Record<string, AwsDataVolumeProps>>;
  /**
   * How Terraform logs in to the machines, and which networks may.
   * @example ssh: { from: ["198.51.100.7/32"], bastion: { zone: "a" } }
   */
  readonly ssh: AwsSshProps;
  /**
   * Text for the first boot, 16 KiB at most, the same for all machines. It replaces Beehive's, which installs the agent
   * of Session Manager. Changing it is for new machines only.
   * @default - Beehive's
   * @example userData: "#!/bin/sh\ntimedatectl set-timezone UTC\n"
   */
  readonly userData?: string;
  /**
   * Whether Session Manager may open shells: its agent, and the role that it needs. It needs no open port. Changing it
   * changes the role in place, and the agent on new machines only.
   * @default true
   * @example sessionManager: false
   */
  readonly sessionManager?: boolean;
  /**
   * What the machines may do in the account besides what Beehive needs. Changed in place.
   * @default - nothing
   * @example permissions: { statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop-images/*"] }] }
   */
  readonly permissions?: AwsPermissionsProps;
  /**
   * Name of an existing instance profile, instead of Beehive's. Load balancers that move an elastic IP use one of
   * Beehive's all the same. Changed in place.
   * @default - Beehive makes one
   * @example instanceProfile: "company-default"
   */
  readonly instanceProfile?: string;
  /**
   * Whether load balancers that move an elastic IP reach EC2's API inside the VPC (an interface endpoint in their
   * zones). Without it, the one that lost the address cannot take it back for some minutes: AWS gives it a public
   * address only then. Changed in place.
   * @default true
   * @example apiEndpoint: false
   */
  readonly apiEndpoint?: boolean;
  /**
   * Ids of zones in Route 53 by their names, where several zones have the same name. Changed in place.
   * @default {} - public zones are looked up by name
   * @example hostedZones: { "example.org": "Z0123456789ABCDEFGHIJ" }
   */
  readonly hostedZones?: Readonly<Record<string, string>>;
  /**
   * How many security groups AWS allows on a machine, 5 to 16: quota L-2AFB9258 of your account. A machine has one, and
   * one more for each tier that uses it. Changing it touches no machine.
   * @default 5, AWS's own
   * @example securityGroupsPerMachine: 10
   */
  readonly securityGroupsPerMachine?: number;
  /**
   * Tags on everything that the site makes, besides Beehive's own. Changed in place.
   * @default {}
   * @example tags: { team: "shop" }
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Which traffic of the VPC is recorded: what security groups and network ACLs refused (`rejected`), `all`, or `none`.
   * AWS takes about 0.25 USD for each GB of records besides what the bucket costs: refused traffic is some MB a day for
   * each public address, all of a busy site may be 10 GB a day. Changing it makes the flow log anew.
   * @default "rejected"; "none" with an existing `vpc`, in China, GovCloud and the European sovereign cloud
   * @example flowLogs: "all"
   */
  readonly flowLogs?: "rejected" | "all" | "none";
  /**
   * Where flow logs and access logs of load balancers are kept.
   * @default - a bucket that Beehive makes when there is something to keep, for 30 days
   * @example logs: { keepDays: 90 }
   */
  readonly logs?: AwsLogsProps;
  /**
   * Whether machines that keep data cannot be terminated by hand, in the console or by AWS's command line. Terraform
   * may still replace them. Changed in place.
   * @default true
   * @example terminationProtection: false
   */
  readonly terminationProtection?: boolean;
  /**
   * How often its parts are down, for predictions; no machine changes.
   * @default - see `SiteReliability`
   * @example reliability: { zone: Reliability.sla("99.99%", "AWS's compute SLA") }
   */
  readonly reliability?: SiteReliability;
  /**
   * An `AwsProvider` for the region, with an alias of its own. Changing it touches nothing while the account stays the
   * same.
   * @default - the site makes one
   * @example provider: new AwsProvider(stack, "frankfurt", { alias: "frankfurt", region: "eu-central-1" })
   */
  readonly provider?: TerraformProvider;
}

const gibibytes = z
  .number()
  .int("must be a whole number of GiB")
  .min(1, "must be 1 or more")
  .max(65_536, "is too large")
  .meta({ words: "a whole number of GiB", example: "100" });
const texts = z.array(text);

const madeBastionSchema = propsSchema<AwsBastionProps>()({
  zone: text.meta({ example: '"a"' }),
  size: text.meta({ example: '"t4g.nano"' }).optional(),
}).meta({ example: '{ zone: "a" }' });

const sshSchema = propsSchema<AwsSshProps>()({
  user: text.meta({ example: '"admin"' }).optional(),
  privateKeyFile: block.meta({ words: "the path of a key file", example: '"~/.ssh/id_ed25519"' }).optional(),
  publicKeyFile: block.meta({ words: "the path of a key file", example: '"~/.ssh/id_ed25519.pub"' }).optional(),
  keyName: orToken(text).meta({ example: '"operations"' }).optional(),
  from: z.array(orToken(text)).meta({ words: "a list of networks", example: '["198.51.100.7/32"]' }).optional(),
  bastion: z
    .union([madeBastionSchema, bastionSchema])
    .meta({ words: 'a bastion to make, { zone: "a" }, or one that there is, { host: "203.0.113.5" }' })
    .optional(),
  timeout: duration({ min: Duration.seconds(1) })
    .meta({ example: "Duration.minutes(5)" })
    .optional(),
});

const volumeSchema = propsSchema<AwsDataVolumeProps>()({
  gibibytes: gibibytes.optional(),
  type: z.enum(VOLUME_TYPES).optional(),
  iops: z.number().int().min(100, "must be 100 or more").meta({ example: "3000" }).optional(),
  throughput: z
    .number()
    .int()
    .min(125, "must be 125 or more")
    .max(2000, "must be 2,000 or less")
    .meta({ example: "250" })
    .optional(),
  snapshot: orToken(
    z.string().regex(/^snap-[0-9a-f]{8,17}$/, 'must be an id like "snap-0123456789abcdef0"'),
  ).optional(),
  protected: z.boolean().optional(),
}).meta({ example: "{ gibibytes: 100 }" });

const statementSchema = propsSchema<AwsPermission>()({
  actions: texts.min(1, "name at least one action").meta({ example: '["s3:GetObject"]' }),
  resources: z
    .array(orToken(text))
    .min(1, "name at least one resource")
    .meta({ example: '["arn:aws:s3:::shop-images/*"]' }),
});

const permissionsSchema = propsSchema<AwsPermissionsProps>()({
  policies: z
    .array(orToken(text))
    .meta({ words: "a list of ARNs", example: '["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]' })
    .optional(),
  statements: z
    .array(statementSchema)
    .meta({
      words: "a list of statements",
      example: '[{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop-images/*"] }]',
    })
    .optional(),
  mayBecomeAdministrator: texts.meta({ words: "a list of actions and ARNs", example: '["sts:AssumeRole"]' }).optional(),
});

const subnetId = orToken(text).meta({ example: '"subnet-0123456789abcdef0"' }).optional();
const vpcSchema = propsSchema<AwsVpcProps>()({
  id: orToken(text).meta({ example: '"vpc-0123456789abcdef0"' }),
  subnets: z
    .record(line, propsSchema<AwsSubnetsProps>()({ private: subnetId, public: subnetId }))
    .meta({ words: "an object of subnets by zone", example: '{ a: { private: "subnet-0123456789abcdef0" } }' }),
});

const logsSchema = propsSchema<AwsLogsProps>()({
  keepDays: z
    .number()
    .int("must be a whole number of days")
    .min(1, "must be 1 or more")
    .max(3650, "must be 3,650 or less")
    .meta({ words: "a whole number of days", example: "90" })
    .optional(),
  protected: z.boolean().optional(),
  bucket: orToken(
    z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket such as "company-logs"'),
  ).optional(),
});

/** @internal */
export const awsSiteSchema = propsSchema<AwsSiteProps>()({
  region: text.meta({ words: "the name of a region", example: '"eu-central-1"' }),
  zones: texts
    .min(1, "name at least one zone")
    .meta({ words: "a list of zones", example: '["a", "b", "c"]' })
    .optional(),
  cidr: text.meta({ words: "a network as CIDR", example: '"10.65.0.0/16"' }).optional(),
  reserved: texts.meta({ words: "a list of networks", example: '["10.0.0.0/16"]' }).optional(),
  vpc: vpcSchema.optional(),
  nat: z.enum(["per-zone", "single", "none"]).optional(),
  placement: z.enum(["private", "public"]).optional(),
  size: text.meta({ words: "an instance type", example: '"m7g.large"' }).optional(),
  sizes: z
    .record(line, text)
    .meta({ words: "an object of instance types by tier", example: '{ db: "m7g.large" }' })
    .optional(),
  image: orToken(text).meta({ words: "the id of an image", example: '"ami-0123456789abcdef0"' }).optional(),
  rootGibibytes: gibibytes.min(8, "Debian's image has 8").meta({ example: "32" }).optional(),
  dataVolumes: z
    .record(line, volumeSchema)
    .meta({ words: "an object of volumes by tier", example: "{ db: { gibibytes: 100 } }" })
    .optional(),
  ssh: sshSchema.meta({ words: "how to log in", example: '{ from: ["198.51.100.7/32"], bastion: { zone: "a" } }' }),
  userData: orToken(block).meta({ example: '"#!/bin/sh\\ntimedatectl set-timezone UTC\\n"' }).optional(),
  sessionManager: z.boolean().optional(),
  permissions: permissionsSchema
    .meta({
      words: "policies and statements",
      example: '{ policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] }',
    })
    .optional(),
  instanceProfile: orToken(text).meta({ example: '"company-default"' }).optional(),
  apiEndpoint: z.boolean().optional(),
  hostedZones: z
    .record(dnsName, orToken(z.string().regex(/^Z[A-Z0-9]{5,31}$/, 'must be an id like "Z0123456789ABCDEFGHIJ"')))
    .meta({ words: "an object of ids by zone", example: '{ "example.org": "Z0123456789ABCDEFGHIJ" }' })
    .optional(),
  securityGroupsPerMachine: z
    .number()
    .int("must be a whole number")
    .min(5, "AWS gives every account 5")
    .max(16, "AWS gives 16 at most")
    .meta({ example: "10" })
    .optional(),
  flowLogs: z.enum(["rejected", "all", "none"]).optional(),
  logs: logsSchema.meta({ words: "where logs are kept", example: "{ keepDays: 90 }" }).optional(),
  terminationProtection: z.boolean().optional(),
  tags: z.record(line, orToken(line)).meta({ words: "an object of texts", example: '{ team: "shop" }' }).optional(),
  reliability: siteReliabilitySchema.optional(),
  provider: instance<TerraformProvider>("an AwsProvider", (value) => TerraformProvider.isTerraformProvider(value))
    .meta({ example: 'new AwsProvider(stack, "frankfurt", { alias: "frankfurt", region: "eu-central-1" })' })
    .optional(),
});
