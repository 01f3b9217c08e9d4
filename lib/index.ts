export { BeehiveError } from "./core/errors";
export { Duration } from "./core/duration";
export { acknowledge } from "./promises/acknowledge";
export {
  AvailabilityPromise,
  type AvailabilityPromiseProps,
  type DisruptionTimes,
} from "./promises/availability-promise";
export { Dependency, type DependencyProps } from "./promises/dependency";
export type { BakedBundle, DeliveredFile } from "./contracts/baked-bundle";

export { FloatingAddress, VirtualIp, type VirtualIpProps } from "./sites/shared/floating-address";
export { HostsSite, type HostProps, type HostsSiteProps } from "./sites/hosts/hosts-site";
export { Machines } from "./contracts/machines";
export {
  siteNode,
  zoneNode,
  type DataRequest,
  type AttachedAddress,
  type DnsRecordRequest,
  type EntranceLocation,
  type FloatingAddressRequest,
  type FloatingAddressUse,
  type IFloatingAddress,
  type ISite,
  type Machine,
  type MachineMemory,
  type MachineAllocation,
  type MachineRequest,
} from "./contracts/site";
export type { BastionProps, SshProps } from "./rollout/ssh";
export type { HaproxyExtraConfig } from "./software/load-balancing/haproxy";
export { GaleraTimeouts, type GaleraTimeoutsProps } from "./software/database/galera/galera-timeouts";
export type { SiteReliability } from "./contracts/reliability-defaults";
export { Reliability, type Percentage, type Provenance, type ReliabilityEstimate } from "./contracts/reliability";
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
export {
  managedService,
  type Engine,
  type EngineRequest,
  type EngineResilience,
  type EngineSettings,
} from "./contracts/engine";
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
export {
  entranceEndpoint,
  entrancePort,
  type EntranceDelivery,
  type LoadBalancerEngine,
  type LoadBalancerHandle,
  type LoadBalancerRequest,
  type LoadBalancerTarget,
} from "./contracts/load-balancer-engine";
export { ManagedDatabase, type ManagedDatabaseProps } from "./tiers/database/managed-database";
export { Tier, type TierProps } from "./tiers/tier";
export type { TierMachines } from "./tiers/check-roll-out";
export type { AddedSoftwareOptions } from "./tiers/added-software";
export type { TierDescription, TierLosses } from "./tiers/tier-description";
export {
  Tls,
  type EntranceTls,
  type GivenTls,
  type GivenTlsProps,
  type ManagedTls,
  type ManagedTlsProps,
  type TlsProps,
} from "./contracts/tls";
export {
  WebApp,
  type AppMemory,
  type AppPlace,
  type PhpAppProps,
  type ServiceAppProps,
  type WebAppProps,
} from "./tiers/web/web-app";
export type { WebScaling, WebScalingHandle, WebScalingRequest } from "./contracts/web-scaling";
export type { CloudMachine } from "./sites/shared/cloud-machine";
export type { CloudSite, TierMachine } from "./sites/shared/cloud-site";
export type { AppFile } from "./tiers/web/app-files";
export type { RolloutProps } from "./rollout/rollout";
export { fact } from "./stack/fact";

/** What a machine runs, as data: for tiers, engines and addresses of your own, and for `addSoftware`. */
export type {
  Check,
  DataFolder,
  ManagedDirectory,
  ManagedFile,
  ManagedService,
  Port,
  Probe,
  Software,
  SystemAccount,
} from "./software/software";
export type { RotationDoor } from "./software/load-balancing/rotation";
export { combine, type SoftwarePart } from "./software/kit/combine";
export { firewall, type FirewallOptions } from "./software/kit/firewall";
export { httpProbe, type HttpProbe } from "./software/kit/http-probe";
export type { VisitorRequests } from "./software/kit/visitor-headers";
export {
  AFTER_NETWORK,
  HARDENING,
  RESTART_FOR_EVER,
  systemdUnit,
  unitText,
  type SystemdUnit,
} from "./software/kit/systemd-unit";
export {
  generatedBy,
  processorsPlaceholder,
  secretPlaceholder,
  selfAddressPlaceholder,
  selfNamePlaceholder,
} from "./software/placeholders";

/** What sites, tiers and engines say of themselves in `beehive.json`. */
export type {
  Disruption,
  LeaderProbe,
  LeadingRole,
  ManifestData,
  ManifestEndpoint,
  ManifestMachine,
  ManifestNeed,
  ManifestNode,
  ManifestProbe,
  ManifestSite,
  ManifestSsh,
  ManifestTier,
  ManifestVotes,
  RecoveryStep,
  TierAlternative,
  TierFailover,
  TierGrowth,
  TierLoss,
  TierRecovery,
  TierRole,
  TierStructure,
  WholeProbe,
} from "./manifest/manifest";
