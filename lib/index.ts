export { BeehiveError } from "./errors";
export { Duration } from "./duration";
export { HostsSite, type HostProps, type HostsSiteProps } from "./sites/hosts-site";
export { Machines } from "./sites/machines";
export type { ISite, Machine, MachineRequest } from "./sites/site";
export type { BastionProps, SshProps } from "./sites/ssh";
export { GaleraTimeouts, type GaleraTimeoutsProps } from "./software/galera-timeouts";
export type { DatabaseAccess, DatabaseClient, IDatabase } from "./tiers/database";
export { FloatingAddress, type VirtualIpProps } from "./tiers/floating-address";
export { GaleraCluster, type GaleraClusterProps, type GaleraDatabaseProps } from "./tiers/galera-cluster";
export { HaWebTier, type HaWebTierProps } from "./tiers/ha-web-tier";
export { HealthCheck, type HttpHealthCheckProps } from "./tiers/health-check";
export {
  HealthCheckedLoadBalancer,
  type HaproxyLines,
  type HealthCheckedLoadBalancerProps,
} from "./tiers/health-checked-load-balancer";
export { Tier, type TierProps } from "./tiers/tier";
export { WebApp, type PhpAppProps, type ServiceAppProps, type WebAppProps } from "./tiers/web-app";
