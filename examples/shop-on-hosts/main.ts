import { App, HttpBackend, TerraformStack } from "cdktf";
import * as path from "node:path";
import {
  acknowledge,
  AvailabilityPromise,
  Duration,
  GaleraCluster,
  GaleraTimeouts,
  HaWebTier,
  HealthCheckedLoadBalancer,
  HostsSite,
  WebApp,
} from "cdktf-beehive";

const app = new App();
const shop = new TerraformStack(app, "shop");

// The state, for all who deploy: on a server that locks it, here as GitLab's. Without one it stays on this laptop.
const state = process.env.SHOP_STATE;
if (state !== undefined) {
  const lock = {
    lockAddress: `${state}/lock`,
    lockMethod: "POST",
    unlockAddress: `${state}/lock`,
    unlockMethod: "DELETE",
  };
  new HttpBackend(shop, { address: state, ...lock });
}

const rack = new HostsSite(shop, "rack", {
  ssh: { user: "root", privateKeyFile: process.env.SHOP_SSH_KEY ?? "~/.ssh/id_ed25519" },
  virtualIp: "10.77.0.100",
  hosts: [
    { name: "lb-1", address: "10.77.0.11", zone: "a", tiers: ["entrance"] },
    { name: "lb-2", address: "10.77.0.12", zone: "b", tiers: ["entrance"] },
    { name: "web-1", address: "10.77.0.21", zone: "a", tiers: ["web"] },
    { name: "web-2", address: "10.77.0.22", zone: "b", tiers: ["web"] },
    { name: "web-3", address: "10.77.0.23", zone: "c", tiers: ["web"] },
    { name: "db-a", address: "10.77.0.31", zone: "a", tiers: ["db"] },
    { name: "db-b", address: "10.77.0.32", zone: "b", tiers: ["db"] },
    { name: "db-c", address: "10.77.0.33", zone: "c", tiers: ["db"] },
  ],
});

// What is promised to visitors here, and what is not.
const rto = { machine: Duration.seconds(3), zone: Duration.seconds(3) };
acknowledge(shop, "SHARED_FATE:site rack", "One rack: its loss is the backup's business.");

const db = new GaleraCluster(shop, "db", {
  site: rack,
  nodes: 3,
  databases: ["shop"],
  timeouts: GaleraTimeouts.lanFast(),
});

const web = new HaWebTier(shop, "web", {
  site: rack,
  servers: 3,
  app: WebApp.php({
    source: path.join(__dirname, "app"),
    healthPath: "/health",
    packages: ["php-mysql"],
    // While the database moves its writer, a request waits for it; meanwhile others must find a free process.
    children: 40,
  }),
  database: db,
});

const entrance = new HealthCheckedLoadBalancer(shop, "entrance", {
  site: rack,
  servers: 2,
  target: web,
});

new AvailabilityPromise(shop, "slo", {
  entrance,
  availability: "99.95%",
  rto,
  rpo: { machine: Duration.seconds(0) },
});

app.synth();
