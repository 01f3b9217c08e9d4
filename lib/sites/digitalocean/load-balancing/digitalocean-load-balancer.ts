import type { LoadBalancerEngine } from "../../../contracts/load-balancer-engine";
import { GlobalLoadBalancer } from "./global-load-balancer";
import { RegionalLoadBalancer } from "./regional-load-balancer";

/** Of `DigitalOceanLoadBalancer.regional`. */
export interface RegionalLoadBalancerProps {
  /**
   * How many nodes share the work in each region, 2 to 100; each takes 10,000 requests a second. DigitalOcean resizes at most once a
   * minute, and in place.
   * @default 2
   */
  readonly nodes?: number;
  /**
   * Whether Terraform refuses to destroy it: its address stands in others' DNS, and a new one has another. Turn it off, and
   * apply, before you destroy the stack.
   * @default true
   */
  readonly protected?: boolean;
}

/** Of `DigitalOceanLoadBalancer.global`. */
export interface GlobalLoadBalancerProps extends RegionalLoadBalancerProps {
  /** Names by which visitors ask for it; it answers to no other. Changed in place. @default - those of `tls` and `dns` */
  readonly domains?: readonly string[];
}

/** Load balancers that DigitalOcean runs, for `engine` of a `HealthCheckedLoadBalancer`. */
export abstract class DigitalOceanLoadBalancer {
  /** In front of servers of one region. When the region is lost, so is the entrance. */
  static regional(props: RegionalLoadBalancerProps = {}): LoadBalancerEngine {
    return new RegionalLoadBalancer(props);
  }

  /** In front of servers of several regions: one address in all of them, and a regional load balancer in each. */
  static global(props: GlobalLoadBalancerProps = {}): LoadBalancerEngine {
    return new GlobalLoadBalancer(props);
  }
}
