import type { Duration } from "../../../core/duration";

export interface AwsLoadBalancerProps {
  /**
   * Whether AWS refuses to delete it: its name stands in others' DNS, and a new one has another. Turn it off, and apply, before
   * you destroy the stack. Changed in place.
   * @default true
   */
  readonly protected?: boolean;
  /**
   * How long answers may take that have begun when a server leaves. Whole seconds up to an hour. Changed in place.
   * @default Duration.seconds(30)
   */
  readonly deregistrationDelay?: Duration;
  /** Policy of AWS by which TLS is spoken. Changed in place. @default "ELBSecurityPolicy-TLS13-1-2-2021-06", TLS 1.2 and 1.3 */
  readonly tlsPolicy?: string;
}

/** Of `AwsLoadBalancer.application`. */
export type ApplicationLoadBalancerProps = AwsLoadBalancerProps;

/** Of `AwsLoadBalancer.network`. */
export interface NetworkLoadBalancerProps extends AwsLoadBalancerProps {
  /**
   * Whether visitors find it at addresses that stay, an elastic IP in each zone, for those who let out to known addresses only.
   * Changing it replaces the load balancer.
   * @default false
   */
  readonly elasticAddresses?: boolean;
}
