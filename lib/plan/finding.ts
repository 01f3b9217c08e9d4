import type { SynthesizedStack } from "./synthesized-stack";
import { baseAddress, type ResourceChange } from "./terraform-plan";

/** What a plan can be refused for. Ids are contract: pipelines name them. */
export const RULES = ["LAST_COPY", "QUORUM_LOSS", "TIER_OVERDRAWN", "TIER_REMOVED", "UNORDERED"] as const;
export type Rule = (typeof RULES)[number];

export interface PlanResource {
  /** As Terraform prints it. */
  readonly address: string;
  /** Construct path; absent when the resource has left the program. */
  readonly path?: string;
  /** `update`, `delete`, `delete, create`, … */
  readonly actions: readonly string[];
}

/** One reason to refuse a plan. */
export interface Finding {
  readonly rule: Rule;
  /** Tier, or address of the resource; `RULE:SUBJECT` acknowledges the finding. */
  readonly subject: string;
  readonly problem: string;
  /** What to do instead. */
  readonly instead: string;
  readonly resources: readonly PlanResource[];
  /** Why somebody means it. */
  readonly acknowledged?: string;
}

export function describeResource(change: ResourceChange, stack: SynthesizedStack): PlanResource {
  return {
    address: change.deposed === undefined ? change.address : `${change.address} (deposed ${change.deposed})`,
    path: stack.pathOf(baseAddress(change)),
    actions: change.change.actions,
  };
}
