export { BeehiveError } from "./core/errors";
export { Duration } from "./core/duration";
export { acknowledge } from "./promises/acknowledge";
export {
  AvailabilityPromise,
  type AvailabilityPromiseProps,
  type DisruptionTimes,
} from "./promises/availability-promise";
export { Dependency, type DependencyProps } from "./promises/dependency";
export type { BakedBundle } from "./contracts/baked-bundle";

export { FloatingAddress, VirtualIp, type VirtualIpProps } from "./sites/shared/floating-address";
export { HostsSite, type HostProps, type HostsSiteProps } from "./sites/hosts/hosts-site";
export { Machines } from "./contracts/machines";
export type {
  DataRequest,
  AttachedAddress,
  DnsRecordRequest,
  EntranceLocation,
  FloatingAddressRequest,
  FloatingAddressUse,
  IFloatingAddress,
  ISite,
  Machine,
  MachineRequest,
} from "./contracts/site";
export type { BastionProps, SshProps } from "./rollout/ssh";
export type { HaproxyExtraConfig } from "./software/load-balancing/haproxy";
export { GaleraTimeouts, type GaleraTimeoutsProps } from "./software/database/galera/galera-timeouts";
export type { SiteReliability } from "./contracts/reliability-defaults";
export { Reliability, type Percentage, type ReliabilityEstimate } from "./contracts/reliability";
export type { DatabaseAccess, DatabaseClient, IDatabase } from "./tiers/database/database";
export type { DatabaseProps } from "./tiers/database/database-accounts";
export type {
  DatabaseEngine,
  DatabaseHandle,
  DatabaseLocation,
  DatabaseLogin,
  DatabaseRequest,
  DatabaseTls,
  ManagedDatabaseClient,
  RequestedDatabase,
} from "./contracts/database-engine";
export type { Engine, EngineRequest, EngineResilience, EngineSettings } from "./contracts/engine";
export { GaleraCluster, type GaleraClusterProps, type GaleraDatabaseProps } from "./tiers/database/galera-cluster";
export { HaWebTier, type HaWebTierProps } from "./tiers/web/ha-web-tier";
export { HealthCheck, type HttpHealthCheckProps, type RequestedHealthCheck } from "./contracts/health-check";
export { HaproxyLoadBalancer } from "./tiers/load-balancing/haproxy-load-balancer";
export type { HaproxyPairProps } from "./tiers/load-balancing/haproxy-pair";
export {
  HealthCheckedLoadBalancer,
  type EntranceDns,
  type HealthCheckedLoadBalancerProps,
} from "./tiers/load-balancing/health-checked-load-balancer";
export type {
  EntranceDelivery,
  LoadBalancerEngine,
  LoadBalancerHandle,
  LoadBalancerRequest,
  LoadBalancerTarget,
} from "./contracts/load-balancer-engine";
export { ManagedDatabase, type ManagedDatabaseProps } from "./tiers/database/managed-database";
export { Tier, type TierMachines, type TierProps } from "./tiers/tier";
export type { AddedSoftwareOptions } from "./tiers/added-software";
export type { TierDescription, TierLosses } from "./tiers/tier-description";
export {
  Tls,
  type EntranceTls,
  type GivenTls,
  type GivenTlsProps,
  type ManagedTls,
  type ManagedTlsProps,
} from "./contracts/tls";
export { WebApp, type PhpAppProps, type ServiceAppProps, type WebAppProps } from "./tiers/web/web-app";
export type { WebScaling, WebScalingHandle, WebScalingRequest } from "./contracts/web-scaling";
