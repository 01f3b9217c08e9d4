import * as path from "node:path";
import { compareSynths } from "./compare-synths";

const LIBRARY = path.resolve(__dirname, "../dist/lib/index.js");
const CLOUD = path.resolve(__dirname, "../dist/lib/digitalocean.js");
const APP = path.resolve(__dirname, "../examples/shop-on-hosts/app");
const KEY = Array.from({ length: 16 }, () => "ab").join(":");

const begin = `
  const { App, Fn, TerraformStack, TerraformResource, Token } = require("cdktf");
  const fs = require("fs"), os = require("os"), path = require("path");
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-bench-"));
`;

/** A hive of `machines` droplets in three regions: 3 databases, 2 load balancers, web servers for the rest. */
const hive = (machines: number) => `
  ${begin}
  const b = require(${JSON.stringify(LIBRARY)});
  const { DigitalOceanSite } = require(${JSON.stringify(CLOUD)});
  start();
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "shop");
  const site = new DigitalOceanSite(stack, "cloud", {
    zones: ["fra1", "ams3", "lon1"],
    size: "s-1vcpu-1gb",
    ssh: { from: ["198.51.100.7/32"], keys: [${JSON.stringify(KEY)}] },
  });
  const db = new b.GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"] });
  const web = new b.HaWebTier(stack, "web", { site, servers: ${machines - 5}, app: b.WebApp.php({ source: ${JSON.stringify(APP)}, healthPath: "/health" }), database: db });
  new b.HealthCheckedLoadBalancer(stack, "entrance", { site, servers: 2, target: web });
  app.synth();
  stop();
  const { resource } = JSON.parse(fs.readFileSync(path.join(outdir, "stacks/shop/cdk.tf.json"), "utf8"));
  note = JSON.stringify(Object.fromEntries(Object.entries(resource).map(([type, all]) => [type, Object.keys(all).length])));
  fs.rmSync(outdir, { recursive: true });
`;

type Counts = Readonly<Record<string, number>>;

/** The same resources written by hand: as many, with the same arguments and dependencies, and nothing that decides. */
const bare = (counts: Counts) => `
  ${begin}
  const of = (name) => require("@cdktf/provider-digitalocean/lib/" + name);
  const { DigitaloceanProvider } = of("provider"), { Vpc } = of("vpc"), { VpcPeering } = of("vpc-peering"), { Tag } = of("tag");
  const { Firewall } = of("firewall"), { Droplet } = of("droplet"), { Volume } = of("volume"), { VolumeAttachment } = of("volume-attachment");
  const counts = ${JSON.stringify(counts)};
  const times = (type, make) => Array.from({ length: counts[type] ?? 0 }, (_, i) => make(i));
  start();
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "shop");
  const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  class Data extends TerraformResource {
    constructor(scope, id, config) {
      super(scope, id, { terraformResourceType: "terraform_data", terraformGeneratorMetadata: { providerName: "terraform" }, ...config });
      this.triggers = config.triggers;
    }
    synthesizeAttributes() {
      return { triggers_replace: this.triggers };
    }
  }
  const provider = new DigitaloceanProvider(stack, "provider", { alias: "cloud" });
  const vpcs = times("digitalocean_vpc", (i) => new Vpc(stack, "vpc-" + i, { provider, name: "shop.cloud." + i, region: "fra1", ipRange: "10.80." + 16 * i + ".0/20" }));
  const peerings = times("digitalocean_vpc_peering", (i) => new VpcPeering(stack, "peering-" + i, { provider, name: "shop.cloud." + i, vpcIds: [vpcs[0].id, vpcs[1].id] }));
  const tags = times("digitalocean_tag", (i) => new Tag(stack, "tag-" + i, { provider, name: "beehive:tier:shop:" + i }));
  const firewalls = times("digitalocean_firewall", (i) =>
    new Firewall(stack, "firewall-" + i, { provider, name: "shop.cloud." + i, tags: [tags[0].name], inboundRule: [{ protocol: "tcp", portRange: "22", sourceAddresses: ["198.51.100.7/32"] }] }));
  const droplets = times("digitalocean_droplet", (i) =>
    new Droplet(stack, "droplet-" + i, {
      provider,
      name: "web-fra1-" + i + ".cloud.shop",
      region: "fra1",
      size: "s-1vcpu-1gb",
      image: "debian-13-x64",
      vpcUuid: vpcs[i % vpcs.length].id,
      sshKeys: [${JSON.stringify(KEY)}],
      userData: "#cloud-config",
      monitoring: true,
      ipv6: false,
      backups: false,
      tags: [tags[0].name, tags[1].name, "beehive:stack:shop"],
      dependsOn: [firewalls[0], peerings[0], peerings[1]],
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ["image", "ssh_keys", "user_data"] },
    }));
  const volumes = times("digitalocean_volume", (i) => new Volume(stack, "volume-" + i, { provider, name: "volume-" + i, region: "fra1", size: 20, lifecycle: { preventDestroy: true } }));
  times("digitalocean_volume_attachment", (i) => new VolumeAttachment(stack, "attachment-" + i, { provider, dropletId: Token.asNumber(droplets[i].id), volumeId: volumes[i].id }));
  const file = (name) => ({ type: "file", source: "\${path.module}/beehive/" + name + ".0123456789ab", destination: ".beehive/" + name });
  const addresses = (some) => Fn.jsonencode(Object.fromEntries(some.map((droplet, i) => ["address/web-fra1-" + i, droplet.ipv4AddressPrivate])));
  // Each web server knows five machines, each database node and load balancer all of them.
  const [few, all] = [addresses(droplets.slice(0, 5)), addresses(droplets)];
  const [fewHash, allHash] = [Fn.sha256(few), Fn.sha256(all)];
  let before;
  const last = droplets.map((droplet, i) => {
    const connection = { type: "ssh", host: droplet.ipv4Address, port: 22, user: "root", timeout: "300s", agent: "true" };
    const prepared = new Data(stack, "prepare-" + i, {
      connection,
      dependsOn: [firewalls[0], peerings[0], peerings[1]],
      triggers: { machine: droplet.id, content: hash + " " + hash },
      provisioners: [
        { type: "remote-exec", inline: ["set -e", "! command -v cloud-init >/dev/null || cloud-init status --wait >/dev/null || true", "umask 077; mkdir -p .beehive; chmod 700 .beehive", "command -v python3 >/dev/null || sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install python3'"] },
        file("beehive-apply"),
        file("packages"),
        { type: "remote-exec", inline: ["set -e", "install -D -m 0755 .beehive/beehive-apply /usr/local/lib/beehive/beehive-apply", "/usr/local/lib/beehive/beehive-apply prepare .beehive/packages.json"] },
      ],
    });
    const facts = i < 5 ? { json: all, hash: allHash } : { json: few, hash: fewHash };
    before = new Data(stack, "rollout-" + i, {
      dependsOn: before ? [before, prepared] : [prepared],
      connection,
      triggers: { machine: droplet.id, content: hash, secrets: '\${sha256(jsonencode({a = var.a}))}', facts: facts.hash },
      provisioners: [
        file("shop-web"),
        { type: "file", content: facts.json, destination: ".beehive/shop-web.facts.json" },
        { type: "file", content: '\${jsonencode({a = var.a})}', destination: ".beehive/shop-web.secrets.json" },
        { type: "remote-exec", inline: ["/usr/local/lib/beehive/beehive-apply apply --name m-1 --address " + droplet.ipv4AddressPrivate + " --facts .beehive/shop-web.facts.json .beehive/shop-web.json .beehive/shop-web.secrets.json; status=$?; rm -f .beehive/shop-web.secrets.json; exit $status"] },
      ],
    });
    return before;
  });
  const members = new Data(stack, "members", { lifecycle: { createBeforeDestroy: true }, triggers: { host: "each" } });
  const farewell = (droplet) => ({ host: droplet.ipv4Address, port: "22", user: "root", key: "", host_key: "", timeout: "300s", bastion_host: "", bastion_port: "", bastion_user: "", bastion_key: "", bastion_host_key: "", name: "web-fra1", group: "shop-web", sudo: "" });
  members.addOverride("for_each", Object.fromEntries(droplets.map((droplet, i) => ["web-fra1-" + i, farewell(droplet)])));
  for (let i = 2 * droplets.length + 1; i < counts.terraform_data; i++) new Data(stack, "other-" + i, { dependsOn: last.slice(-3), triggers: { members: "web-fra1" } });
  app.synth();
  stop();
  note = fs.statSync(path.join(outdir, "stacks/shop/cdk.tf.json")).size;
  fs.rmSync(outdir, { recursive: true });
`;

const countsIn = (note: string): Counts => JSON.parse(note) as Counts;

/** Time from the first construct to the last written file, memory of the whole process. */
export async function run(): Promise<void> {
  const sizes = [10, 100, 1000];
  console.log(
    await compareSynths(
      "droplets",
      sizes.map((machines) => ({
        size: machines,
        hive: hive(machines),
        resources: (note) => Object.values(countsIn(note)).reduce((sum, n) => sum + n, 0),
        bare: (note) => bare(countsIn(note)),
      })),
    ),
  );
}
