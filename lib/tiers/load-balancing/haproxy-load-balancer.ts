import type { LoadBalancerEngine } from "../../contracts/load-balancer-engine";
import { givenProps } from "../../core/props";
import { HaproxyPair, haproxyPairSchema, type HaproxyPairProps } from "./haproxy-pair";

/** HAProxy on machines of the site, for `engine` of a `HealthCheckedLoadBalancer`. Works on every site. */
export abstract class HaproxyLoadBalancer {
  /** Two or more machines with one address that is always on a machine that serves. */
  static pair(props: HaproxyPairProps = {}): LoadBalancerEngine {
    return new HaproxyPair(givenProps("HaproxyLoadBalancer.pair", haproxyPairSchema, props));
  }
}
