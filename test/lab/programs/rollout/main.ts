import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import {
  FloatingAddress,
  HaproxyLoadBalancer,
  HaWebTier,
  HealthCheckedLoadBalancer,
  HostsSite,
  Machines,
  WebApp,
  type HostProps,
} from "cdktf-beehive";
import { CacheTier } from "../../../../examples/extending/cache-tier";
import { nodeExporter } from "../../../../examples/extending/node-exporter";

/** What a test changes between two deploys; JSON in the environment. */
interface Change {
  readonly servers?: number;
  readonly greeting?: string;
  readonly frontend?: string;
}
const { servers = 3, greeting = "hello", frontend } = JSON.parse(process.env.CHANGE ?? "{}") as Change;

const app = new App();
const stack = new TerraformStack(app, "rollout");
const host = (role: string, i: number, last: number): HostProps => ({
  name: `${role}-${i}`,
  address: `10.86.0.${last + i}`,
  zone: "abc"[i - 1]!,
  labels: { role },
});

const rack = new HostsSite(stack, "rack", {
  // Not root: sudo is part of what is tested.
  ssh: { user: "deploy", privateKeyFile: process.env.TEST_SSH_KEY },
  hosts: [host("lb", 1, 10), host("lb", 2, 10), ...[1, 2, 3].slice(0, servers).map((i) => host("web", i, 20))],
});
const web = new HaWebTier(stack, "web", {
  site: rack,
  machines: Machines.labelled({ role: "web" }),
  needed: 1,
  app: WebApp.service({
    source: path.join(__dirname, "app"),
    packages: ["python3"],
    command: ["python3", "server.py"],
    healthPath: "/health",
    environment: { GREETING: greeting },
  }),
});
new HealthCheckedLoadBalancer(stack, "entrance", {
  site: rack,
  machines: Machines.labelled({ role: "lb" }),
  target: web,
  address: FloatingAddress.virtualIp("10.86.0.100"),
  engine: HaproxyLoadBalancer.pair({ extraConfig: { frontend } }),
});
// What the page on extending shows: a tier of one's own, here on machines of another, and a daemon on a tier that is there.
const cache = new CacheTier(stack, "cache", { site: rack, machines: Machines.labelled({ role: "lb" }), servers: 2 });
cache.allowFrom(web);
web.addSoftware(nodeExporter(web, ["10.86.0.11"]));
app.synth();
