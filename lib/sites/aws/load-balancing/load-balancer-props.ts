import type { Duration } from "../../../core/duration";

/** What all load balancers of AWS have in common. */
export interface AwsLoadBalancerProps {
  /**
   * Whether AWS refuses to delete it: its DNS name stands in records elsewhere, and a new load balancer has another.
   * Changed in place: turn it off, and apply, before you destroy the stack.
   * @default true
   * @example protected: false
   */
  readonly protected?: boolean;
  /**
   * How long a leaving server may finish answers that have begun. Whole seconds up to an hour. Changed in place.
   * @default Duration.seconds(30)
   * @example deregistrationDelay: Duration.seconds(60)
   */
  readonly deregistrationDelay?: Duration;
  /**
   * AWS's policy for TLS versions and ciphers. Changed in place.
   * @default "ELBSecurityPolicy-TLS13-1-2-2021-06", TLS 1.2 and 1.3
   * @example tlsPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06"
   */
  readonly tlsPolicy?: string;
  /**
   * Whether AWS writes each request (of a network load balancer: each TLS connection, and nothing without `tls`) into the
   * bucket of the site's `logs`: address of the visitor, path, answer, times. It costs what the bucket costs, about 0.1 GB
   * for a million requests. Changed in place.
   * @default true; false in China, GovCloud and the European sovereign cloud
   * @example accessLogs: false
   */
  readonly accessLogs?: boolean;
}

/** An Application Load Balancer, for `AwsLoadBalancer.application`. */
export type ApplicationLoadBalancerProps = AwsLoadBalancerProps;

/** A Network Load Balancer, for `AwsLoadBalancer.network`. */
export interface NetworkLoadBalancerProps extends AwsLoadBalancerProps {
  /**
   * Whether its addresses stay the same, an elastic IP in each zone, for visitors whose firewalls allow known addresses
   * only. Changing it replaces the load balancer.
   * @default false
   * @example elasticAddresses: true
   */
  readonly elasticAddresses?: boolean;
}
