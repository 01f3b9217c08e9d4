import { App, S3Backend, TerraformStack } from "cdktf";
import * as path from "node:path";
import {
  acknowledge,
  AvailabilityPromise,
  Duration,
  GaleraCluster,
  GaleraTimeouts,
  HaWebTier,
  HealthCheckedLoadBalancer,
  WebApp,
} from "cdktf-beehive";
import { DigitalOceanSite } from "cdktf-beehive/digitalocean";

const app = new App();
const shop = new TerraformStack(app, "shop");

// The state: a private Space with versions, made before. Its keys are in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
new S3Backend(shop, {
  bucket: process.env.SHOP_STATE_SPACE ?? "shop-terraform-state",
  key: "shop/terraform.tfstate",
  region: "us-east-1", // Spaces have none; the backend wants one
  skipCredentialsValidation: true,
  skipMetadataApiCheck: true,
  skipRegionValidation: true,
});
shop.addOverride("terraform.backend.s3.endpoints", { s3: "https://fra1.digitaloceanspaces.com" });
shop.addOverride("terraform.backend.s3.skip_requesting_account_id", true);
shop.addOverride("terraform.backend.s3.skip_s3_checksum", true);
shop.addOverride("terraform.backend.s3.use_lockfile", true);

const cloud = new DigitalOceanSite(shop, "cloud", {
  zones: ["fra1", "ams3", "lon1"],
  sizes: { db: "s-2vcpu-4gb" },
  dataVolumes: { db: { gibibytes: 50 } },
  ssh: {
    privateKeyFile: process.env.SHOP_SSH_KEY ?? "~/.ssh/id_ed25519",
    // Where you deploy from; SSH from other addresses is refused.
    from: [process.env.SHOP_SSH_FROM ?? "198.51.100.7/32"],
  },
});

// What is promised to visitors here, and what is not.
const rto = { machine: Duration.minutes(1) };
acknowledge(shop, "SHARED_FATE:site cloud", "One seller: its loss is the backup's business.");
acknowledge(
  shop,
  "SHARED_FATE:zone cloud/fra1",
  "A reserved IP stays in its region; managed.ts has the global load balancer.",
);

const db = new GaleraCluster(shop, "db", {
  site: cloud,
  nodes: 3,
  databases: ["shop"],
  // The zones are regions.
  timeouts: GaleraTimeouts.wan(),
});

const web = new HaWebTier(shop, "web", {
  site: cloud,
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
  site: cloud,
  servers: 2,
  target: web,
  // Longer than the database takes to move, so that a request that waits for it is answered.
  serverTimeout: Duration.seconds(40),
});

new AvailabilityPromise(shop, "slo", {
  entrance,
  availability: "99.95%",
  rto,
  rpo: { machine: Duration.seconds(0) },
});

app.synth();
