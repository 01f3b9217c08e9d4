import type { Manifest, ManifestTier } from "../../../lib/manifest/manifest";
import type { MachineSurvey } from "../../../lib/upgrade/machine-survey";
import { hiveManifest, type HiveTier } from "../../support/hive-manifest";

/** Ten machines in three zones: two load balancers, five web servers, three database nodes. */
export const MACHINES = {
  "lb-1": "a",
  "lb-2": "b",
  "web-1": "a",
  "web-2": "a",
  "web-3": "b",
  "web-4": "b",
  "web-5": "c",
  "db-1": "a",
  "db-2": "b",
  "db-3": "c",
};

export const TIERS: Readonly<Record<string, HiveTier>> = {
  "shop/db": { of: ["db-1", "db-2", "db-3"], atLeast: 2, votes: true, data: true },
  "shop/web": { of: ["web-1", "web-2", "web-3", "web-4", "web-5"], atLeast: 1, needs: ["shop/db"] },
  "shop/entrance": { of: ["lb-1", "lb-2"], atLeast: 1, needs: ["shop/web"] },
};

/** How the tests' machines are asked: `whole` of each, and who leads. */
const PROBES: Readonly<Record<string, ManifestTier["probes"]>> = {
  "shop/db": [
    { asks: "whole", command: ["whole"], expected: "whole", silent: "its database does not answer" },
    { asks: "leader", role: "writer", command: ["leads"], expected: "^yes$", says: "itself" },
  ],
  "shop/web": [{ asks: "whole", command: ["whole"], expected: "whole", silent: "its application does not answer" }],
  "shop/entrance": [{ asks: "leader", role: "address", command: ["leads"], expected: "^yes$", says: "itself" }],
};

const ENGINES: Readonly<Record<string, string>> = { "shop/db": "mariadb-galera" };

export function tenMachines(tiers = TIERS, machines: Readonly<Record<string, string>> = MACHINES): Manifest {
  const manifest = hiveManifest({ machines, tiers });
  return {
    ...manifest,
    tiers: manifest.tiers.map((tier) => ({
      ...tier,
      engine: ENGINES[tier.path] ?? tier.engine,
      probes: PROBES[tier.path],
    })),
  };
}

export const survey = (change: Partial<MachineSurvey> = {}): MachineSurvey => ({
  debian: "13",
  upgrades: [{ name: "openssl", from: "3.5.1-1", to: "3.5.1-1+deb13u1", origin: "Debian-Security:13/stable-security" }],
  foreign: [],
  keptBack: [],
  reboot: [],
  oldCode: [],
  unattended: false,
  unfinished: false,
  versions: {},
  ...change,
});
