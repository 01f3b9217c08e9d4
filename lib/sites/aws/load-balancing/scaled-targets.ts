import type { WebScalingHandle } from "../../../contracts/web-scaling";

/**
 * Servers that come and go and that a load balancer of AWS can register: what an auto scaling group's handle has besides.
 * Its servers carry the security group of their tier (`site.firewall.group(path)`), into which the load balancer lets itself.
 */
export interface ScaledTargets extends WebScalingHandle {
  /** Has the group register what it starts, and ask the load balancer whether it works. @param arn of a target group, an expression */
  attachTargetGroup(arn: string): void;
}

export function isScaledTargets(handle: WebScalingHandle): handle is ScaledTargets {
  return handle.siteKind === "aws" && "attachTargetGroup" in handle;
}
