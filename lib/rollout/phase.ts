import type { IConstruct } from "constructs";
import { TerraformStack } from "../cdktf";
import { invalidProperty } from "../core/errors";

/**
 * What a plan is about. In `infrastructure`, Terraform makes servers, networks and the like and reaches no machine: tasks
 * that exist stay as they are, new ones wait for a plan of `everything`.
 */
export type Phase = "everything" | "infrastructure";

const PHASES: readonly string[] = ["everything", "infrastructure"] satisfies Phase[];
const CONTEXT = "beehive:phase";
const VARIABLE = "BEEHIVE_PHASE";

/** The environment variable `BEEHIVE_PHASE`, or else the context `beehive:phase`, or else everything. */
export function phaseOf(scope: IConstruct): Phase {
  const environment = process.env[VARIABLE] ?? "";
  const [source, value]: [string, unknown] =
    environment === ""
      ? [`context ${CONTEXT}`, scope.node.tryGetContext(CONTEXT) ?? "everything"]
      : [`environment variable ${VARIABLE}`, environment];
  if (!PHASES.includes(value as string)) {
    throw invalidProperty(TerraformStack.of(scope).node.path, source, value, `allowed are ${PHASES.join(" and ")}.`);
  }
  return value as Phase;
}
