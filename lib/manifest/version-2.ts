import { MANIFEST_VERSION } from "./format";

/** What version 2 says of a tier, as far as it is needed here. */
interface OldTier {
  readonly path: string;
  readonly machines: readonly string[];
  readonly endpoints: readonly { readonly kind: string }[];
}
interface OldStructure {
  readonly loss?: readonly unknown[];
  readonly growth?: { readonly atLeast?: string };
}

/**
 * A manifest of version 2 as one of this version: hives that were deployed before can be compared, judged and planned
 * against. Version 2 let each reader conclude what votes and what keeps data; it does not say how a tier is asked.
 *
 * @param content of the file; what is no manifest of version 2 is returned as it is
 */
export function upgraded(content: unknown): unknown {
  const old = content as {
    readonly version?: unknown;
    readonly tiers?: readonly OldTier[];
    readonly structure?: { readonly tiers?: Readonly<Record<string, OldStructure>> };
  } | null;
  if (old?.version !== 2 || !Array.isArray(old.tiers)) return content;
  const tiers = (old.tiers as readonly OldTier[]).map((tier) => {
    const { growth, loss = [] } = old.structure?.tiers?.[tier.path] ?? {};
    const { machines, endpoints } = tier;
    const votes = growth?.atLeast === "majority";
    const data = votes || loss.length > 0 || endpoints.some(({ kind }) => kind === "writer");
    return {
      ...tier,
      ...(votes && { votes: { members: Object.fromEntries(machines.map((name) => [name, 1])), quorum: "majority" } }),
      ...(data && { data: [{ what: "its data", copies: "each" }] }),
    };
  });
  return { ...old, version: MANIFEST_VERSION, tiers };
}
