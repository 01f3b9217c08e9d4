import type { WebScaling } from "../../../contracts/web-scaling";
import { givenProps } from "../../../core/props";
import { AutoScalingGroup, groupSchema } from "./auto-scaling-group";
import type { AwsGroupProps } from "./group-props";

/** Servers that AWS starts and ends by itself, for `scaling` of a `HaWebTier` on an `AwsSite`. */
export abstract class AwsAutoScaling {
  /** An auto scaling group over all zones of the site, two or more, with its servers behind a load balancer of AWS. */
  static group(props: AwsGroupProps): WebScaling {
    return new AutoScalingGroup(givenProps("AwsAutoScaling.group", groupSchema, props));
  }
}
