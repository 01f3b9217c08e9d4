/** Entry point `cdktf-beehive/aws`. It loads bindings of AWS's provider, which the core does not. */
export { AwsSite } from "./sites/aws/aws-site";
export type { AwsSiteProps, AwsSshProps } from "./sites/aws/aws-site-props";
export { AwsAutoScaling } from "./sites/aws/aws-auto-scaling";
export type { AwsGroupProps } from "./sites/aws/aws-auto-scaling";
export { AwsDatabase } from "./sites/aws/aws-database";
export type { RdsClusterProps, RdsInstanceProps, RdsProps } from "./sites/aws/aws-database";
export type { RdsDatabase } from "./sites/aws/rds-product";
export { AwsLoadBalancer } from "./sites/aws/aws-load-balancer";
export type { ApplicationLoadBalancerProps, NetworkLoadBalancerProps } from "./sites/aws/aws-load-balancer";
export type { AwsPermission } from "./sites/aws/administrator-rights";
export type { AwsBastionProps } from "./sites/aws/aws-bastion";
export type { AwsPermissionsProps } from "./sites/aws/aws-identity";
export type { AwsDataVolumeProps } from "./sites/aws/aws-machine";
export type { NatChoice } from "./sites/aws/aws-network";
export { ElasticIp } from "./sites/aws/elastic-ip";
export type { AwsSubnetsProps, AwsVpcProps } from "./sites/aws/existing-network";
