import type { IConstruct } from "constructs";
import { TerraformStack } from "../cdktf";
import { noScope, notInAStack } from "./stack-errors";

/**
 * The path of a construct that is about to be made, so that what refuses its properties can name it.
 *
 * @throws BeehiveError for a scope that is no construct or in no stack
 */
export function constructPath(scope: IConstruct, id: string): string {
  const node = (scope as IConstruct | undefined | null)?.node;
  if (node === undefined) throw noScope(id, scope);
  stackOf(scope, id);
  return `${node.path}/${id}`;
}

/** @param path for the message, when the scope is in no stack */
export function stackOf(scope: IConstruct, path: string): TerraformStack {
  try {
    return TerraformStack.of(scope);
  } catch {
    throw notInAStack(path, scope);
  }
}
