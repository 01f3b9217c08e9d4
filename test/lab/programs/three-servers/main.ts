import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import { FloatingAddress, GaleraCluster, HaWebTier, HealthCheckedLoadBalancer, HostsSite, WebApp } from "cdktf-beehive";

/** The smallest hive: three rented servers that each run everything. */
const app = new App();
const stack = new TerraformStack(app, "three");
const rented = new HostsSite(stack, "rented", {
  ssh: { privateKeyFile: process.env.TEST_SSH_KEY },
  shareMachines: true,
  hosts: ["a", "b", "c"].map((zone, i) => ({ name: `vps-${zone}`, address: `10.87.0.${11 + i}`, zone })),
});
const db = new GaleraCluster(stack, "db", { site: rented, nodes: 3, databases: ["shop"] });
const web = new HaWebTier(stack, "web", {
  site: rented,
  servers: 3,
  database: db,
  app: WebApp.service({
    source: path.join(__dirname, "app"),
    packages: ["python3-pymysql"],
    command: ["python3", "server.py"],
    healthPath: "/health",
  }),
});
new HealthCheckedLoadBalancer(stack, "entrance", {
  site: rented,
  servers: 3,
  target: web,
  address: FloatingAddress.virtualIp("10.87.0.100"),
});
app.synth();
