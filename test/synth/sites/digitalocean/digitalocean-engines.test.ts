import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import {
  acknowledge,
  AvailabilityPromise,
  Duration,
  HaWebTier,
  HealthCheck,
  HealthCheckedLoadBalancer,
  Machines,
  ManagedDatabase,
  Tls,
  WebApp,
  type HaWebTierProps,
  type HealthCheckedLoadBalancerProps,
  type ManagedDatabaseProps,
} from "../../../../lib";
import { Fn, type TerraformStack } from "../../../../lib/cdktf";
import {
  DigitalOceanAutoscale,
  DigitalOceanDatabase,
  DigitalOceanLoadBalancer,
  type DigitalOceanDatabaseProps,
  type DropletPoolProps,
} from "../../../../lib/digitalocean";
import { Hive } from "../../../../lib/stack/hive";
import { predict } from "../../../../lib/judgement/prediction";
import {
  counts,
  dropletShop,
  dropletSite,
  resourceOf,
  resources,
  type DropletHiveOptions,
} from "../../../support/digitalocean";
import { sha256 } from "../../../../lib/core/sha256";
import { bundleOf, fullSynth, phpShop, scratch } from "../../../support/hive";

const ref = (type: string, id: string, attribute: string) =>
  expect.stringMatching(new RegExp(`^\\$\\{digitalocean_${type}\\.${id}_[0-9A-F]{8}\\.${attribute}\\}$`)) as string;
const id = (type: string, name: string) =>
  expect.stringMatching(new RegExp(`^${type}\\.${name}_[0-9A-F]{8}$`)) as string;

/** Servers in Frankfurt only, the first two by name. */
const inFrankfurt = (...more: string[]): DropletHiveOptions => ({
  web: { servers: undefined, machines: Machines.named("web-fra1", "web-fra1-2", ...more) },
});
const frankfurt: DropletHiveOptions = inFrankfurt();

function balanced(
  engine: HealthCheckedLoadBalancerProps["engine"],
  entrance: Partial<HealthCheckedLoadBalancerProps> = {},
  options: DropletHiveOptions = {},
) {
  return dropletShop({ ...options, entrance: { servers: undefined, engine, ...entrance } });
}
const regional = (entrance: Partial<HealthCheckedLoadBalancerProps> = {}, options: DropletHiveOptions = frankfurt) =>
  balanced(DigitalOceanLoadBalancer.regional(), entrance, options);
const dns = { name: "shop.example.org", zone: "example.org" };
const global = (entrance: Partial<HealthCheckedLoadBalancerProps> = {}, options: DropletHiveOptions = {}) =>
  balanced(DigitalOceanLoadBalancer.global(), { dns, ...entrance }, options);

const CHECK = {
  check_interval_seconds: 3,
  response_timeout_seconds: 3,
  unhealthy_threshold: 2,
  healthy_threshold: 2,
  path: "/health",
};
const TO_SERVERS = { target_protocol: "http", target_port: 8080 };

describe("a regional load balancer", () => {
  test("is these resources and no droplet", () => {
    expect(counts(resources(regional().stack))).toMatchObject({
      digitalocean_droplet: 5,
      digitalocean_firewall: 3,
      digitalocean_loadbalancer: 1,
    });
    expect(counts(resources(regional().stack))).not.toHaveProperty("digitalocean_reserved_ip");
  });

  test("has exactly these properties", () => {
    const { depends_on: after, ...balancer } = resourceOf(regional().stack, "entrance/Resource");
    expect(balancer).toEqual({
      provider: "digitalocean.cloud",
      name: "shop.cloud.entrance.fra1",
      type: "REGIONAL",
      region: "fra1",
      vpc_uuid: ref("vpc", "cloud_network_fra1", "id"),
      size_unit: 2,
      forwarding_rule: [{ entry_protocol: "http", entry_port: 80, ...TO_SERVERS }],
      redirect_http_to_https: false,
      healthcheck: { protocol: "http", port: 8080, ...CHECK },
      sticky_sessions: { type: "none" },
      http_idle_timeout_seconds: 60,
      disable_lets_encrypt_dns_records: true,
      droplet_ids: [ref("droplet", "cloud_web-fra1", "id"), ref("droplet", "cloud_web-fra1-2", "id")],
      lifecycle: { prevent_destroy: true, create_before_destroy: true },
    });
    expect(after).toEqual(
      expect.arrayContaining([id("terraform_data", "web_rollout_web-fra1-2"), id("terraform_data", "web_members")]),
    );
  });

  test("has the nodes, the project, the port and the patience that the program wants, and can be unprotected", () => {
    const project = "7d1f0d5e-1f4d-4c9b-9c51-0123456789ab";
    const engine = DigitalOceanLoadBalancer.regional({ nodes: 3, protected: false });
    const healthCheck = HealthCheck.http({
      interval: Duration.seconds(5),
      timeout: Duration.seconds(4),
      fall: 3,
      rise: 4,
    });
    const { stack } = balanced(
      engine,
      { port: 8000, serverTimeout: Duration.seconds(120), healthCheck },
      { ...frankfurt, site: { project } },
    );
    expect(resourceOf(stack, "entrance/Resource")).toMatchObject({
      size_unit: 3,
      project_id: project,
      forwarding_rule: [{ entry_port: 8000 }],
      http_idle_timeout_seconds: 120,
      healthcheck: {
        check_interval_seconds: 5,
        response_timeout_seconds: 4,
        unhealthy_threshold: 3,
        healthy_threshold: 4,
      },
      lifecycle: { prevent_destroy: false },
    });
  });

  test("is let in by its id at DigitalOcean's firewall, and by its network on the machine", () => {
    const { stack } = regional();
    expect(resourceOf(stack, "entrance/firewall")).toEqual({
      provider: "digitalocean.cloud",
      name: "shop.cloud.web.load-balancer-entrance-fra1",
      tags: [ref("tag", "cloud_tags_tier-web", "name")],
      inbound_rule: [
        {
          protocol: "tcp",
          port_range: "8080",
          source_load_balancer_uids: [ref("loadbalancer", "entrance", "id")],
        },
      ],
    });
    expect(Object.keys(resourceOf(stack, "cloud/firewall/tiers").for_each as object)).toEqual([
      "db",
      "db from web",
      "web from db",
    ]);
    const bundle = bundleOf(stack, "web", "web-fra1");
    expect(bundle).toContain("ip saddr != { 10.80.160.0/20 } drop");
    expect(bundle).toContain("set_real_ip_from 10.80.160.0/20;");
  });

  test("of an existing VPC learns the network from DigitalOcean", () => {
    const vpcs = { fra1: { id: "5a4981aa-9653-4bd1-bef5-d6bff52042e4" } };
    const { stack } = regional({}, { ...frankfurt, site: { vpcs } });
    expect(bundleOf(stack, "web", "web-fra1")).toContain("{{beehive:fact:network/cloud/fra1/shop/entrance}}");
  });

  test("names up to ten droplets, and knows more than ten by their tag", () => {
    const names = (amount: number) => Array.from({ length: amount - 2 }, (_, i) => `web-fra1-${i + 3}`);
    const ten = resourceOf(regional({}, inFrankfurt(...names(10))).stack, "entrance/Resource");
    expect(ten.droplet_ids).toHaveLength(10);
    expect(ten).not.toHaveProperty("droplet_tag");
    const eleven = resourceOf(regional({}, inFrankfurt(...names(11))).stack, "entrance/Resource");
    expect(eleven.droplet_tag).toEqual(ref("tag", "cloud_tags_tier-web", "name"));
    expect(eleven).not.toHaveProperty("droplet_ids");
  });

  test("has its record in DigitalOcean's DNS", () => {
    const { stack } = regional({ dns });
    expect(resourceOf(stack, "entrance/dns-record")).toMatchObject({
      domain: "example.org",
      name: "shop",
      type: "A",
      value: ref("loadbalancer", "entrance", "ip"),
    });
  });

  test("gets a certificate of Let's Encrypt by its name, which stays when it is renewed", () => {
    const tls = Tls.managed({ domain: "shop.example.org", alternatives: ["www.example.org"] });
    const { stack } = regional({ dns, tls });
    expect(resourceOf(stack, "entrance/certificate")).toEqual({
      provider: "digitalocean.cloud",
      name: expect.stringMatching(/^shop\.cloud\.entrance-[0-9a-f]{10}$/) as string,
      type: "lets_encrypt",
      domains: ["shop.example.org", "www.example.org"],
      lifecycle: { create_before_destroy: true },
    });
    expect(resourceOf(stack, "entrance/Resource")).toMatchObject({
      forwarding_rule: [
        {
          entry_protocol: "https",
          entry_port: 443,
          certificate_name: ref("certificate", "entrance_certificate", "name"),
          ...TO_SERVERS,
        },
        { entry_protocol: "http", entry_port: 80, ...TO_SERVERS },
      ],
      redirect_http_to_https: true,
    });
  });

  test("takes another name for another certificate, so that both can be there", () => {
    const named = (domain: string) =>
      resourceOf(regional({ tls: Tls.managed({ domain, zone: "example.org" }) }).stack, "entrance/certificate").name;
    expect(named("a.example.org")).not.toBe(named("b.example.org"));
  });

  test("takes a given certificate apart, and port 80 stays closed where nobody is sent on", () => {
    const PEM = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`;
    const privateKey = Fn.sensitive(Fn.file("key.pem")) as string;
    const tls = Tls.given({ certificate: `${PEM("leaf")}\n${PEM("ca")}\n`, privateKey, redirect: false });
    const made = regional({ tls });
    expect(resourceOf(made.stack, "entrance/certificate")).toMatchObject({
      type: "custom",
      leaf_certificate: PEM("leaf"),
      certificate_chain: PEM("ca"),
    });
    expect(resourceOf(made.stack, "entrance/Resource")).toMatchObject({
      forwarding_rule: [{ entry_protocol: "https", entry_port: 443 }],
      redirect_http_to_https: false,
    });
  });

  test("takes a certificate apart that only Terraform knows, and takes another name for another one", () => {
    const tls = Tls.given({ certificate: Fn.file("shop.pem"), privateKey: Fn.sensitive(Fn.file("key.pem")) as string });
    const certificate = resourceOf(regional({ tls }).stack, "entrance/certificate");
    expect(certificate.name).toBe('shop.cloud.entrance-${substr(sha256(file("shop.pem")), 0, 10)}');
    expect(certificate.certificate_chain).toMatch(/^\$\{\(?length\(regexall\(.*\)\) > 1\)? \? join\(.*\) : null\}$/);
  });

  test("tells how soon it notices, and that its region's loss is its own", () => {
    const { stack } = regional();
    const { tiers, structure } = Hive.of(stack).manifest();
    expect(tiers.find(({ path }) => path === "shop/entrance")).toMatchObject({
      engine: "digitalocean-regional-load-balancer",
      machines: [],
      endpoints: [{ kind: "entrance", protocol: "http", virtual: false, port: 80, healthPath: "/health" }],
      settings: { checkInterval: 3, checkTimeout: 3, checkFall: 2, checkRise: 2, nodes: 2, registration: "droplets" },
    });
    expect(structure.nodes["load balancer shop/entrance"]).toMatchObject({
      kind: "managed service",
      in: ["zone cloud/fra1"],
      provenance: "sla",
      source: "DigitalOcean Regional Load Balancer SLA of 18 November 2025: 99.9 % a month",
    });
  });
});

describe("a global load balancer", () => {
  test("has a regional one in each region that has servers", () => {
    const { stack } = global();
    expect(counts(resources(stack))).toMatchObject({ digitalocean_loadbalancer: 4, digitalocean_firewall: 5 });
    const { depends_on: after, ...balancer } = resourceOf(stack, "entrance/Resource");
    expect(balancer).toEqual({
      provider: "digitalocean.cloud",
      name: "shop.cloud.entrance.global",
      type: "GLOBAL",
      domains: [{ name: "shop.example.org", is_managed: false }],
      glb_settings: { target_protocol: "http", target_port: 80, cdn: { is_enabled: false } },
      redirect_http_to_https: false,
      healthcheck: { protocol: "http", port: 80, ...CHECK },
      target_load_balancer_ids: ["fra1", "ams3", "lon1"].map((region) =>
        ref("loadbalancer", `entrance_${region}`, "id"),
      ),
      lifecycle: { prevent_destroy: true },
    });
    expect(after).toHaveLength(6);
    expect(resourceOf(stack, "entrance/ams3/Resource")).toMatchObject({
      name: "shop.cloud.entrance.ams3",
      region: "ams3",
      forwarding_rule: [{ entry_protocol: "http", entry_port: 80, ...TO_SERVERS }],
      droplet_ids: [ref("droplet", "cloud_web-ams3", "id")],
    });
  });

  test("is encrypted up to the regions, with one certificate for all", () => {
    const { stack } = global({ tls: Tls.managed({ domain: "shop.example.org" }) });
    const certificate = ref("certificate", "entrance_certificate", "name");
    expect(resourceOf(stack, "entrance/Resource")).toMatchObject({
      domains: [{ name: "shop.example.org", is_managed: false, certificate_name: certificate }],
      glb_settings: { target_protocol: "https", target_port: 443 },
      redirect_http_to_https: true,
      healthcheck: { protocol: "https", port: 443 },
    });
    expect(resourceOf(stack, "entrance/fra1/Resource")).toMatchObject({
      forwarding_rule: [{ entry_protocol: "https", entry_port: 443, certificate_name: certificate }],
    });
  });

  test("survives a region: one of those behind it is enough", () => {
    const { nodes, tiers } = Hive.of(global().stack).manifest().structure;
    expect(tiers["shop/entrance"]).toMatchObject({
      atLeast: 1,
      of: ["fra1", "ams3", "lon1"].map((region) => `load balancer shop/entrance in ${region}`),
      needs: ["shop/web", "load balancer shop/entrance"],
    });
    expect(nodes["load balancer shop/entrance"]).toMatchObject({
      in: ["site cloud"],
      source: "DigitalOcean Global Load Balancer SLA of 18 November 2025: 99.99 % a month",
    });
    expect(nodes["load balancer shop/entrance in lon1"]).toMatchObject({ in: ["zone cloud/lon1"] });
  });
});

/** The shop with everything that DigitalOcean runs for it. */
function managed(
  engine: ManagedDatabaseProps["engine"] = DigitalOceanDatabase.mysql(),
  database: Partial<ManagedDatabaseProps> = {},
) {
  const { stack, site } = dropletSite();
  const db = new ManagedDatabase(stack, "db", { site, engine, databases: ["shop"], ...database });
  const web = new HaWebTier(stack, "web", { site, servers: 3, app: phpShop(), database: db });
  const entrance = new HealthCheckedLoadBalancer(stack, "entrance", {
    site,
    engine: DigitalOceanLoadBalancer.global(),
    dns,
    target: web,
  });
  return { stack, site, db, web, entrance };
}
const mysql = (props: DigitalOceanDatabaseProps, database: Partial<ManagedDatabaseProps> = {}) =>
  managed(DigitalOceanDatabase.mysql(props), database);

describe("a managed database", () => {
  test("is these resources", () => {
    expect(counts(resources(managed().stack))).toMatchObject({
      digitalocean_database_cluster: 1,
      digitalocean_database_db: 1,
      digitalocean_database_user: 1,
      digitalocean_database_firewall: 1,
      digitalocean_droplet: 3,
    });
    expect(counts(resources(managed().stack))).not.toHaveProperty("digitalocean_volume");
  });

  test("has a standby, is private, protected, and has a window for updates", () => {
    expect(resourceOf(managed().stack, "db/Resource")).toEqual({
      provider: "digitalocean.cloud",
      name: "shop-cloud-db",
      engine: "mysql",
      version: "8",
      size: "db-s-1vcpu-2gb",
      node_count: 2,
      region: "fra1",
      private_network_uuid: ref("vpc", "cloud_network_fra1", "id"),
      maintenance_window: [{ day: "sunday", hour: "03:00" }],
      tags: ["beehive:stack:shop"],
      lifecycle: {
        prevent_destroy: true,
        postcondition: [
          {
            condition: "${self.port == 25060}",
            error_message: "DigitalOcean's database listens not on port 25060.",
          },
        ],
      },
    });
  });

  test("is what the program wants", () => {
    const engine = DigitalOceanDatabase.postgresql({
      size: "db-s-2vcpu-4gb",
      nodes: 3,
      version: "16",
      zone: "ams3",
      gibibytes: 60,
      maintenance: { day: "tuesday", hour: "23:00" },
      protected: false,
    });
    expect(resourceOf(managed(engine).stack, "db/Resource")).toMatchObject({
      engine: "pg",
      version: "16",
      size: "db-s-2vcpu-4gb",
      node_count: 3,
      region: "ams3",
      private_network_uuid: ref("vpc", "cloud_network_ams3", "id"),
      storage_size_mib: "61440",
      maintenance_window: [{ day: "tuesday", hour: "23:00" }],
      lifecycle: { prevent_destroy: false },
    });
  });

  test("has a protected database and a user for each that the program names", () => {
    const { stack } = managed(undefined, { databases: ["shop", { name: "crm", user: "sales" }] });
    const common = { provider: "digitalocean.cloud", cluster_id: ref("database_cluster", "db", "id") };
    expect(resourceOf(stack, "db/database-crm")).toEqual({
      ...common,
      name: "crm",
      lifecycle: { prevent_destroy: true },
    });
    expect(resourceOf(stack, "db/user-crm")).toEqual({ ...common, name: "sales" });
    expect(resourceOf(stack, "db/user-shop")).toEqual({ ...common, name: "shop" });
  });

  test("makes the passwords itself: no variable asks for one, and no file has it", () => {
    const { stack } = managed();
    const synthesized = fullSynth(stack);
    expect(JSON.parse(synthesized.read("cdk.tf.json"))).not.toHaveProperty("variable");
    expect(bundleOf(stack, "web", "web-fra1")).not.toContain("database_user");
  });

  test("lets in the droplets of its clients, and nobody when there is none", () => {
    const own = { type: "tag", value: ref("tag", "cloud_tags_tier-db", "name") };
    expect(resourceOf(managed().stack, "db/firewall").rule).toEqual([
      own,
      { type: "tag", value: ref("tag", "cloud_tags_tier-web", "name") },
    ]);
    const { stack, site } = dropletSite();
    new ManagedDatabase(stack, "db", { site, engine: DigitalOceanDatabase.mysql(), databases: ["shop"] });
    expect(resourceOf(stack, "db/firewall").rule).toEqual([own]);
  });

  test("is reached by its private name, which is a fact, and verified by its authorities", () => {
    const { stack } = managed();
    const bundle = bundleOf(stack, "web", "web-fra1");
    expect(bundle).toContain("{{beehive:fact:database/shop-db/writer}}:25060");
    expect(bundle).toContain("DB_TLS_CA");
    expect(fullSynth(stack).read("cdk.tf.json")).toMatch(
      /data\.digitalocean_database_ca\.db_authorities_[0-9A-F]{8}\.certificate/,
    );
  });

  test("tells what it is assumed to lose, and that one region holds it all", () => {
    const { structure } = Hive.of(managed().stack).manifest();
    expect(structure.nodes["database shop/db"]).toMatchObject({
      kind: "managed service",
      in: ["zone cloud/fra1"],
      provenance: "assumed",
    });
    const { of, loss } = structure.tiers["shop/db"]!;
    expect(of).toEqual(["database shop/db node 1", "database shop/db node 2"]);
    expect(loss).toMatchObject([
      { when: "machine", seconds: 1, guaranteed: false },
      { when: "zone", seconds: null, guaranteed: false },
    ]);
  });
});

describe("a promise on", () => {
  test("what DigitalOcean runs is told that one region holds the database", () => {
    const { stack, entrance } = managed();
    new AvailabilityPromise(stack, "slo", { entrance, availability: "99%" });
    expect(() => resources(stack)).toThrow(/SHARED_FATE:zone cloud\/fra1: zone cloud\/fra1 alone takes shop\/db down/);
  });

  test("what DigitalOcean runs is predicted: a lost node of the database costs 90 s and a bit", () => {
    const { stack, entrance } = managed();
    acknowledge(stack, "SHARED_FATE:zone cloud/fra1", "DigitalOcean sells no standby in another region");
    new AvailabilityPromise(stack, "slo", {
      entrance,
      availability: "99.5%",
      rto: { machine: Duration.seconds(95) },
      rpo: { machine: Duration.seconds(1) },
    });
    expect(() => resources(stack)).not.toThrow();
    const { total } = predict(Hive.of(stack).manifest()).prediction;
    expect(total.unavailability.likely).toBeGreaterThan(5e-4);
    expect(total.unavailability.likely).toBeLessThan(2e-3);
  });

  test("it fails where it asks for more than one region can keep", () => {
    const { stack, entrance } = managed();
    new AvailabilityPromise(stack, "slo", { entrance, rto: { zone: Duration.minutes(1) } });
    expect(() => resources(stack)).toThrow(
      /RTO zone is promised as 60 s and predicted as until it is repaired: .*zone cloud\/fra1 takes shop\/db/,
    );
  });

  test("a global load balancer is kept: a server and a region are out within 9 s", () => {
    const { stack, entrance } = global({}, { db: { nodes: 3 } });
    new AvailabilityPromise(stack, "slo", {
      entrance,
      availability: "99.9%",
      rto: { machine: Duration.seconds(9), zone: Duration.seconds(9) },
    });
    expect(() => resources(stack)).not.toThrow();
    const { unavailability } = predict(Hive.of(stack).manifest()).prediction.total;
    expect(unavailability.likely).toBeGreaterThan(1e-4);
    expect(unavailability.likely).toBeLessThan(1e-3);
  });
});

/** Pages that need no database, served by as many droplets as the load asks for. */
function pooled(props: Partial<DropletPoolProps> = {}, web: Partial<HaWebTierProps> = {}) {
  const { stack, site } = dropletSite({ sizes: { web: "c-2" } });
  const scaling = DigitalOceanAutoscale.pool({ max: 6, ...props });
  const target = new HaWebTier(stack, "web", { site, scaling, app: phpShop(), ...web });
  const engine = DigitalOceanLoadBalancer.regional();
  return { stack, site, entrance: new HealthCheckedLoadBalancer(stack, "entrance", { site, engine, target }) };
}
const templateOf = (stack: TerraformStack) =>
  resourceOf(stack, "web/Resource").droplet_template as { readonly user_data: string };

/** A folder with a page that compresses badly. */
function pageOf(bytes: number): string {
  const folder = scratch();
  const noise = Array.from({ length: Math.ceil(bytes / 64) }, (_, i) => sha256(String(i))).join("");
  fs.writeFileSync(path.join(folder, "page.html"), noise);
  return folder;
}

describe("a pool of droplets", () => {
  test("has exactly these properties", () => {
    const { stack } = pooled({ min: 3, memoryPercent: 80 });
    expect(resourceOf(stack, "web/Resource")).toEqual({
      provider: "digitalocean.cloud",
      name: "shop-cloud-web",
      config: {
        min_instances: 3,
        max_instances: 6,
        target_cpu_utilization: 0.5,
        target_memory_utilization: 0.8,
        cooldown_minutes: 10,
      },
      droplet_template: {
        image: "debian-13-x64",
        region: "fra1",
        size: "c-2",
        ssh_keys: [ref("ssh_key", "cloud_keys", "fingerprint")],
        tags: [ref("tag", "cloud_tags", "name"), ref("tag", "cloud_tags_tier-web", "name"), "beehive:stack:shop"],
        vpc_uuid: ref("vpc", "cloud_network_fra1", "id"),
        ipv6: false,
        with_droplet_agent: true,
        user_data: expect.stringMatching(/^MIME-Version: 1\.0\n/) as string,
      },
      depends_on: [
        id("digitalocean_firewall", "cloud_firewall"),
        id("digitalocean_vpc_peering", "cloud_network_ams3-fra1"),
        id("digitalocean_vpc_peering", "cloud_network_fra1-lon1"),
      ],
      lifecycle: { ignore_changes: ["config[0].target_number_instances"] },
    });
    expect(counts(resources(stack))).not.toHaveProperty("digitalocean_droplet");
  });

  test("takes along what it needs to start: the program, packages, the application and the load balancer's network", () => {
    const packed = [...templateOf(pooled().stack).user_data.matchAll(/<<'END' \| gunzip > (\w+)\n(.*)\nEND/g)];
    const files = Object.fromEntries(
      packed.map(([, name, text]) => [name!, gunzipSync(Buffer.from(text!, "base64")).toString()]),
    );
    expect(Object.keys(files)).toEqual(["program", "packages", "bundle"]);
    expect(files.program).toMatch(/^#!\/usr\/bin\/env python3\n/);
    expect(JSON.parse(files.packages!)).toMatchObject({ packages: expect.arrayContaining(["nginx"]) as string[] });
    expect(files.bundle).toContain("ip saddr != { 10.80.160.0/20 } drop");
  });

  test("starts by a script that a shell understands", () => {
    const script = /filename="zz-first-start"\n\n([^]*)--==beehive==--/.exec(templateOf(pooled().stack).user_data)![1]!;
    expect(() => execFileSync("sh", ["-n"], { input: script })).not.toThrow();
  });

  test("is behind the load balancer by its tag", () => {
    expect(resourceOf(pooled().stack, "entrance/Resource")).toMatchObject({
      droplet_tag: ref("tag", "cloud_tags_tier-web", "name"),
      region: "fra1",
    });
  });

  test("is as few servers as there are at any time, in one region", () => {
    const { nodes, tiers } = Hive.of(pooled({ min: 3 }).stack).manifest().structure;
    expect(tiers["shop/web"]).toMatchObject({ atLeast: 2, of: [1, 2, 3].map((n) => `shop/web server ${n}`) });
    expect(nodes["shop/web server 3"]).toMatchObject({ kind: "machine", in: ["zone cloud/fra1"] });
  });

  test("is refused for an application with secrets, whatever they are", () => {
    const password = Fn.sensitive(Fn.file("password")) as string;
    const app = WebApp.php({ source: pageOf(64), healthPath: "/health", environment: { API_KEY: password } });
    expect(() => resources(pooled({}, { app }).stack)).toThrow(
      /DigitalOcean sells no store for secrets\. Leave scaling out/,
    );
  });

  test("is refused when it does not fit into user data, with by how much", () => {
    const app = WebApp.php({ source: pageOf(150_000), healthPath: "/page.html" });
    expect(() => resources(pooled({}, { app }).stack)).toThrow(
      /app and what serves it are \d{5} bytes over DigitalOcean's limit of 65536 for user data/,
    );
  });
});

describe("these are refused:", () => {
  test.each([
    [
      "servers in several regions behind a regional load balancer",
      () => regional({}, {}),
      /target is "shop\/web", whose machines are web-fra1 in fra1, web-ams3 in ams3, .*use the global load balancer \(engine: DigitalOceanLoadBalancer\.global\(\)\)/,
    ],
    [
      "servers in one region behind a global one",
      () => global({}, frankfurt),
      /whose machines are all in fra1; .*Use DigitalOceanLoadBalancer\.regional\(\)/,
    ],
    [
      "one node",
      () => balanced(DigitalOceanLoadBalancer.regional({ nodes: 1 }), {}, frankfurt),
      /engine\.nodes is 1; a load balancer with one node is a single point of failure.*Use 2 or more/,
    ],
    [
      "more nodes than there are",
      () => balanced(DigitalOceanLoadBalancer.regional({ nodes: 101 }), {}, frankfurt),
      /engine\.nodes is 101; DigitalOcean gives 100 at most/,
    ],
    [
      "a managed certificate without a domain in DigitalOcean's DNS",
      () => regional({ tls: Tls.managed({ domain: "shop.example.org" }) }),
      /tls is Tls\.managed for "shop\.example\.org", and no zone of DigitalOcean's DNS is named/,
    ],
    [
      "a managed certificate for a name outside the domain",
      () => regional({ tls: Tls.managed({ domain: "shop.example.com", zone: "example.org" }) }),
      /tls names "shop\.example\.com", which is not in the zone "example\.org"/,
    ],
    [
      "a redirect to another port than 443",
      () => regional({ port: 8443, dns, tls: Tls.managed({ domain: "shop.example.org" }) }),
      /tls\.redirect is true.*port is 8443\. Leave port out, or set redirect: false/,
    ],
    [
      "one node of a database",
      () => mysql({ nodes: 1 }),
      /engine\.nodes is 1; a database with one node is a single point of failure.*Use 2 or more/,
    ],
    ["more standbys than there are", () => mysql({ nodes: 4 }), /engine\.nodes is 4; DigitalOcean gives two standbys/],
    [
      "a droplet's size for a database",
      () => mysql({ size: "small" }),
      /engine\.size is "small", which has not the form of a database size; write it like "db-s-1vcpu-2gb"/,
    ],
    [
      "a size that has no standbys",
      () => mysql({ size: "db-s-1vcpu-1gb" }),
      /engine\.size is "db-s-1vcpu-1gb", which DigitalOcean sells with one node only.*Use "db-s-1vcpu-2gb" or larger/,
    ],
    [
      "a version that is none",
      () => mysql({ version: "5.7" }),
      /engine\.version is "5\.7".*of MySQL; write it like "8"/,
    ],
    [
      "a region that the site has not",
      () => mysql({ zone: "nyc3" }),
      /engine\.zone is "nyc3", which is no zone of the site/,
    ],
    [
      "a window that is none",
      () => mysql({ maintenance: { day: "sunday", hour: "3" } }),
      /engine\.maintenance\.hour is "3"; must be a full hour/,
    ],
    [
      "a password of the program's",
      () => mysql({}, { databases: [{ name: "shop", password: Fn.sensitive(Fn.file("password")) as string }] }),
      /databases has a password for "shop", but DigitalOcean makes the passwords/,
    ],
    ["a pool of one", () => pooled({ min: 1 }), /scaling\.min is 1; one server is a single point of failure/],
    ["a pool whose most is less", () => pooled({ min: 3, max: 2 }), /scaling\.max is 2; it must not be less than .* 3/],
    ["a pool of two sizes", () => pooled({ min: 3 }, { servers: 2 }), /scaling\.min is 3, but servers is 2/],
    ["a pool elsewhere", () => pooled({ zone: "nyc3" }), /scaling\.zone is "nyc3", which is no zone of the site/],
    ["half a minute", () => pooled({ cooldown: Duration.seconds(90) }), /scaling\.cooldown is .*takes whole minutes/],
    ["a global one without a name", () => global({ dns: undefined }), /answers visitors by the name they ask for/],
    ["a global one at another port", () => global({ port: 8080 }), /port is 8080, .*it has 80, and 443 with tls/],
    [
      "checks that DigitalOcean does not make so often",
      () => regional({ healthCheck: HealthCheck.http({ interval: Duration.seconds(1) }) }),
      /healthCheck\.interval is "1 s".*whole seconds from 3 to 300/,
    ],
    [
      "a single failed check",
      () => regional({ healthCheck: HealthCheck.http({ fall: 1 }) }),
      /healthCheck\.fall is 1.*takes 2 to 10/,
    ],
    [
      "another status",
      () => regional({ healthCheck: HealthCheck.http({ status: 204 }) }),
      /healthCheck\.status is 204.*Leave status out/,
    ],
    [
      "a name to ask for",
      () => regional({ healthCheck: HealthCheck.http({ host: "shop.example.org" }) }),
      /healthCheck\.host is "shop\.example\.org".*Leave host out/,
    ],
    [
      "a text in the answer",
      () => regional({ healthCheck: HealthCheck.http({ body: "ok" }) }),
      /healthCheck\.body is "ok".*Leave body out/,
    ],
    [
      "more patience than DigitalOcean has",
      () => regional({ serverTimeout: Duration.minutes(11) }),
      /serverTimeout is .*whole seconds from 30 to 600/,
    ],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
