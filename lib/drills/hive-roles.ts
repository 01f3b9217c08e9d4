import type { Manifest, ManifestEndpoint, ManifestTier } from "../manifest/manifest";
import { noEntrance } from "./errors";

/** Where visitors come in. */
export interface Entrance {
  readonly tier: ManifestTier;
  readonly address: string;
  /** The address moves between the tier's machines. */
  readonly virtual: boolean;
  readonly port: number;
  readonly healthPath: string;
}

/**
 * The roles of machines in a hive, derived from the manifest's structure and not from the names of constructs, so that other
 * engines fit: the entrance has an `entrance` endpoint, the web tiers are what it needs, the database has a `writer`.
 */
export interface HiveRoles {
  readonly entrance: Entrance;
  readonly web: readonly ManifestTier[];
  readonly database: ManifestTier | undefined;
  /** The entrance's tier and all that it needs. */
  readonly tiers: readonly ManifestTier[];
}

const endpointOf = (tier: ManifestTier, kind: ManifestEndpoint["kind"]): ManifestEndpoint | undefined =>
  tier.endpoints.find((endpoint) => endpoint.kind === kind);

/** @throws DrillError when there is no HTTP entrance with an address of its own. */
export function hiveRoles(manifest: Manifest): HiveRoles {
  for (const tier of manifest.tiers) {
    const endpoint = tier.endpoints.find(
      ({ kind, protocol, address }) => kind === "entrance" && protocol === "http" && address,
    );
    if (endpoint?.address === undefined) continue;
    const { address, virtual, port, healthPath = "/" } = endpoint;
    const needed = reachable(manifest, tier);
    return {
      entrance: { tier, address, virtual, port, healthPath },
      web: manifest.tiers.filter(({ path }) => tier.needs.includes(path)),
      database: needed.find((candidate) => endpointOf(candidate, "writer") !== undefined),
      tiers: [tier, ...needed],
    };
  }
  throw noEntrance(manifest.stack);
}

/** Every tier that `tier` needs, directly or through others. */
function reachable(manifest: Manifest, tier: ManifestTier): ManifestTier[] {
  const found = new Set<string>();
  const visit = (paths: readonly string[]): void => {
    for (const path of paths) {
      if (found.has(path)) continue;
      found.add(path);
      visit(manifest.tiers.find((other) => other.path === path)?.needs ?? []);
    }
  };
  visit(tier.needs);
  return manifest.tiers.filter(({ path }) => found.has(path));
}
