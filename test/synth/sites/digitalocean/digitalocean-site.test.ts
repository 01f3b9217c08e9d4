import * as fs from "node:fs";
import * as path from "node:path";
import { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import type { IConstruct } from "constructs";
import { Duration, HaWebTier, HealthCheckedLoadBalancer, Machines } from "../../../../lib";
import { TerraformStack, Testing, type TerraformElement } from "../../../../lib/cdktf";
import { DigitalOceanSite, type DigitalOceanSiteProps } from "../../../../lib/digitalocean";
import { manifestSchema } from "../../../../lib/manifest/manifest-schema";
import {
  counts,
  dropletShop,
  dropletSite,
  ofDigitalOcean,
  publicKeyFile,
  resourceOf,
  resources,
  siteProps,
} from "../../../support/digitalocean";
import { fullSynth, phpShop } from "../../../support/hive";

const ref = (type: string, id: string, attribute: string) =>
  expect.stringMatching(new RegExp(`^\\$\\{digitalocean_${type}\\.${id}_[0-9A-F]{8}\\.${attribute}\\}$`)) as string;
const id = (type: string, name: string) =>
  expect.stringMatching(new RegExp(`^digitalocean_${type}\\.${name}_[0-9A-F]{8}$`)) as string;
const siteTag = ref("tag", "cloud_tags", "name");
const tierTag = (tier: string) => ref("tag", `cloud_tags_tier-${tier}`, "name");

let made: TerraformStack | undefined;

/** The shop as the support file has it, for tests that only look. */
const shop = (): TerraformStack => (made ??= dropletShop().stack);

/** What Terraform delivers to a tier's machines, as it stands in the file. */
function bundleText(stack: TerraformStack, group: string): string {
  const folder = path.join(fullSynth(stack).folder, "beehive");
  const [file] = fs.readdirSync(folder).filter((name) => name.startsWith(`${group}.`));
  return fs.readFileSync(path.join(folder, file!), "utf8");
}

test("the shop in three regions is these resources and no others", () => {
  expect(counts(resources(shop()))).toEqual({
    digitalocean_droplet: 8,
    digitalocean_firewall: 2,
    digitalocean_reserved_ip: 1,
    digitalocean_ssh_key: 1,
    digitalocean_tag: 4,
    digitalocean_volume: 3,
    digitalocean_volume_attachment: 3,
    digitalocean_vpc: 3,
    digitalocean_vpc_peering: 3,
    terraform_data: 25,
  });
});

test("logical ids are contract: they come from names, never from positions", () => {
  const ids = ofDigitalOcean(shop()).map(([id]) => id);
  expect(ids.sort()).toEqual([
    "cloud_db-ams3_F1CE5103",
    "cloud_db-ams3_attachment_91D9F89F",
    "cloud_db-ams3_volume_5927FFD9",
    "cloud_db-fra1_EE99B6A4",
    "cloud_db-fra1_attachment_F147052F",
    "cloud_db-fra1_volume_C5712F83",
    "cloud_db-lon1_CA2EBF8A",
    "cloud_db-lon1_attachment_046C5708",
    "cloud_db-lon1_volume_E141FDDA",
    "cloud_entrance-fra1-2_967C09D4",
    "cloud_entrance-fra1_87817BA1",
    "cloud_firewall_35C9868A",
    "cloud_firewall_tiers_8CA67D66",
    "cloud_keys_E6446402",
    "cloud_network_ams3-fra1_1D43A8C3",
    "cloud_network_ams3-lon1_41FA7773",
    "cloud_network_ams3_68672230",
    "cloud_network_fra1-lon1_E3B8ADD7",
    "cloud_network_fra1_A98B39A3",
    "cloud_network_lon1_907C2063",
    "cloud_tags_FAB5B308",
    "cloud_tags_tier-db_D51E478F",
    "cloud_tags_tier-entrance_0FE68497",
    "cloud_tags_tier-web_F79C9C91",
    "cloud_web-ams3_ECCDC681",
    "cloud_web-fra1_9EDA4B42",
    "cloud_web-lon1_9281265C",
    "entrance_reserved-ip_034C89D8",
  ]);
});

test("every resource is handed the site's own provider, whose token stands nowhere", () => {
  const { stack } = dropletShop();
  for (const [id, { provider }] of ofDigitalOcean(stack)) expect([id, provider]).toEqual([id, "digitalocean.cloud"]);
  const { provider } = JSON.parse(Testing.synth(stack)) as { provider: { digitalocean: unknown } };
  expect(provider.digitalocean).toEqual([{ alias: "cloud" }]);
});

describe("a droplet", () => {
  test("has exactly these properties", () => {
    expect(resourceOf(shop(), "cloud/web-fra1/Resource")).toEqual({
      provider: "digitalocean.cloud",
      name: "web-fra1.cloud.shop",
      region: "fra1",
      size: "s-1vcpu-1gb",
      image: "debian-13-x64",
      vpc_uuid: ref("vpc", "cloud_network_fra1", "id"),
      ssh_keys: [ref("ssh_key", "cloud_keys", "fingerprint")],
      user_data: "#cloud-config\nssh_pwauth: false\n",
      monitoring: true,
      ipv6: false,
      backups: false,
      tags: [siteTag, tierTag("web"), "beehive:stack:shop"],
      depends_on: [
        id("firewall", "cloud_firewall"),
        id("vpc_peering", "cloud_network_ams3-fra1"),
        id("vpc_peering", "cloud_network_fra1-lon1"),
      ],
      lifecycle: { create_before_destroy: true, ignore_changes: ["image", "ssh_keys", "user_data"] },
    });
  });

  test("gets the size of its tier, or else that for all, or else the default", () => {
    const { stack } = dropletShop({ site: { sizes: { db: "s-2vcpu-4gb" } } });
    expect(resourceOf(stack, "cloud/db-fra1/Resource").size).toBe("s-2vcpu-4gb");
    expect(resourceOf(stack, "cloud/web-fra1/Resource").size).toBe("s-1vcpu-1gb");
    expect(resourceOf(dropletShop({ site: { size: undefined } }).stack, "cloud/web-fra1/Resource").size).toBe(
      "s-1vcpu-2gb",
    );
  });

  test("is copied, has IPv6 and another first text when the program wants it", () => {
    const site = {
      backups: { plan: "daily", hour: 4 } as const,
      ipv6: true,
      userData: "#cloud-config\n",
      image: "123456",
    };
    expect(resourceOf(dropletShop({ site }).stack, "cloud/web-fra1/Resource")).toMatchObject({
      backups: true,
      backup_policy: { plan: "daily", hour: 4 },
      ipv6: true,
      user_data: "#cloud-config\n",
      image: "123456",
    });
    expect(resourceOf(dropletShop({ site: { backups: true } }).stack, "cloud/web-fra1/Resource")).toMatchObject({
      backups: true,
      backup_policy: { plan: "weekly" },
    });
  });

  test("carries the user's tags, and so does its volume", () => {
    const { stack } = dropletShop({ site: { tags: ["team-a", "cost:42"] } });
    expect(resourceOf(stack, "cloud/db-fra1/Resource").tags).toEqual([
      siteTag,
      tierTag("db"),
      "team-a",
      "cost:42",
      "beehive:stack:shop",
    ]);
    expect(resourceOf(stack, "cloud/db-fra1/volume").tags).toEqual(["team-a", "cost:42", "beehive:stack:shop"]);
  });

  test("that two tiers name serves both, with both tiers' tags and the size that is named for one of them", () => {
    const all = Machines.named("all-fra1", "all-ams3", "all-lon1");
    const { stack } = dropletShop({
      site: { sizes: { web: "s-4vcpu-8gb" } },
      db: { machines: all },
      web: { machines: all, servers: undefined },
    });
    expect(counts(resources(stack))).toMatchObject({ digitalocean_droplet: 5, digitalocean_volume: 3 });
    expect(resourceOf(stack, "cloud/all-fra1/Resource")).toMatchObject({
      size: "s-4vcpu-8gb",
      tags: [siteTag, tierTag("db"), tierTag("web"), "beehive:stack:shop"],
    });
  });

  test("waits for nothing that another droplet needs: droplets are made side by side", () => {
    const { digitalocean_droplet: droplets = {} } = resources(shop());
    for (const droplet of Object.values(droplets)) {
      expect((droplet.depends_on as string[]).filter((on) => on.includes("droplet"))).toEqual([]);
    }
  });
});

describe("data", () => {
  test("is on a volume that outlives the droplet and that Terraform refuses to destroy", () => {
    const { stack } = dropletShop({ site: { dataVolumes: { db: { gibibytes: 50 } } } });
    expect(resourceOf(stack, "cloud/db-fra1/volume")).toEqual({
      provider: "digitalocean.cloud",
      name: "db-fra1-cloud-shop-c0edcda277",
      region: "fra1",
      size: 50,
      tags: ["beehive:stack:shop"],
      lifecycle: {
        prevent_destroy: true,
        ignore_changes: ["snapshot_id", "initial_filesystem_type", "initial_filesystem_label"],
      },
    });
    expect(resourceOf(stack, "cloud/db-fra1/attachment")).toEqual({
      provider: "digitalocean.cloud",
      droplet_id: ref("droplet", "cloud_db-fra1", "id"),
      volume_id: ref("volume", "cloud_db-fra1_volume", "id"),
    });
  });

  test("is as large as the tier asks for, begins with a snapshot and may be given up when the program says so", () => {
    const size = (site = {}) => resourceOf(dropletShop({ site }).stack, "cloud/db-fra1/volume");
    expect(size().size).toBe(20);
    expect(size({ dataVolumes: { db: { snapshot: "4f6a3b2c", protected: false } } })).toMatchObject({
      size: 20,
      snapshot_id: "4f6a3b2c",
      lifecycle: { prevent_destroy: false },
    });
  });

  test("is mounted by the name of its volume, before the database comes", () => {
    const { stack } = dropletShop();
    const { provisioner } = resourceOf(stack, "db/rollout/db-fra1") as { provisioner: unknown };
    const mounting = resourceOf(stack, "cloud/db-fra1/data/db-fra1") as { provisioner: unknown; depends_on: string[] };
    expect(JSON.stringify(mounting.provisioner)).toContain(
      "/dev/disk/by-id/scsi-0DO_Volume_db-fra1-cloud-shop-c0edcda277",
    );
    expect(mounting.depends_on).toContainEqual(id("volume_attachment", "cloud_db-fra1_attachment"));
    expect(JSON.stringify(provisioner)).not.toContain("scsi-0DO_Volume");
  });
});

describe("networks", () => {
  test("are one VPC for each region, each peered with every other", () => {
    const { stack } = dropletShop();
    expect(resourceOf(stack, "cloud/network/fra1")).toEqual({
      provider: "digitalocean.cloud",
      name: "shop.cloud.fra1",
      description: "Made by Beehive for shop/cloud/network",
      region: "fra1",
      ip_range: "10.80.160.0/20",
      timeouts: { delete: "10m" },
    });
    expect(resourceOf(stack, "cloud/network/ams3-fra1")).toEqual({
      provider: "digitalocean.cloud",
      name: "shop.cloud.ams3-fra1",
      vpc_ids: [ref("vpc", "cloud_network_ams3", "id"), ref("vpc", "cloud_network_fra1", "id")],
    });
  });

  test("exist already where the program says so", () => {
    const ids = ["a1a1a1a1-2222-4333-8444-555555555555", "b2b2b2b2-2222-4333-8444-555555555555"];
    const zones = ["fra1", "ams3"];
    const vpcs = { fra1: { id: ids[0], cidr: "172.20.0.0/20" }, ams3: { id: ids[1] } };
    const web = (site: DigitalOceanSite) =>
      new HaWebTier(TerraformStack.of(site), "web", { site, servers: 2, app: phpShop() });
    const mixed = dropletSite({ zones, vpcs });
    web(mixed.site);
    expect(counts(resources(mixed.stack))).toMatchObject({ digitalocean_droplet: 2, digitalocean_vpc_peering: 1 });
    expect(resources(mixed.stack)).not.toHaveProperty("digitalocean_vpc");
    expect(resourceOf(mixed.stack, "cloud/web-ams3/Resource").vpc_uuid).toBe(ids[1]);
    const peered = dropletSite({ zones, vpcs, peering: "existing" });
    web(peered.site);
    expect(resources(peered.stack)).not.toHaveProperty("digitalocean_vpc_peering");
    expect(resourceOf(peered.stack, "cloud/web-ams3/Resource").depends_on).toHaveLength(1);
  });
});

describe("firewalls", () => {
  const WORLD = ["0.0.0.0/0", "::/0"];
  interface Rule {
    readonly port_range: string;
    readonly source_addresses?: readonly string[];
  }
  const tiers = (stack = shop()) =>
    (resourceOf(stack, "cloud/firewall/tiers") as { for_each: Record<string, { tag: string; rules: Rule[] }> })
      .for_each;

  test("let SSH in from the given networks only, ICMP between the droplets, and everything out", () => {
    expect(resourceOf(shop(), "cloud/firewall/Resource")).toEqual({
      provider: "digitalocean.cloud",
      name: "shop.cloud.base",
      tags: [siteTag],
      inbound_rule: [
        { protocol: "tcp", port_range: "22", source_addresses: ["198.51.100.7/32"] },
        { protocol: "icmp", source_tags: [siteTag] },
      ],
      outbound_rule: [
        { protocol: "tcp", port_range: "1-65535", destination_addresses: WORLD },
        { protocol: "udp", port_range: "1-65535", destination_addresses: WORLD },
        { protocol: "icmp", destination_addresses: WORLD },
      ],
    });
  });

  test("of the tiers are one for each tier and one for each pair that talks", () => {
    const all = tiers();
    expect(Object.keys(all)).toEqual([
      "db",
      "db from web",
      "entrance",
      "entrance from web",
      "web from db",
      "web from entrance",
    ]);
    expect(all["db from web"]).toEqual({
      name: "shop.cloud.db.web",
      tag: tierTag("db"),
      rules: [
        { protocol: "tcp", port_range: "3306", source_tags: [tierTag("web")] },
        { protocol: "tcp", port_range: "9200", source_tags: [tierTag("web")] },
      ],
    });
    expect(all["web from entrance"]!.rules).toEqual([
      { protocol: "tcp", port_range: "8080", source_tags: [tierTag("entrance")] },
    ]);
  });

  test("are open to the world at the entrance's port and nowhere else", () => {
    const open = Object.entries(tiers()).flatMap(([key, { rules }]) =>
      rules.filter((rule) => rule.source_addresses !== undefined).map((rule) => [key, rule]),
    );
    expect(open).toEqual([["entrance", { protocol: "tcp", port_range: "80", source_addresses: WORLD }]]);
  });

  test("are written by Terraform from the keys", () => {
    expect(resourceOf(shop(), "cloud/firewall/tiers")).toMatchObject({
      provider: "digitalocean.cloud",
      name: "${each.value.name}",
      tags: ["${each.value.tag}"],
      dynamic: { inbound_rule: { for_each: "${each.value.rules}" } },
    });
  });

  test("that are there stay as they are when a tier comes", () => {
    const after = tiers(
      dropletShop({
        more: (stack, site, database) =>
          void new HaWebTier(stack, "api", { site, servers: 3, app: phpShop(), database }),
      }).stack,
    );
    expect(after).toMatchObject(tiers());
    expect(Object.keys(after)).toEqual([
      "api from db",
      "db",
      "db from api",
      "db from web",
      "entrance",
      "entrance from web",
      "web from db",
      "web from entrance",
    ]);
  });

  test("let SSH in at the port that the program names", () => {
    const { stack } = dropletShop({ site: { ssh: { from: ["198.51.100.0/24"], port: 2222 } } });
    expect(resourceOf(stack, "cloud/firewall/Resource")).toMatchObject({
      inbound_rule: [{ port_range: "2222", source_addresses: ["198.51.100.0/24"] }, {}],
    });
    expect(resourceOf(stack, "cloud/web-fra1/prepare/Resource")).toMatchObject({ connection: { port: 2222 } });
  });
});

describe("access", () => {
  const from = ["198.51.100.7/32"];

  test("keys of the account are taken by name, fingerprint or id", () => {
    const fingerprint = Array.from({ length: 16 }, () => "ab").join(":");
    const keys = ["ops laptop", fingerprint, "512190"];
    const { stack } = dropletShop({ site: { ssh: { from, publicKeyFile: undefined, keys } } });
    expect(resources(stack)).not.toHaveProperty("digitalocean_ssh_key");
    const { data } = JSON.parse(Testing.synth(stack)) as { data: { digitalocean_ssh_key: Record<string, object> } };
    expect(Object.values(data.digitalocean_ssh_key)).toEqual([
      expect.objectContaining({ name: "ops laptop", provider: "digitalocean.cloud" }),
    ]);
    expect(resourceOf(stack, "cloud/web-fra1/Resource").ssh_keys).toEqual([
      expect.stringMatching(/^\$\{data\.digitalocean_ssh_key\.cloud_keys_ops-laptop-\w+\.fingerprint\}$/),
      fingerprint,
      "512190",
    ]);
  });

  test("the public key beside the private one is brought into the account", () => {
    const publicFile = publicKeyFile();
    const privateKeyFile = publicFile.replace(/\.pub$/, "");
    fs.writeFileSync(privateKeyFile, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    const { stack } = dropletShop({ site: { ssh: { from, publicKeyFile: undefined, privateKeyFile } } });
    expect(resourceOf(stack, "cloud/keys/Resource")).toEqual({
      provider: "digitalocean.cloud",
      name: "shop.cloud.login",
      public_key: fs.readFileSync(publicFile, "utf8").trim(),
    });
    expect(Testing.synth(stack)).not.toContain("BEGIN OPENSSH");
  });

  const connection = (ssh: Partial<DigitalOceanSiteProps["ssh"]> = {}) =>
    resourceOf(dropletShop({ site: { ssh: { from, ...ssh } } }).stack, "cloud/web-fra1/prepare/Resource").connection;

  test("SSH goes to the public address as root, and waits for the boot", () => {
    expect(connection()).toEqual({
      type: "ssh",
      host: ref("droplet", "cloud_web-fra1", "ipv4_address"),
      port: 22,
      user: "root",
      timeout: "300s",
      agent: "true",
      script_path: ".beehive/script-%RAND%.sh",
    });
  });

  test("SSH goes to the private address for who is inside, through a bastion or not", () => {
    const host = ref("droplet", "cloud_web-fra1", "ipv4_address_private");
    expect(connection({ address: "private" })).toMatchObject({ host });
    expect(connection({ address: "private", user: "ops", bastion: { host: "198.51.100.7" } })).toMatchObject({
      host,
      user: "ops",
      bastion_host: "198.51.100.7",
      bastion_user: "ops",
    });
  });
});

describe("the entrance", () => {
  test("has a reserved IP that Terraform makes and the load balancers move", () => {
    const { stack } = dropletShop();
    expect(resourceOf(stack, "entrance/reserved-ip")).toEqual({
      provider: "digitalocean.cloud",
      region: "fra1",
      lifecycle: { ignore_changes: ["droplet_id"] },
    });
    const { variable } = JSON.parse(Testing.synth(stack)) as { variable: Record<string, { sensitive: boolean }> };
    expect(variable.entrance_reserved_ip_token).toMatchObject({
      sensitive: true,
      description: expect.stringContaining("Its custom scopes: reserved_ip:update, ") as string,
    });
    const rollout = JSON.stringify(resourceOf(stack, "entrance/rollout/entrance-fra1"));
    expect(rollout).toContain('\\"reserved-ip-token\\" = var.entrance_reserved_ip_token');
    expect(rollout).toContain(
      '\\"reserved-ip/shop-entrance\\" = digitalocean_reserved_ip.entrance_reserved-ip_034C89D8.ip_address',
    );
  });

  test("stands in one region, the first one or the one that the site names", () => {
    const zones = (site = {}) => dropletShop({ site }).entrance.machines.map(({ zone }) => zone);
    expect(zones()).toEqual(["fra1", "fra1"]);
    expect(zones({ entranceZone: "lon1" })).toEqual(["lon1", "lon1"]);
  });

  test("answers at the droplet's anchor address", () => {
    expect(bundleText(shop(), "shop-entrance")).toContain("bind {{beehive:anchor:digitalocean}}:80");
  });

  test("has a record in DigitalOcean's DNS when the program names it", () => {
    const record = (name: string, ttl?: Duration) =>
      resourceOf(dropletShop({ entrance: { dns: { name, zone: "example.org", ttl } } }).stack, "entrance/dns-record");
    expect(record("shop.example.org")).toEqual({
      provider: "digitalocean.cloud",
      domain: "example.org",
      name: "shop",
      type: "A",
      value: ref("reserved_ip", "entrance_reserved-ip", "ip_address"),
      ttl: 60,
      lifecycle: { create_before_destroy: true },
    });
    expect(record("example.org", Duration.seconds(30))).toMatchObject({ name: "@", ttl: 30 });
  });

  test("of two tiers is two addresses whose elections do not meet", () => {
    const { stack } = dropletShop({
      more: (scope, site, db) => {
        const target = new HaWebTier(scope, "api", { site, servers: 3, app: phpShop(), database: db });
        new HealthCheckedLoadBalancer(scope, "gate", { site, servers: 2, target, port: 8443 });
      },
    });
    expect(counts(resources(stack))).toMatchObject({ digitalocean_reserved_ip: 2 });
    const elections = ["shop-entrance", "shop-gate"].map(
      (group) => /"readyPort\\": (\d+)/.exec(bundleText(stack, group).replaceAll("\\\\", "\\"))?.[1],
    );
    expect(new Set(elections).size).toBe(2);
  });
});

describe("a project", () => {
  test("gets each droplet, volume and address by itself, so that one more changes no other", () => {
    const project = "7d1f0d5e-1f4d-4c9b-9c51-0123456789ab";
    const { stack } = dropletShop({ site: { project } });
    expect(counts(resources(stack))).toMatchObject({ digitalocean_project_resources: 12 });
    expect(resourceOf(stack, "cloud/db-fra1/project-resources")).toEqual({
      provider: "digitalocean.cloud",
      project,
      resources: [ref("droplet", "cloud_db-fra1", "urn")],
    });
    expect(resourceOf(stack, "cloud/db-fra1/volume-project-resources").resources).toEqual([
      ref("volume", "cloud_db-fra1_volume", "urn"),
    ]);
    expect(resourceOf(stack, "entrance/project-resources").resources).toEqual([
      ref("reserved_ip", "entrance_reserved-ip", "urn"),
    ]);
  });

  test("is looked up by its name", () => {
    const { stack } = dropletShop({ site: { project: "the shop" } });
    const { data } = JSON.parse(Testing.synth(stack)) as { data: { digitalocean_project: Record<string, object> } };
    expect(Object.values(data.digitalocean_project)).toEqual([
      expect.objectContaining({ name: "the shop", provider: "digitalocean.cloud" }),
    ]);
    expect(resourceOf(stack, "cloud/db-fra1/project-resources").project).toMatch(
      /^\$\{data\.digitalocean_project\.cloud_project_\w+\.id\}$/,
    );
  });
});

test("a provider that is given is handed to everything, and none is made", () => {
  const stack = new TerraformStack(Testing.app(), "shop");
  const provider = new DigitaloceanProvider(stack, "own", { alias: "own", requestsPerSecond: 4 });
  const site = new DigitalOceanSite(stack, "cloud", siteProps({ provider }));
  new HaWebTier(stack, "web", { site, servers: 3, app: phpShop() });
  expect(new Set(ofDigitalOcean(stack).map(([, resource]) => resource.provider))).toEqual(
    new Set(["digitalocean.own"]),
  );
});

test("two sites in a stack have providers, networks and tags of their own", () => {
  const { stack, site } = dropletSite();
  new HaWebTier(stack, "web", { site, servers: 3, app: phpShop() });
  const other = new DigitalOceanSite(stack, "standby", siteProps({ cidr: "10.96.0.0/16", zones: ["nyc3", "tor1"] }));
  new HaWebTier(stack, "spare", { site: other, servers: 2, app: phpShop() });
  const { provider } = JSON.parse(Testing.synth(stack)) as { provider: { digitalocean: unknown } };
  expect(provider.digitalocean).toEqual([{ alias: "cloud" }, { alias: "standby" }]);
  expect(resourceOf(stack, "standby/spare-nyc3/Resource").provider).toBe("digitalocean.standby");
  expect(Object.keys((resourceOf(stack, "cloud/firewall/tiers") as { for_each: object }).for_each)).toEqual([]);
  const names = Object.values(resources(stack).digitalocean_tag!).map((tag) => tag.name);
  expect(new Set(names).size).toBe(names.length);
});

test("every child can be reached and overridden", () => {
  const { stack, site } = dropletShop();
  const at = (...path: string[]) =>
    path.reduce((construct, child) => construct.node.findChild(child), site as IConstruct) as TerraformElement;
  at("web-fra1", "Resource").addOverride("droplet_agent", false);
  at("network", "fra1").addOverride("description", "Frankfurt");
  at("firewall", "tiers").addOverride("name", "my-${each.value.name}");
  site.firewall.base.addOverride("name", "mine");
  expect(resourceOf(stack, "cloud/web-fra1/Resource").droplet_agent).toBe(false);
  expect(resourceOf(stack, "cloud/network/fra1").description).toBe("Frankfurt");
  expect(resourceOf(stack, "cloud/firewall/tiers").name).toBe("my-${each.value.name}");
  expect(resourceOf(stack, "cloud/firewall/Resource").name).toBe("mine");
});

test("the manifest says that regions are the zones, and holds no address that only apply knows", () => {
  const manifest = manifestSchema.parse(JSON.parse(fullSynth(shop()).read("beehive.json")));
  expect(manifest.sites).toEqual([
    expect.objectContaining({
      name: "cloud",
      kind: "digitalocean",
      zones: ["fra1", "ams3", "lon1"],
      ssh: { user: "root" },
    }),
  ]);
  expect(manifest.machines.map(({ name, zone, address }) => [name, zone, address])).toEqual([
    ["db-fra1", "fra1", undefined],
    ["db-ams3", "ams3", undefined],
    ["db-lon1", "lon1", undefined],
    ["web-fra1", "fra1", undefined],
    ["web-ams3", "ams3", undefined],
    ["web-lon1", "lon1", undefined],
    ["entrance-fra1", "fra1", undefined],
    ["entrance-fra1-2", "fra1", undefined],
  ]);
  expect(manifest.tiers.at(-1)).toMatchObject({ kind: "HealthCheckedLoadBalancer", engine: "haproxy-reserved-ip" });
});
