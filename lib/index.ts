export { BeehiveError } from "./errors";
export { Duration } from "./duration";
export { acknowledge } from "./promises/acknowledge";
export {
  AvailabilityPromise,
  type AvailabilityPromiseProps,
  type DisruptionTimes,
} from "./promises/availability-promise";
export { Dependency, type DependencyProps } from "./promises/dependency";
export type { BakedBundle } from "./rollout/baked-bundle";
export {
  FloatingAddress,
  VirtualIp,
  type AttachedAddress,
  type FloatingAddressUse,
  type VirtualIpProps,
} from "./sites/floating-address";
export { HostsSite, type HostProps, type HostsSiteProps } from "./sites/hosts-site";
export { Machines } from "./sites/machines";
export type {
  DataRequest,
  DnsRecordRequest,
  EntranceLocation,
  FloatingAddressRequest,
  ISite,
  Machine,
  MachineRequest,
} from "./sites/site";
export type { BastionProps, SshProps } from "./sites/ssh";
export type { HaproxyExtraConfig } from "./software/haproxy";
export { GaleraTimeouts, type GaleraTimeoutsProps } from "./software/galera-timeouts";
export type { SiteReliability } from "./structure/defaults";
export { Reliability, type Percentage, type ReliabilityEstimate } from "./structure/reliability";
export type { DatabaseAccess, DatabaseClient, IDatabase } from "./tiers/database";
export type { DatabaseProps } from "./tiers/database-accounts";
export type {
  DatabaseEngine,
  DatabaseHandle,
  DatabaseLocation,
  DatabaseLogin,
  DatabaseRequest,
  DatabaseTls,
  ManagedDatabaseClient,
  RequestedDatabase,
} from "./tiers/database-engine";
export type { Engine, EngineRequest, EngineResilience, EngineSettings } from "./tiers/engine";
export { GaleraCluster, type GaleraClusterProps, type GaleraDatabaseProps } from "./tiers/galera-cluster";
export { HaWebTier, type HaWebTierProps } from "./tiers/ha-web-tier";
export { HealthCheck, type HttpHealthCheckProps, type RequestedHealthCheck } from "./tiers/health-check";
export {
  HealthCheckedLoadBalancer,
  type EntranceDns,
  type HealthCheckedLoadBalancerProps,
} from "./tiers/health-checked-load-balancer";
export type {
  EntranceDelivery,
  LoadBalancerEngine,
  LoadBalancerHandle,
  LoadBalancerRequest,
  LoadBalancerTarget,
} from "./tiers/load-balancer-engine";
export { ManagedDatabase, type ManagedDatabaseProps } from "./tiers/managed-database";
export { Tier, type TierMachines, type TierProps } from "./tiers/tier";
export {
  Tls,
  type EntranceTls,
  type GivenTls,
  type GivenTlsProps,
  type ManagedTls,
  type ManagedTlsProps,
} from "./tiers/tls";
export { WebApp, type PhpAppProps, type ServiceAppProps, type WebAppProps } from "./tiers/web-app";
export type { WebScaling, WebScalingHandle, WebScalingRequest } from "./tiers/web-scaling";
