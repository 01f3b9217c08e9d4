import type { LoadBalancerEngine } from "../../../contracts/load-balancer-engine";
import { givenProps } from "../../../core/props";
import { applicationSchema, networkSchema } from "./load-balancer-parts";
import { ApplicationLoadBalancer } from "./application-load-balancer";
import { NetworkLoadBalancer } from "./network-load-balancer";
import type { ApplicationLoadBalancerProps, NetworkLoadBalancerProps } from "./load-balancer-props";

/** Load balancers that AWS runs in all zones of an `AwsSite`, for `engine` of a `HealthCheckedLoadBalancer`. */
export abstract class AwsLoadBalancer {
  /** Understands HTTP: redirects to HTTPS, and passes the visitor's address to the application (`X-Forwarded-For`). */
  static application(props: ApplicationLoadBalancerProps = {}): LoadBalancerEngine {
    return new ApplicationLoadBalancer(givenProps("AwsLoadBalancer.application", applicationSchema, props));
  }

  /**
   * Forwards TCP connections, with TLS or without. The application sees the load balancer's address, not the visitor's.
   */
  static network(props: NetworkLoadBalancerProps = {}): LoadBalancerEngine {
    return new NetworkLoadBalancer(givenProps("AwsLoadBalancer.network", networkSchema, props));
  }
}
