import type { LoadBalancerEngine } from "../../../contracts/load-balancer-engine";
import { givenProps } from "../../../core/props";
import { globalSchema, regionalSchema } from "./load-balancer-parts";
import { GlobalLoadBalancer } from "./global-load-balancer";
import { RegionalLoadBalancer } from "./regional-load-balancer";
import type { RegionalLoadBalancerProps, GlobalLoadBalancerProps } from "./load-balancer-props";

/** Load balancers that DigitalOcean runs, for `engine` of a `HealthCheckedLoadBalancer`. */
export abstract class DigitalOceanLoadBalancer {
  /** In front of servers of one region. When the region is lost, so is the entrance. */
  static regional(props: RegionalLoadBalancerProps = {}): LoadBalancerEngine {
    return new RegionalLoadBalancer(givenProps("DigitalOceanLoadBalancer.regional", regionalSchema, props));
  }

  /** In front of servers of several regions: one address in all of them, and a regional load balancer in each. */
  static global(props: GlobalLoadBalancerProps = {}): LoadBalancerEngine {
    return new GlobalLoadBalancer(givenProps("DigitalOceanLoadBalancer.global", globalSchema, props));
  }
}
