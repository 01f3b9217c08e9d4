import * as fs from "node:fs";
import * as path from "node:path";
import type { IConstruct } from "constructs";
import {
  GaleraCluster,
  HaWebTier,
  HealthCheckedLoadBalancer,
  type GaleraClusterProps,
  type HaWebTierProps,
  type HealthCheckedLoadBalancerProps,
} from "../../lib";
import { TerraformStack, Testing, type TerraformElement } from "../../lib/cdktf";
import { DigitalOceanSite, type DigitalOceanSiteProps } from "../../lib/digitalocean";
import { phpShop, scratch } from "./hive";

const PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIByNoPdRaPC9TeH3wkmjpH4BoJSKS2iYBoxAs1AOfywf somebody@laptop";

/** A file with somebody's public key. */
export function publicKeyFile(content = `${PUBLIC_KEY}\n`): string {
  const file = path.join(scratch(), "key.pub");
  fs.writeFileSync(file, content);
  return file;
}

let key: string | undefined;

export const siteProps = ({ ssh, ...props }: Partial<DigitalOceanSiteProps> = {}): DigitalOceanSiteProps => ({
  zones: ["fra1", "ams3", "lon1"],
  size: "s-1vcpu-1gb",
  ...props,
  ssh: { publicKeyFile: (key ??= publicKeyFile()), from: ["198.51.100.7/32"], ...ssh },
});

export interface DropletHiveOptions {
  readonly site?: Partial<DigitalOceanSiteProps>;
  readonly db?: Partial<GaleraClusterProps>;
  readonly web?: Partial<HaWebTierProps>;
  readonly entrance?: Partial<HealthCheckedLoadBalancerProps>;
  /** Servers and networks only, as for an apply that reaches no machine. @default false */
  readonly infrastructure?: boolean;
  /** More tiers, made last. */
  readonly more?: (stack: TerraformStack, site: DigitalOceanSite, db: GaleraCluster) => void;
}

/** A stack with an empty site. */
export function dropletSite(props: Partial<DigitalOceanSiteProps> = {}, infrastructure = false, name = "shop") {
  const stack = new TerraformStack(Testing.app(), name);
  if (infrastructure) stack.node.setContext("beehive:phase", "infrastructure");
  return { stack, site: new DigitalOceanSite(stack, "cloud", siteProps(props)) };
}

/** The shop of the example on droplets, with what a test wants to be different. */
export function dropletShop(options: DropletHiveOptions = {}) {
  const { stack, site } = dropletSite(options.site, options.infrastructure);
  const db = new GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"], ...options.db });
  const web = new HaWebTier(stack, "web", { site, servers: 3, app: phpShop(), database: db, ...options.web });
  const entrance = new HealthCheckedLoadBalancer(stack, "entrance", {
    site,
    servers: 2,
    target: web,
    ...options.entrance,
  });
  options.more?.(stack, site, db);
  return { stack, site, db, web, entrance };
}

export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

const withoutRemarks = (key: string, value: unknown) => (key === "//" ? undefined : value);
const synthesized = new WeakMap<TerraformStack, Resources>();

/** The resources of cdk.tf.json by type and logical id, with all validations; of a stack that changes no more. */
export function resources(stack: TerraformStack): Resources {
  const known =
    synthesized.get(stack) ??
    (JSON.parse(Testing.synth(stack, true), withoutRemarks) as { readonly resource: Resources }).resource;
  synthesized.set(stack, known);
  return known;
}

/** Logical ids and content of everything that DigitalOcean is asked for. */
export function ofDigitalOcean(stack: TerraformStack): [id: string, resource: Readonly<Record<string, unknown>>][] {
  return Object.entries(resources(stack))
    .filter(([type]) => type.startsWith("digitalocean_"))
    .flatMap(([, named]) => Object.entries(named));
}

/** The resource of a construct path below the stack: `cloud/web-fra1/Resource`. */
export function resourceOf(stack: TerraformStack, constructPath: string): Readonly<Record<string, unknown>> {
  const construct = constructPath.split("/").reduce<IConstruct>((c, id) => c.node.findChild(id), stack);
  const id = stack.getLogicalId(construct as TerraformElement);
  const found = Object.values(resources(stack)).find((named) => id in named)?.[id];
  if (found === undefined) throw new Error(`no resource ${id} for ${constructPath}`);
  return found;
}

/** How many resources there are of each type. */
export function counts(all: Resources): Record<string, number> {
  return Object.fromEntries(Object.entries(all).map(([type, named]) => [type, Object.keys(named).length]));
}
