import { makeReport } from "../../lib/judgement/make-report";
import type { Report } from "../../lib/judgement/report";
import type { Manifest } from "../../lib/manifest/manifest";
import { hiveManifest } from "./hive-manifest";

/** The report of a hive, with what a test wants to be different. */
export function reportOf(manifest: Manifest, parts: Partial<Report> = {}): Report {
  return { ...makeReport({ manifest }), ...parts };
}

/** Two load balancers, three web servers, three voting database nodes over three zones of one site. */
export function threeZones(parts: Partial<Parameters<typeof hiveManifest>[0]> = {}): Manifest {
  return hiveManifest({
    machines: {
      "lb-1": "a",
      "lb-2": "b",
      "web-1": "a",
      "web-2": "b",
      "web-3": "c",
      "db-1": "a",
      "db-2": "b",
      "db-3": "c",
    },
    tiers: {
      "shop/db": {
        of: ["db-1", "db-2", "db-3"],
        votes: true,
        data: true,
        settings: { suspect: 1, poll: 0.25 },
        recovery: [
          {
            when: ["machine", "zone"],
            steps: [
              { what: "the silent writer is suspected", of: "suspect" },
              { what: "the agents ask twice", of: "poll", times: 2 },
            ],
          },
        ],
      },
      "shop/web": {
        of: ["web-1", "web-2", "web-3"],
        needs: ["shop/db"],
        recovery: [{ when: ["machine", "zone"], steps: [{ what: "a check fails", of: 0.5 }] }],
      },
      "shop/entrance": {
        of: ["lb-1", "lb-2"],
        needs: ["shop/web"],
        entrance: "/health",
        recovery: [{ when: ["machine", "zone"], steps: [{ what: "an advert is missing", of: 0.1 }] }],
      },
    },
    ...parts,
  });
}

/** One load balancer and one database: four single points of failure, with their zones, and the site. */
export function singlePoints(): Manifest {
  return hiveManifest({
    machines: { "lb-1": "a", "web-1": "a", "web-2": "b", "db-1": "b" },
    nodes: { "payment API": { kind: "dependency" }, "switch 1": { kind: "network" } },
    tiers: {
      "shop/db": { of: ["db-1"], data: true },
      "shop/web": { of: ["web-1", "web-2"], needs: ["shop/db", "payment API"] },
      "shop/entrance": { of: ["lb-1"], needs: ["shop/web", "switch 1"], entrance: "/health" },
    },
  });
}

/** Ten zones, three of them with load balancers and a database node; any one of them may die. */
export function thousandMachines(): Manifest {
  const zones = [..."abcdefghij"];
  const machines = (role: string, each: number, within: readonly string[]) =>
    within.flatMap((zone) => Array.from({ length: each }, (_, i) => [`${role}-${zone}-${i + 1}`, zone] as const));
  const few = zones.slice(0, 3);
  const all = { db: machines("db", 1, few), web: machines("web", 99, zones), lb: machines("lb", 2, few) };
  const spare = [["web-d-100", "d"]] as const;
  const names = (role: readonly (readonly [string, string])[]) => role.map(([name]) => name);
  return hiveManifest({
    machines: Object.fromEntries([...all.lb, ...all.web, ...spare, ...all.db]),
    tiers: {
      "shop/db": { of: names(all.db), votes: true, data: true },
      "shop/web": { of: [...names(all.web), ...names(spare)], atLeast: 880, needs: ["shop/db"] },
      "shop/entrance": { of: names(all.lb), needs: ["shop/web"], entrance: "/health" },
    },
  });
}
