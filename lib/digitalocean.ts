/** `cdktf-beehive/digitalocean`: what needs the bindings of the DigitalOcean provider. */
export { DigitalOceanSite } from "./sites/digitalocean/digitalocean-site";
export type { DigitalOceanSiteProps, DigitalOceanSshProps } from "./sites/digitalocean/digitalocean-site-props";
export { DigitalOceanAutoscale } from "./sites/digitalocean/scaling/digitalocean-autoscale";
export type { DropletPoolProps } from "./sites/digitalocean/scaling/pool-props";
export { DigitalOceanDatabase } from "./sites/digitalocean/database/digitalocean-database";
export type { DatabaseMaintenanceProps, DigitalOceanDatabaseProps } from "./sites/digitalocean/database/database-props";
export { DigitalOceanLoadBalancer } from "./sites/digitalocean/load-balancing/digitalocean-load-balancer";
export type {
  GlobalLoadBalancerProps,
  RegionalLoadBalancerProps,
} from "./sites/digitalocean/load-balancing/load-balancer-props";
export type { DigitalOceanDataVolumeProps, DropletBackupProps } from "./sites/digitalocean/machines/droplet-machine";
export type { DigitalOceanVpcProps } from "./sites/digitalocean/network/network-plan";
export type { DropletMachine } from "./sites/digitalocean/machines/droplet-machine";
export type { DigitalOceanNetwork } from "./sites/digitalocean/network/network";
