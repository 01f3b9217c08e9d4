import * as fs from "node:fs";
import * as path from "node:path";
import type { IConstruct } from "constructs";
import { AwsSite, type AwsSiteProps } from "../../lib/aws";
import {
  GaleraCluster,
  HaWebTier,
  HealthCheckedLoadBalancer,
  type GaleraClusterProps,
  type HaWebTierProps,
} from "../../lib";
import { Testing, TerraformStack, type TerraformElement } from "../../lib/cdktf";
import { sha256 } from "../../lib/core/sha256";
import { phpShop, scratch } from "./hive";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIByNoPdRaPC9TeH3wkmjpH4BoJSKS2iYBoxAs1AOfywf";

let folder: string | undefined;

/** A file with somebody's public key. */
export function publicKeyFile(content = `${KEY} somebody@laptop\n`): string {
  folder ??= scratch();
  const file = path.join(folder, `${sha256(content).slice(0, 8)}.pub`);
  fs.writeFileSync(file, content);
  return file;
}

/** A site whose machines are reached through a bastion of its own. */
export const siteProps = (props: Partial<AwsSiteProps> = {}): AwsSiteProps => ({
  region: "eu-central-1",
  ...props,
  ssh: { publicKeyFile: publicKeyFile(), from: ["198.51.100.7/32"], bastion: { zone: "a" }, ...props.ssh },
});

export interface AwsShopOptions {
  readonly site?: Partial<AwsSiteProps>;
  readonly db?: Partial<GaleraClusterProps>;
  readonly web?: Partial<HaWebTierProps>;
  /** Servers and networks only, as for an apply that reaches no machine. @default false */
  readonly infrastructure?: boolean;
}

/** A stack with an empty site. */
export function awsSite(props: Partial<AwsSiteProps> = {}, infrastructure = false) {
  const stack = new TerraformStack(Testing.app(), "shop");
  if (infrastructure) stack.node.setContext("beehive:phase", "infrastructure");
  return { stack, site: new AwsSite(stack, "cloud", siteProps(props)) };
}

/** The shop in a region: a database and web servers. */
export function awsShop(options: AwsShopOptions = {}) {
  const { stack, site } = awsSite(options.site, options.infrastructure);
  const db = new GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"], ...options.db });
  const web = new HaWebTier(stack, "web", { site, servers: 3, app: phpShop(), database: db, ...options.web });
  return { stack, site, db, web };
}

/** The same with an entrance: load balancers that move an elastic IP. */
export function withEntrance(options: AwsShopOptions = {}) {
  const shop = awsShop(options);
  const { stack, site, web: target } = shop;
  return { ...shop, entrance: new HealthCheckedLoadBalancer(stack, "entrance", { site, servers: 2, target }) };
}

export type Resource = Readonly<Record<string, unknown>>;

export interface AwsSynthesized {
  readonly provider: { readonly aws: readonly Resource[] };
  readonly resource: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

/** cdk.tf.json, with all validations, without cdktf's remarks. */
export function synthAws(stack: TerraformStack): AwsSynthesized {
  return JSON.parse(Testing.synth(stack, true), (key, value: unknown) =>
    key === "//" ? undefined : value,
  ) as AwsSynthesized;
}

/** The resource or data source of a construct: `at(stack, "cloud/network/a/private")`. */
export function at(stack: TerraformStack, constructPath: string): Resource {
  const construct = constructPath.split("/").reduce<IConstruct>((c, id) => c.node.findChild(id), stack);
  const id = stack.getLogicalId(construct as TerraformElement);
  const { resource, data } = synthAws(stack);
  const found = [...Object.values(resource), ...Object.values(data)].find((resources) => id in resources)?.[id];
  if (found === undefined) throw new Error(`no resource ${id} for ${constructPath}`);
  return found;
}

/** How many there are of each of AWS's resource types. */
export function counts(stack: TerraformStack): Record<string, number> {
  return Object.fromEntries(
    Object.entries(synthAws(stack).resource)
      .filter(([type]) => type.startsWith("aws_"))
      .map(([type, resources]) => [type, Object.keys(resources).length]),
  );
}
