import { App, TerraformStack } from "cdktf";
import * as path from "node:path";
import { HaWebTier, HealthCheckedLoadBalancer, HostsSite, ManagedDatabase, Reliability, WebApp } from "cdktf-beehive";
import { CacheTier } from "./cache-tier";
import { nodeExporter } from "./node-exporter";
import { RentedDatabase } from "./rented-database";
import { RoundRobinName } from "./round-robin-name";

const app = new App();
const shop = new TerraformStack(app, "shop");

const rack = new HostsSite(shop, "rack", {
  ssh: { user: "root", privateKeyFile: process.env.SHOP_SSH_KEY ?? "~/.ssh/id_ed25519" },
  hosts: [
    { name: "lb-1", address: "10.77.0.11", zone: "a", tiers: ["entrance"] },
    { name: "lb-2", address: "10.77.0.12", zone: "b", tiers: ["entrance"] },
    { name: "web-1", address: "10.77.0.21", zone: "a", tiers: ["web"] },
    { name: "web-2", address: "10.77.0.22", zone: "b", tiers: ["web"] },
    { name: "cache-1", address: "10.77.0.31", zone: "a", tiers: ["cache"] },
    { name: "cache-2", address: "10.77.0.32", zone: "b", tiers: ["cache"] },
  ],
});

// A tier of our own.
const cache = new CacheTier(shop, "cache", { site: rack, servers: 2 });

// An engine of our own.
const db = new ManagedDatabase(shop, "db", {
  site: rack,
  databases: ["shop"],
  engine: new RentedDatabase("db.example.net", Reliability.sla("99.9%", "contract of 2026")),
});

const web = new HaWebTier(shop, "web", {
  site: rack,
  servers: 2,
  app: WebApp.service({
    source: path.join(__dirname, "app"),
    command: ["python3", "server.py"],
    packages: ["python3"],
    healthPath: "/health",
    environment: { CACHE: cache.servers.join(",") },
  }),
  database: db,
});
cache.allowFrom(web);

// A daemon of our own on a tier that is there.
web.addSoftware(nodeExporter(web, ["10.77.0.5"]));

// An address of our own.
new HealthCheckedLoadBalancer(shop, "entrance", {
  site: rack,
  servers: 2,
  target: web,
  address: new RoundRobinName("shop.example.org"),
});

app.synth();
