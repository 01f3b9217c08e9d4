import type { Construct } from "constructs";
import { TerraformStack } from "../../cdktf";
import { overlaps } from "./cidr";

/** An IPv4 network that a site of the stack has taken. */
export interface TakenNetwork {
  /** Construct path of the site. */
  readonly site: string;
  readonly cidr: string;
  /** Whether it was there before: other sites of that kind may have machines in it too. */
  readonly found: boolean;
}

const taken = new WeakMap<TerraformStack, TakenNetwork[]>();

/**
 * Takes a network for a site that makes it, so that no other site of the stack has one that overlaps: they could never be
 * connected, and an address would mean two machines.
 *
 * @param found for a network that was there before
 * @returns the network of another site that is in the way; then nothing was taken
 */
export function takeNetwork(scope: Construct, cidr: string, { found = false } = {}): TakenNetwork | undefined {
  const stack = TerraformStack.of(scope);
  const site = scope.node.path;
  const known = taken.get(stack) ?? [];
  const other = known.find((one) => one.site !== site && !(one.found && found) && overlaps(one.cidr, cidr));
  if (other === undefined) taken.set(stack, [...known, { site, cidr, found }]);
  return other;
}
