import type { CloudWords } from "../shared/cloud-words";

export const DIGITALOCEAN: CloudWords = {
  kind: "digitalocean",
  name: "DigitalOcean",
  site: "a DigitalOceanSite",
  servers: "droplets",
  scaling: "DigitalOceanAutoscale",
  dns: "DigitalOcean's DNS",
  provider: "DigitaloceanProvider of @cdktf/provider-digitalocean/lib/provider",
  userDataBytes: 65_536,
};
