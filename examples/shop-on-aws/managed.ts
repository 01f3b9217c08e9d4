import { App, S3Backend, TerraformStack } from "cdktf";
import * as path from "node:path";
import {
  acknowledge,
  AvailabilityPromise,
  Duration,
  HaWebTier,
  HealthCheckedLoadBalancer,
  ManagedDatabase,
  WebApp,
} from "cdktf-beehive";
import { AwsAutoScaling, AwsDatabase, AwsLoadBalancer, AwsSite } from "cdktf-beehive/aws";

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
  ssh: {
    privateKeyFile: process.env.SHOP_SSH_KEY ?? "~/.ssh/id_ed25519",
    // Where you deploy from; SSH from other addresses is refused.
    from: [process.env.SHOP_SSH_FROM ?? "198.51.100.7/32"],
    bastion: { zone: "a" },
  },
});

// What is promised to visitors here, and what is not.
const rto = { machine: Duration.minutes(3), zone: Duration.minutes(3) };
acknowledge(shop, "SHARED_FATE:database shop/db", "AWS runs it in two zones.");
acknowledge(shop, "SHARED_FATE:load balancer shop/entrance", "AWS runs it in three zones.");
acknowledge(shop, "SHARED_FATE:site cloud", "One region: its loss is the backup's business.");

// RDS with a standby in another zone. AWS takes two minutes to move to it; the promise below says so.
const db = new ManagedDatabase(shop, "db", {
  site: cloud,
  engine: AwsDatabase.rdsInstance({ database: "mariadb" }),
  databases: ["shop"],
});

// Servers come and go with the load; there are enough that the loss of a zone leaves two.
const web = new HaWebTier(shop, "web", {
  site: cloud,
  scaling: AwsAutoScaling.group({ min: 3, max: 9 }),
  needed: 2,
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
  target: web,
  engine: AwsLoadBalancer.application(),
  // Longer than the database takes to move, so that a request that waits for it is answered.
  serverTimeout: Duration.seconds(130),
});

new AvailabilityPromise(shop, "slo", {
  entrance,
  // RDS alone is sold with 99.95 %.
  availability: "99.9%",
  rto,
  rpo: { machine: Duration.seconds(0) },
});

app.synth();
