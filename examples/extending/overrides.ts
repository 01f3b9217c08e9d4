import { App, TerraformResource, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { HostsSite } from "cdktf-beehive";
import { AwsSite } from "cdktf-beehive/aws";
import { DigitalOceanSite } from "cdktf-beehive/digitalocean";
import { CacheTier } from "./cache-tier";

const app = new App();
const shop = new TerraformStack(app, "shop");
const privateKeyFile = process.env.SHOP_SSH_KEY ?? "~/.ssh/id_ed25519";
const from = ["198.51.100.7/32"];

/** A resource that a site or tier has made, by the ids on the way: a path that does not exist is an error. */
function child(of: IConstruct, ...ids: string[]): TerraformResource {
  const found = ids.reduce((construct, id) => construct.node.findChild(id), of);
  if (!TerraformResource.isTerraformResource(found)) throw new Error(`${found.node.path} is no resource`);
  return found;
}

// Existing hosts: the rollout to one machine logs in with one key of several in the agent.
const rack = new HostsSite(shop, "rack", {
  hosts: [
    { name: "cache-1", address: "10.77.0.31", zone: "a" },
    { name: "cache-2", address: "10.77.0.32", zone: "b" },
  ],
});
const onHosts = new CacheTier(shop, "cache", { site: rack, servers: 2 });
child(onHosts, "rollout", "cache-1").addOverride("connection.agent_identity", "~/.ssh/deploy.pub");

// AWS: one machine may use more than its share of processor time, and pays for it.
const cloud = new AwsSite(shop, "cloud", {
  region: "eu-central-1",
  ssh: { privateKeyFile, from, bastion: { zone: "a" } },
});
new CacheTier(shop, "aws-cache", { site: cloud, servers: 2 });
child(cloud, "aws-cache-a", "Resource").addOverride("credit_specification.cpu_credits", "unlimited");

// DigitalOcean: Terraform asks a droplet to shut down, instead of cutting its power.
const ocean = new DigitalOceanSite(shop, "ocean", { zones: ["fra1", "ams3"], ssh: { privateKeyFile, from } });
new CacheTier(shop, "ocean-cache", { site: ocean, servers: 2 });
child(ocean, "ocean-cache-fra1", "Resource").addOverride("graceful_shutdown", true);

app.synth();
