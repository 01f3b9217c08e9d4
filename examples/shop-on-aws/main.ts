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
import { AwsSite } from "cdktf-beehive/aws";

const app = new App();
const shop = new TerraformStack(app, "shop");

// The state: a private bucket with versions, made before; S3 itself locks it.
new S3Backend(shop, {
  bucket: process.env.SHOP_STATE_BUCKET ?? "shop-terraform-state",
  key: "shop/terraform.tfstate",
  region: "eu-central-1",
  encrypt: true,
});
shop.addOverride("terraform.backend.s3.use_lockfile", true);

const cloud = new AwsSite(shop, "cloud", {
  region: "eu-central-1",
  sizes: { db: "t3.medium" },
  dataVolumes: { db: { gibibytes: 50 } },
  ssh: {
    privateKeyFile: process.env.SHOP_SSH_KEY ?? "~/.ssh/id_ed25519",
    // Where you deploy from; SSH from other addresses is refused.
    from: [process.env.SHOP_SSH_FROM ?? "198.51.100.7/32"],
    bastion: { zone: "a" },
  },
});

// What is promised to visitors here, and what is not.
const rto = { machine: Duration.seconds(30), zone: Duration.seconds(30) };
acknowledge(shop, "SHARED_FATE:site cloud", "One region: its loss is the backup's business.");

const db = new GaleraCluster(shop, "db", {
  site: cloud,
  nodes: 3,
  databases: ["shop"],
  // Virtual machines stall, and the address moves more slowly than VRRP.
  timeouts: GaleraTimeouts.lanSafe(),
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
});

new AvailabilityPromise(shop, "slo", {
  entrance,
  availability: "99.95%",
  rto,
  rpo: { machine: Duration.seconds(0) },
});

app.synth();
