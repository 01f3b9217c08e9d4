import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { IConstruct } from "constructs";
import { Testing, TerraformStack, type App, type TerraformElement } from "../../lib/cdktf";
import {
  FloatingAddress,
  GaleraCluster,
  HaWebTier,
  HealthCheckedLoadBalancer,
  HostsSite,
  WebApp,
  type GaleraClusterProps,
  type HaWebTierProps,
  type HealthCheckedLoadBalancerProps,
  type HostProps,
  type HostsSiteProps,
} from "../../lib";

export const SHOP_APP = path.resolve(__dirname, "../../examples/shop-on-hosts/app");

/** `web-1` to `web-n` and so on, spread over the zones a, b and c. */
export function hosts(roles: Record<string, number>): HostProps[] {
  return Object.entries(roles).flatMap(([role, count], r) =>
    Array.from({ length: count }, (_, i) => ({
      name: `${role}-${i + 1}`,
      address: `10.77.${r}.${i + 11}`,
      zone: "abc"[i % 3]!,
      labels: { role },
    })),
  );
}

export const phpShop = () => WebApp.php({ source: SHOP_APP, healthPath: "/health", packages: ["php-mysql"] });

export interface HiveOptions {
  /** @default - one of its own */
  readonly app?: App;
  readonly hosts?: readonly HostProps[];
  readonly site?: Partial<HostsSiteProps>;
  readonly db?: Partial<GaleraClusterProps>;
  readonly web?: Partial<HaWebTierProps>;
  readonly entrance?: Partial<HealthCheckedLoadBalancerProps>;
}

/** The shop of the example, with what a test wants to be different. */
export function shop(options: HiveOptions = {}) {
  const app = options.app ?? Testing.app();
  const stack = new TerraformStack(app, "shop");
  const site = new HostsSite(stack, "rack", {
    hosts: options.hosts ?? hosts({ lb: 2, web: 3, db: 3 }),
    network: "10.77.0.0/16",
    ...options.site,
    // What whoever runs the tests has in known_hosts must not count.
    ssh: { hostKey: "any", ...options.site?.ssh },
  });
  const db = new GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"], ...options.db });
  const web = new HaWebTier(stack, "web", { site, servers: 3, app: phpShop(), database: db, ...options.web });
  const entrance = new HealthCheckedLoadBalancer(stack, "entrance", {
    site,
    servers: 2,
    target: web,
    address: FloatingAddress.virtualIp("10.77.0.100"),
    ...options.entrance,
  });
  return { app, stack, site, db, web, entrance };
}

export interface TerraformData {
  readonly triggers_replace?: Record<string, string>;
  readonly depends_on?: readonly string[];
  readonly provisioner?: readonly Record<string, Record<string, unknown>>[];
  readonly connection?: Record<string, unknown>;
  readonly for_each?: Record<string, Record<string, string>>;
  readonly lifecycle?: Record<string, unknown>;
}

export interface Synthesized {
  readonly resource: { readonly terraform_data: Record<string, TerraformData> };
  readonly variable: Record<string, Record<string, unknown>>;
}

/** cdk.tf.json, with all validations. */
export function synth(stack: TerraformStack): Synthesized {
  return JSON.parse(Testing.synth(stack, true)) as Synthesized;
}

/** The resource made for a construct path below the stack: `web/rollout/web-1`. */
export function resourceAt(stack: TerraformStack, constructPath: string): TerraformData {
  const construct = constructPath.split("/").reduce<IConstruct>((c, id) => c.node.findChild(id), stack);
  const id = stack.getLogicalId(construct as TerraformElement);
  const resource = synth(stack).resource.terraform_data[id];
  if (resource === undefined) throw new Error(`no resource ${id} for ${constructPath}`);
  return resource;
}

/** Everything that synth writes, in a folder that is removed after the test. */
export function fullSynth(stack: TerraformStack): { readonly folder: string; read(file: string): string } {
  const folder = path.join(Testing.fullSynth(stack), "stacks", stack.node.id);
  return { folder, read: (file) => fs.readFileSync(path.join(folder, file), "utf8") };
}

/** What a machine gets from a tier, as `beehive-apply` sees it: `bundleOf(stack, "web", "web-1")`. */
export function bundleOf(stack: TerraformStack, tier: string, machine: string): string {
  const { provisioner = [] } = resourceAt(stack, `${tier}/rollout/${machine}`);
  const source = provisioner.map((step) => step.file?.source).find((file) => typeof file === "string") as string;
  const inline = provisioner.flatMap((step) => (step["remote-exec"]?.inline ?? []) as string[]).join(" ");
  const [, name, address] = /--name (\S+) --address (\S+)/.exec(inline)!;
  return fullSynth(stack)
    .read(source.replace("${path.module}/", ""))
    .replaceAll("{{beehive:self:name}}", name!)
    .replaceAll("{{beehive:self:address}}", address!);
}

/** A folder that goes with the process. */
export function scratch(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-test-"));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}
