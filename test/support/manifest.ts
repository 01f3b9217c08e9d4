import { MANIFEST_VERSION } from "../../lib/manifest/format";
import type { Manifest, ManifestMachine, ManifestSite, ManifestTier } from "../../lib/manifest/manifest";

export interface ManifestParts {
  /** @default "test" */
  readonly stack?: string;
  /** Name to address, or to whatever differs from the rest. */
  readonly machines: Readonly<Record<string, string | Partial<ManifestMachine>>>;
  /** Differs from the site of all machines: `rack`, three zones, SSH as root. */
  readonly site?: Partial<ManifestSite>;
  /** Instead of that one site. */
  readonly sites?: readonly ManifestSite[];
  readonly tiers?: readonly ManifestTier[];
}

/** For tests that are not about resilience. */
export const NOTHING_JUDGED: Pick<Manifest, "structure" | "promises" | "acknowledgements" | "resources" | "sources"> = {
  structure: { nodes: {}, tiers: {} },
  promises: [],
  acknowledgements: [],
  resources: { modelled: 0, others: [] },
  sources: {},
};

/** A valid manifest of which a test names only what it is about. Machines go to the zones a, b, c in turn. */
export function manifestFor({ stack = "test", machines, site, sites, tiers = [] }: ManifestParts): Manifest {
  const zones = ["a", "b", "c"];
  const rack: ManifestSite = { name: "rack", kind: "hosts", zones, ssh: { user: "root" }, ...site };
  return {
    version: MANIFEST_VERSION,
    stack,
    hash: "0000000000000000",
    sites: [...(sites ?? [rack])],
    machines: Object.entries(machines).map(([name, given], index) => {
      const part = typeof given === "string" ? { address: given } : given;
      const address = part.address ?? part.privateAddress ?? "";
      return {
        name,
        site: rack.name,
        zone: zones[index % zones.length] ?? "a",
        privateAddress: address,
        sshPort: 22,
        labels: {},
        packages: [],
        ...part,
        address,
      };
    }),
    tiers: [...tiers],
    ...NOTHING_JUDGED,
  };
}
