/** `cdktf-beehive/digitalocean`: what needs the bindings of the DigitalOcean provider. */
export { DigitalOceanSite } from "./sites/digitalocean/digitalocean-site";
export type { DigitalOceanSiteProps, DigitalOceanSshProps } from "./sites/digitalocean/digitalocean-site-props";
export { DigitalOceanAutoscale } from "./sites/digitalocean/digitalocean-autoscale";
export type { DropletPoolProps } from "./sites/digitalocean/digitalocean-autoscale";
export { DigitalOceanDatabase } from "./sites/digitalocean/digitalocean-database";
export type { DatabaseMaintenanceProps, DigitalOceanDatabaseProps } from "./sites/digitalocean/digitalocean-database";
export { DigitalOceanLoadBalancer } from "./sites/digitalocean/digitalocean-load-balancer";
export type {
  GlobalLoadBalancerProps,
  RegionalLoadBalancerProps,
} from "./sites/digitalocean/digitalocean-load-balancer";
export type { DigitalOceanDataVolumeProps, DropletBackupProps } from "./sites/digitalocean/droplet-machine";
export type { DigitalOceanVpcProps } from "./sites/digitalocean/network-plan";
