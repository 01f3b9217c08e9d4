import { MANIFEST_VERSION } from "../../../lib/manifest/format";
import type { Manifest, ManifestMachine, ManifestNode, TierStructure } from "../../../lib/manifest/manifest";
import { mutable, type Mutable } from "../../support/mutable";

/**
 * Two web servers in two zones behind one load balancer, and a database of three in three zones: round numbers, no common
 * causes, one single point of failure.
 */
export function smallHive(): Mutable<Manifest> {
  const zones = ["a", "b", "c"];
  const machines: Record<string, string> = {
    "web-1": "a",
    "web-2": "b",
    "db-1": "a",
    "db-2": "b",
    "db-3": "c",
    lb: "c",
  };
  const nodes: Record<string, ManifestNode> = {
    "site rack": node("site", [], [1e-6, 1e-5, 1e-4]),
    ...Object.fromEntries(zones.map((zone) => [`zone rack/${zone}`, node("zone", ["site rack"], [1e-5, 1e-4, 1e-3])])),
    ...Object.fromEntries(
      Object.entries(machines).map(([name, zone]) => [
        name,
        {
          ...node("machine", [`zone rack/${zone}`], [1e-3, 1e-3, 1e-3]),
          provenance: "sla" as const,
          source: "the seller",
        },
      ]),
    ),
  };
  return mutable<Manifest>({
    version: MANIFEST_VERSION,
    stack: "shop",
    hash: "0123456789abcdef",
    sites: [{ name: "rack", kind: "hosts", zones, ssh: { user: "root" } }],
    machines: Object.entries(machines).map(([name, zone], i) => machine(name, zone, i)),
    tiers: [
      tier("shop/db", "GaleraCluster", ["db-1", "db-2", "db-3"], 2, [], { suspect: 2, poll: 0.5 }),
      tier("shop/web", "HaWebTier", ["web-1", "web-2"], 1, ["shop/db"], {}),
      tier("shop/entrance", "HealthCheckedLoadBalancer", ["lb"], 1, ["shop/web"], { interval: 0.5, fall: 2 }),
    ],
    structure: {
      nodes,
      tiers: {
        "shop/db": structure(["db-1", "db-2", "db-3"], 2, [], {
          recovery: [
            {
              when: ["machine", "zone"],
              steps: [
                { what: "the writer is suspected", of: "suspect" },
                { what: "the agents see the new one", of: "poll" },
              ],
            },
          ],
          loss: [
            { when: "machine", seconds: 0, guaranteed: false, why: "crashes in quick succession have lost writes" },
            { when: "zone", seconds: 0, guaranteed: false, why: "crashes in quick succession have lost writes" },
            { when: "site", seconds: null, guaranteed: false, why: "all copies are in rack" },
          ],
          growth: { property: "nodes", step: 2, atLeast: "majority" },
        }),
        "shop/web": structure(["web-1", "web-2"], 1, ["shop/db"], {}),
        "shop/entrance": structure(["lb"], 1, ["shop/web"], {
          recovery: [
            {
              when: ["machine", "zone"],
              of: "shop/web",
              steps: [{ what: "failed checks take the server out", of: "interval", times: "fall" }],
            },
            { when: ["machine", "zone"], steps: [{ what: "three adverts are missing", of: 0.1, times: 3 }] },
          ],
          growth: { property: "servers", step: 1, atLeast: "same" },
        }),
      },
    },
    promises: [
      {
        path: "shop/slo",
        entrance: "shop/entrance",
        unavailability: 0.01,
        rto: { zone: 10 },
        rpo: { machine: 0 },
        onBreach: "fail",
      },
    ],
    acknowledgements: [{ finding: "SHARED_FATE:site rack", reason: "One rack until spring." }],
    resources: { modelled: 6, others: ["shop/cdn (aws_cloudfront_distribution)"] },
    sources: {
      "shop/rack": "main.ts:3",
      "shop/db": "main.ts:5",
      "shop/entrance": "main.ts:9",
      "shop/slo": "main.ts:12",
    },
  });
}

/** The same with a second load balancer in zone a, so that nothing but the site is alone. */
export function redundantHive(): Mutable<Manifest> {
  const hive = smallHive();
  hive.structure.nodes["lb-2"] = { ...hive.structure.nodes.lb!, in: ["zone rack/a"] };
  hive.machines.push(mutable(machine("lb-2", "a", 7)));
  hive.structure.tiers["shop/entrance"]!.of.push("lb-2");
  hive.tiers[2]!.machines.push("lb-2");
  return hive;
}

function node(kind: ManifestNode["kind"], within: string[], probability: [number, number, number]): ManifestNode {
  return { kind, in: within, probability, provenance: "assumed", source: "no published rate" };
}

function machine(name: string, zone: string, i: number): ManifestMachine {
  const address = `10.77.0.${i + 11}`;
  return { name, site: "rack", zone, address, privateAddress: address, sshPort: 22, labels: {}, packages: [] };
}

function tier(
  path: string,
  kind: string,
  machines: string[],
  atLeast: number,
  needs: string[],
  settings: Record<string, number>,
): Manifest["tiers"][number] {
  const entrance = {
    kind: "entrance" as const,
    protocol: "http" as const,
    address: "10.77.0.100",
    virtual: true,
    port: 80,
  };
  const writer = { kind: "writer" as const, protocol: "mysql" as const, virtual: false, port: 3306 };
  const endpoints = kind === "HealthCheckedLoadBalancer" ? [entrance] : kind === "GaleraCluster" ? [writer] : [];
  const votes = { members: Object.fromEntries(machines.map((name) => [name, 1])), quorum: "majority" as const };
  return {
    path,
    kind,
    engine: kind.toLowerCase(),
    site: "rack",
    machines,
    atLeast,
    needs,
    endpoints,
    settings,
    ...(kind === "GaleraCluster" && { votes, data: [{ what: "MariaDB's data", copies: "each" as const }] }),
  };
}

function structure(of: string[], atLeast: number, needs: string[], rest: Partial<TierStructure>): TierStructure {
  return { atLeast, of, needs, commonCause: 0, recovery: [], loss: [], alternatives: [], ...rest };
}
