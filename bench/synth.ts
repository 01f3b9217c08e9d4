import * as path from "node:path";
import Table from "cli-table3";
import { mb, measure, ms } from "./child";

const LIBRARY = path.resolve(__dirname, "../dist/lib/index.js");
const APP = path.resolve(__dirname, "../examples/shop-on-hosts/app");

/** A hive of `machines` machines: 3 databases, 2 load balancers, web servers for the rest. */
const hive = (machines: number) => `
  const { App, TerraformStack } = require("cdktf");
  const b = require(${JSON.stringify(LIBRARY)});
  const fs = require("fs"), os = require("os"), path = require("path");
  begin = process.hrtime.bigint();
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-bench-"));
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "shop");
  const host = (i) => ({ name: "m-" + i, address: "10." + (100 + (i >> 16)) + "." + ((i >> 8) & 255) + "." + (i & 255), zone: "z" + (i % 3) });
  const site = new b.HostsSite(stack, "rack", { network: "10.96.0.0/12", hosts: Array.from({ length: ${machines} }, (_, i) => host(i + 1)) });
  const db = new b.GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"] });
  const web = new b.HaWebTier(stack, "web", { site, servers: ${machines - 5}, app: b.WebApp.php({ source: ${JSON.stringify(APP)}, healthPath: "/health" }), database: db });
  new b.HealthCheckedLoadBalancer(stack, "entrance", { site, servers: 2, target: web, address: b.FloatingAddress.virtualIp("10.100.255.254") });
  app.synth();
  const json = JSON.parse(fs.readFileSync(path.join(outdir, "stacks/shop/cdk.tf.json"), "utf8"));
  note = Object.keys(json.resource.terraform_data).length;
  fs.rmSync(outdir, { recursive: true });
`;

/** As many resources of the same shape and size, written by hand. */
const bare = (resources: number) => `
  const { App, TerraformStack, TerraformResource } = require("cdktf");
  const fs = require("fs"), os = require("os"), path = require("path");
  begin = process.hrtime.bigint();
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-bench-"));
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "shop");
  class Data extends TerraformResource {
    constructor(scope, id, config) {
      super(scope, id, { terraformResourceType: "terraform_data", terraformGeneratorMetadata: { providerName: "terraform" }, ...config });
    }
    synthesizeAttributes() {
      return { triggers_replace: { machine: "10.77.0.1", content: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } };
    }
  }
  let before;
  for (let i = 0; i < ${resources}; i++) {
    before = new Data(stack, "m-" + i, {
      dependsOn: before ? [before] : [],
      connection: { type: "ssh", host: "10.77.0.1", port: 22, user: "root", timeout: "60s", agent: "true" },
      provisioners: [
        { type: "file", source: "\${path.module}/beehive/m-" + i + ".shop-web.json", destination: ".beehive/shop-web.json" },
        { type: "remote-exec", inline: ["/usr/local/lib/beehive/beehive-apply apply .beehive/shop-web.json; status=$?; exit $status"] },
      ],
    });
  }
  app.synth();
  fs.rmSync(outdir, { recursive: true });
`;

/** Time from the first construct to the last written file, memory of the whole process. */
export async function run(): Promise<void> {
  const table = new Table({
    head: ["machines", "resources", "hive", "bare cdktf", "ratio", "hive memory", "bare memory", "ratio"],
  });
  for (const machines of [10, 100, 1000]) {
    const ours = await measure(hive(machines));
    const resources = Number(ours.note);
    const theirs = await measure(bare(resources));
    table.push([
      machines,
      resources,
      ms(ours.seconds),
      ms(theirs.seconds),
      (ours.seconds / theirs.seconds).toFixed(2),
      mb(ours.mebibytes),
      mb(theirs.mebibytes),
      (ours.mebibytes / theirs.mebibytes).toFixed(2),
    ]);
  }
  console.log(table.toString());
}
