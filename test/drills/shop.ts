import { MANIFEST_VERSION } from "../../lib/manifest/format";
import type { Manifest, ManifestTier } from "../../lib/manifest/manifest";
import { NOTHING_JUDGED } from "../support/manifest";
import { mutable, type Mutable } from "../support/mutable";

const WHOLE = { asks: "whole", expected: "whole", silent: "it does not answer" } as const;

const tier = (path: string, machines: string[], rest: Partial<ManifestTier>): ManifestTier => ({
  path,
  kind: "Tier",
  engine: "engine",
  site: "rack",
  machines,
  atLeast: machines.length - 1,
  needs: [],
  endpoints: [],
  settings: {},
  ...rest,
});

/** Machines of one tier each, or three machines that do everything. */
export function shop(
  layout: "separate" | "shared" = "separate",
  entrance = { address: "10.81.0.100", port: 80 },
): Mutable<Manifest> {
  const shared = ["vps-1", "vps-2", "vps-3"];
  const names =
    layout === "shared"
      ? { lb: shared.slice(0, 2), web: shared, db: shared }
      : { lb: ["lb-1", "lb-2"], web: ["web-1", "web-2", "web-3"], db: ["db-a", "db-b", "db-c"] };
  const machines = [...new Set([...names.lb, ...names.web, ...names.db])];
  return mutable<Manifest>({
    version: MANIFEST_VERSION,
    stack: "shop",
    hash: "0123456789abcdef",
    sites: [{ name: "rack", kind: "hosts", network: "10.81.0.0/24", zones: ["a", "b", "c"] }],
    machines: machines.map((name, index) => ({
      name,
      site: "rack",
      zone: ["a", "b", "c"][index % 3] ?? "a",
      address: `10.81.0.${11 + index}`,
      privateAddress: `10.81.0.${11 + index}`,
      sshPort: 22,
      labels: {},
      packages: [],
    })),
    tiers: [
      tier("shop/entrance", names.lb, {
        needs: ["shop/web"],
        probes: [
          { ...WHOLE, command: ["rotation"] },
          { asks: "leader", role: "address", command: ["holder"], expected: "^here$", says: "itself" },
        ],
        endpoints: [{ kind: "entrance", protocol: "http", virtual: true, healthPath: "/health", ...entrance }],
      }),
      tier("shop/web", names.web, { needs: ["shop/db"], probes: [{ ...WHOLE, command: ["application"] }] }),
      tier("shop/db", names.db, {
        probes: [
          { ...WHOLE, command: ["member"] },
          { asks: "leader", role: "writer", command: ["writer"], expected: "^writer (\\S+)$", says: "majority" },
        ],
        endpoints: [
          { kind: "writer", protocol: "mysql", virtual: false, port: 3306 },
          { kind: "health", protocol: "http", virtual: false, port: 9200, healthPath: "/status" },
        ],
      }),
    ],
    ...structuredClone(NOTHING_JUDGED),
  });
}
