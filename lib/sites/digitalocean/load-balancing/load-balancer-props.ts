/** A load balancer of DigitalOcean, for `DigitalOceanLoadBalancer.regional`. */
export interface RegionalLoadBalancerProps {
  /**
   * How many nodes share the work in each region, 2 to 100; each takes 10,000 requests a second. DigitalOcean resizes
   * at most once a minute, and in place.
   * @default 2
   * @example nodes: 4
   */
  readonly nodes?: number;
  /**
   * Whether Terraform refuses to destroy it: its address stands in DNS records, and a new load balancer has another.
   * Turn it off, and apply, before you destroy the stack.
   * @default true
   * @example protected: false
   */
  readonly protected?: boolean;
}

/** A global load balancer of DigitalOcean, for `DigitalOceanLoadBalancer.global`. */
export interface GlobalLoadBalancerProps extends RegionalLoadBalancerProps {
  /**
   * Host names that visitors request; it answers requests for no other. Changed in place.
   * @default - those of `tls` and `dns`
   * @example domains: ["shop.example.org"]
   */
  readonly domains?: readonly string[];
}
