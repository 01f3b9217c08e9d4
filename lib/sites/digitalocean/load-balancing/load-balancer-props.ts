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
