export { BeehiveError } from "./errors";
export { Duration } from "./duration";
export { acknowledge } from "./promises/acknowledge";
export {
  AvailabilityPromise,
  type AvailabilityPromiseProps,
  type DisruptionTimes,
} from "./promises/availability-promise";
export { Dependency, type DependencyProps } from "./promises/dependency";
export { HostsSite, type HostProps, type HostsSiteProps, type SiteReliability } from "./sites/hosts-site";
export { Machines } from "./sites/machines";
export type { ISite, Machine, MachineRequest } from "./sites/site";
export type { BastionProps, SshProps } from "./sites/ssh";
export type { HaproxyExtraConfig } from "./software/haproxy";
export { GaleraTimeouts, type GaleraTimeoutsProps } from "./software/galera-timeouts";
export { Reliability, type Percentage, type ReliabilityEstimate } from "./structure/reliability";
export type { DatabaseAccess, DatabaseClient, IDatabase } from "./tiers/database";
export { FloatingAddress, type VirtualIpProps } from "./tiers/floating-address";
export { GaleraCluster, type GaleraClusterProps, type GaleraDatabaseProps } from "./tiers/galera-cluster";
export { HaWebTier, type HaWebTierProps } from "./tiers/ha-web-tier";
export { HealthCheck, type HttpHealthCheckProps } from "./tiers/health-check";
export { HealthCheckedLoadBalancer, type HealthCheckedLoadBalancerProps } from "./tiers/health-checked-load-balancer";
export { Tier, type TierProps } from "./tiers/tier";
export { WebApp, type PhpAppProps, type ServiceAppProps, type WebAppProps } from "./tiers/web-app";
