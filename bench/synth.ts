import * as path from "node:path";
import { compareSynths } from "./compare-synths";

const LIBRARY = path.resolve(__dirname, "../dist/lib/index.js");
const APP = path.resolve(__dirname, "../examples/shop-on-hosts/app");

/**
 * A hive of `machines` machines: 3 databases, 2 load balancers, web servers for the rest.
 *
 * @param more statements of the program before it synthesizes; `entrance` is the load balancer.
 * @param needed web servers that carry the load.
 */
export const hive = (machines: number, more = "", needed = machines - 6) => `
  const { App, TerraformStack } = require("cdktf");
  const b = require(${JSON.stringify(LIBRARY)});
  const fs = require("fs"), os = require("os"), path = require("path");
  start();
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-bench-"));
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "shop");
  const host = (i) => ({ name: "m-" + i, address: "10." + (100 + (i >> 16)) + "." + ((i >> 8) & 255) + "." + (i & 255), zone: "z" + (i % 3) });
  const site = new b.HostsSite(stack, "rack", { network: "10.96.0.0/12", hosts: Array.from({ length: ${machines} }, (_, i) => host(i + 1)) });
  const db = new b.GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"] });
  const web = new b.HaWebTier(stack, "web", { site, servers: ${machines - 5}, needed: ${needed}, app: b.WebApp.php({ source: ${JSON.stringify(APP)}, healthPath: "/health" }), database: db });
  const entrance = new b.HealthCheckedLoadBalancer(stack, "entrance", { site, servers: 2, target: web, address: b.FloatingAddress.virtualIp("10.100.255.254") });
  ${more}
  app.synth();
  stop();
  const json = JSON.parse(fs.readFileSync(path.join(outdir, "stacks/shop/cdk.tf.json"), "utf8"));
  note = Object.keys(json.resource.terraform_data).length;
  fs.rmSync(outdir, { recursive: true });
`;

/** The same resources written by hand: as many, with the same provisioners and dependencies, and nothing that decides. */
const bare = (resources: number) => `
  const { App, TerraformStack, TerraformResource } = require("cdktf");
  const fs = require("fs"), os = require("os"), path = require("path");
  start();
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-bench-"));
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
  const connection = { type: "ssh", host: "10.77.0.1", port: 22, user: "root", timeout: "60s", agent: "true" };
  const file = (name) => ({ type: "file", source: "\${path.module}/beehive/" + name + ".0123456789ab", destination: ".beehive/" + name });
  let before;
  for (let i = 0; i < ${Math.floor(resources / 2)}; i++) {
    const prepared = new Data(stack, "prepare-" + i, {
      connection,
      triggers: { machine: "10.77.0.1 10.77.0.1", content: hash + " " + hash },
      provisioners: [
        { type: "remote-exec", inline: ["set -e", "umask 077; mkdir -p .beehive; chmod 700 .beehive", "command -v python3 >/dev/null || sh -c 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install python3'"] },
        file("beehive-apply"),
        file("packages"),
        { type: "remote-exec", inline: ["set -e", "install -D -m 0755 .beehive/beehive-apply /usr/local/lib/beehive/beehive-apply", "/usr/local/lib/beehive/beehive-apply prepare .beehive/packages.json"] },
      ],
    });
    before = new Data(stack, "rollout-" + i, {
      dependsOn: before ? [before, prepared] : [prepared],
      connection,
      triggers: { machine: "10.77.0.1 10.77.0.1", content: hash, secrets: '\${sha256(jsonencode({a = var.a}))}' },
      provisioners: [
        file("shop-web"),
        { type: 'file', content: '\${jsonencode({a = var.a})}', destination: '.beehive/shop-web.secrets.json' },
        { type: "remote-exec", inline: ["/usr/local/lib/beehive/beehive-apply apply --name m-1 --address 10.77.0.1 .beehive/shop-web.json .beehive/shop-web.secrets.json; status=$?; rm -f .beehive/shop-web.secrets.json; exit $status"] },
      ],
    });
  }
  app.synth();
  stop();
  fs.rmSync(outdir, { recursive: true });
`;

/** Time from the first construct to the last written file, memory of the whole process. */
export async function run(): Promise<void> {
  const sizes = [10, 100, 1000];
  console.log(
    await compareSynths(
      "machines",
      sizes.map((machines) => ({
        size: machines,
        hive: hive(machines),
        resources: (note) => Number(note),
        bare: (note) => bare(Number(note)),
      })),
    ),
  );
}
