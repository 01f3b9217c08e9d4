import { App, TerraformStack } from "cdktf";
import * as path from "node:path";
import {
  FloatingAddress,
  GaleraCluster,
  GaleraTimeouts,
  HaWebTier,
  HealthCheckedLoadBalancer,
  HostsSite,
  Machines,
  WebApp,
} from "cdktf-beehive";

const app = new App();
const shop = new TerraformStack(app, "shop");

const rack = new HostsSite(shop, "rack", {
  ssh: { user: "root", privateKeyFile: process.env.SHOP_SSH_KEY ?? "~/.ssh/id_ed25519" },
  hosts: [
    { name: "lb-1", address: "10.77.0.11", zone: "a", labels: { role: "lb" } },
    { name: "lb-2", address: "10.77.0.12", zone: "b", labels: { role: "lb" } },
    { name: "web-1", address: "10.77.0.21", zone: "a", labels: { role: "web" } },
    { name: "web-2", address: "10.77.0.22", zone: "b", labels: { role: "web" } },
    { name: "web-3", address: "10.77.0.23", zone: "c", labels: { role: "web" } },
    { name: "db-a", address: "10.77.0.31", zone: "a", labels: { role: "db" } },
    { name: "db-b", address: "10.77.0.32", zone: "b", labels: { role: "db" } },
    { name: "db-c", address: "10.77.0.33", zone: "c", labels: { role: "db" } },
  ],
});

const db = new GaleraCluster(shop, "db", {
  site: rack,
  nodes: 3,
  machines: Machines.labelled({ role: "db" }),
  databases: ["shop"],
  timeouts: GaleraTimeouts.lanFast(),
});

const web = new HaWebTier(shop, "web", {
  site: rack,
  servers: 3,
  machines: Machines.labelled({ role: "web" }),
  app: WebApp.php({
    source: path.join(__dirname, "app"),
    healthPath: "/health",
    packages: ["php-mysql"],
    // While the database moves its writer, a request waits for it; meanwhile others must find a free process.
    children: 40,
  }),
  database: db,
});

new HealthCheckedLoadBalancer(shop, "entrance", {
  site: rack,
  servers: 2,
  machines: Machines.labelled({ role: "lb" }),
  target: web,
  address: FloatingAddress.virtualIp("10.77.0.100"),
});

app.synth();
