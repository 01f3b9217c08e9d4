import type { WebScaling } from "../../../contracts/web-scaling";
import { givenProps } from "../../../core/props";
import { DropletPool, poolSchema } from "./droplet-pool";
import type { DropletPoolProps } from "./pool-props";

/** Droplets that DigitalOcean starts and ends by itself, for `scaling` of a `HaWebTier` on a `DigitalOceanSite`. */
export abstract class DigitalOceanAutoscale {
  /** A pool in one region, for applications without secrets: DigitalOcean has no store that its droplets could take them from. */
  static pool(props: DropletPoolProps): WebScaling {
    return new DropletPool(givenProps("DigitalOceanAutoscale.pool", poolSchema, props));
  }
}
