import type { ManifestTier } from "../../manifest/manifest";
import { noSuchRole, notRedundant } from "../errors";
import type { Fault, HiveFacts, Unfit } from "./fault";

/**
 * Why a tier cannot lose one machine in a drill: the hive has no such tier, or the tier none to spare.
 *
 * @param wanted what the fault needs: `a web tier`
 */
export function unfitForOne(
  { name }: Pick<Fault, "name">,
  tier: ManifestTier | undefined,
  wanted: string,
  { manifest }: HiveFacts,
): Unfit | undefined {
  if (tier === undefined || tier.machines.length === 0) {
    const missing = `${wanted}${tier === undefined ? "" : " on machines of the program"}`;
    return { error: noSuchRole(manifest.stack, name, missing) };
  }
  if (tier.machines.length > tier.atLeast) return undefined;
  return { error: notRedundant(name, tier.path, tier.machines, tier.atLeast) };
}
