/** Entry point `cdktf-beehive/aws`. It loads bindings of AWS's provider, which the core does not. */
export { AwsSite } from "./sites/aws/aws-site";
export type { AwsSiteProps, AwsSshProps } from "./sites/aws/aws-site-props";
export { AwsAutoScaling } from "./sites/aws/scaling/aws-auto-scaling";
export type { AwsGroupProps } from "./sites/aws/scaling/group-props";
export { AwsDatabase } from "./sites/aws/database/aws-database";
export type { RdsClusterProps, RdsInstanceProps, RdsProps } from "./sites/aws/database/rds-props";
export type { RdsDatabase } from "./sites/aws/database/rds-product";
export { AwsLoadBalancer } from "./sites/aws/load-balancing/aws-load-balancer";
export type {
  ApplicationLoadBalancerProps,
  NetworkLoadBalancerProps,
} from "./sites/aws/load-balancing/load-balancer-props";
export type { AwsPermission } from "./sites/aws/access/administrator-rights";
export type { AwsBastionProps } from "./sites/aws/machines/aws-bastion";
export type { AwsLogsProps } from "./sites/aws/log-bucket";
export type { AwsPermissionsProps } from "./sites/aws/access/aws-identity";
export type { AwsDataVolumeProps } from "./sites/aws/machines/volume-type";
export type { NatChoice } from "./sites/aws/network/aws-network";
export { ElasticIp } from "./sites/aws/floating-address/elastic-ip";
export type { AwsSubnetsProps, AwsVpcProps } from "./sites/aws/network/existing-network";
export type { AwsMachine } from "./sites/aws/machines/aws-machine";
export type { AwsNetwork } from "./sites/aws/network/aws-network";
export type { AwsRegion } from "./sites/aws/aws-region";
export type { AwsScope } from "./sites/aws/aws-scope";
export type { AwsZone } from "./sites/aws/aws-zone";
export type { SubnetKind } from "./sites/aws/network/address-plan";
export type { AwsLoadBalancerProps } from "./sites/aws/load-balancing/load-balancer-props";
