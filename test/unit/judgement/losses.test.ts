import { Machines } from "../../../lib";
import { Hive } from "../../../lib/stack/hive";
import { lossesOf, worstLosses, type Loss } from "../../../lib/judgement/losses";
import { entrancesOf, hiveStructure } from "../../../lib/judgement/hive-structure";
import type { Manifest } from "../../../lib/manifest/manifest";
import { analyzeStructure } from "../../../lib/resilience";
import { hiveManifest } from "../../support/hive-manifest";
import { hosts, shop, type HiveOptions } from "../../support/hive";
import { mutable } from "../../support/mutable";

const byRole: HiveOptions = {
  hosts: hosts({ lb: 2, web: 3, db: 3 }),
  db: { machines: Machines.labelled({ role: "db" }) },
  web: { machines: Machines.labelled({ role: "web" }) },
  entrance: { machines: Machines.labelled({ role: "lb" }) },
};
/** Three servers that each run everything. */
const together: HiveOptions = { hosts: hosts({ vps: 3 }), site: { shareMachines: true } };

const manifestOf = (options: HiveOptions) => mutable(Hive.of(shop(options).stack).manifest());

function lossOf(manifest: Manifest, node: string): Loss {
  const analysis = analyzeStructure(hiveStructure(manifest));
  return lossesOf(manifest, analysis, entrancesOf(manifest)).find((loss) => loss.node === node)!;
}

test("every machine, zone and site has a loss of its own", () => {
  const manifest = manifestOf(byRole);
  const losses = lossesOf(manifest, analyzeStructure(hiveStructure(manifest)), entrancesOf(manifest));
  expect(losses.map(({ node }) => node)).toEqual(Object.keys(manifest.structure.nodes));
});

test("a web server leaves as soon as the load balancer's checks say so, and takes no data with it", () => {
  const loss = lossOf(manifestOf(byRole), "web-1");
  expect(loss).toMatchObject({ works: true, down: [], quorums: [], machines: ["web-1"], rtoSeconds: 1.7 });
  expect(loss.recoveries.map(({ tier, decidedBy }) => [tier, decidedBy])).toEqual([["shop/web", "shop/entrance"]]);
  expect(loss.rpo).toEqual({ seconds: 0, guaranteed: true, why: "no data is kept there" });
});

test("a database node leaves two votes of three, and promises nothing without saying so", () => {
  const loss = lossOf(manifestOf(byRole), "db-1");
  expect(loss.quorums).toEqual([{ tier: "shop/db", left: 2, of: 3, needed: 2, holds: true }]);
  expect(loss.rtoSeconds).toBe(6.85);
  expect(loss.rpo).toMatchObject({ seconds: 0, guaranteed: false });
});

test("a zone takes its machines along, and the slowest tier decides", () => {
  const loss = lossOf(manifestOf(byRole), "zone rack/a");
  expect(loss.machines).toEqual(["db-1", "web-1", "lb-1"]);
  expect(loss.works).toBe(true);
  expect(loss.recoveries.map(({ seconds }) => seconds)).toEqual([6.85, 1.7, 1.4]);
  expect(loss.rtoSeconds).toBe(6.85);
});

test("a site takes everything, for good", () => {
  const loss = lossOf(manifestOf(byRole), "site rack");
  expect(loss).toMatchObject({ works: false, down: ["shop/db", "shop/web", "shop/entrance"], rtoSeconds: null });
  expect(loss.quorums).toEqual([{ tier: "shop/db", left: 0, of: 3, needed: 2, holds: false }]);
  expect(loss.rpo.seconds).toBeNull();
});

describe("data in one managed service", () => {
  const manifest = hiveManifest({
    machines: { "web-1": "a", "node-1": "b", "node-2": "b" },
    nodes: { database: { kind: "managed service", in: ["zone rack/b"] } },
    tiers: {
      "shop/web": { of: ["web-1"], needs: ["shop/db"], entrance: "/" },
      "shop/db": {
        of: ["node-1", "node-2"],
        needs: ["database"],
        loss: [
          { when: "machine", seconds: 1, guaranteed: false, why: "standbys follow" },
          { when: "zone", seconds: null, guaranteed: false, why: "all in one zone" },
        ],
      },
    },
  });

  test.each(["zone rack/b", "site rack", "database"])("is gone for good with %s", (node) => {
    expect(lossOf(manifest, node).rpo).toEqual({ seconds: null, guaranteed: false, why: "all in one zone" });
  });

  test("is up to a second short when one of its nodes is gone, and complete when another zone is", () => {
    expect(lossOf(manifest, "node-1").rpo).toMatchObject({ seconds: 1, guaranteed: false });
    expect(lossOf(manifest, "zone rack/a").rpo).toMatchObject({ seconds: 0, guaranteed: true });
  });
});

describe("data on machines", () => {
  const second = { when: "machine" as const, seconds: 1, guaranteed: false, why: "appendfsync everysec" };
  const kept = (
    zones: readonly string[],
    { copies = "each", loss = [second], arbitrators = [], nodes = {}, backup = [] }: Partial<Kept> = {},
  ) => {
    const names = zones.map((_, i) => `redis-${i + 1}`);
    const manifest = mutable(
      hiveManifest({
        machines: {
          ...Object.fromEntries(names.map((name, i) => [name, zones[i]!])),
          ...Object.fromEntries(backup.map((zone, i) => [`backup-${i}`, zone])),
        },
        nodes,
        tiers: {
          "shop/redis": { of: names, atLeast: 1, loss, entrance: "/" },
          ...(backup.length > 0 && {
            "shop/backup": {
              of: backup.map((_, i) => `backup-${i}`),
              role: { kind: "backup" as const, protects: ["shop/redis"] },
            },
          }),
        },
      }),
    );
    const tier = manifest.tiers.find(({ path }) => path === "shop/redis")!;
    tier.data = [{ what: "Redis' data", folder: "/var/lib/redis", copies }];
    tier.votes = { members: Object.fromEntries(names.map((name) => [name, 1])), arbitrators, quorum: "majority" };
    return manifest;
  };
  interface Kept {
    copies: "each" | number;
    loss: Manifest["structure"]["tiers"][string]["loss"];
    arbitrators: string[];
    nodes: Parameters<typeof hiveManifest>[0]["nodes"];
    backup: string[];
  }
  const all = { seconds: null, guaranteed: false, why: "every machine that keeps Redis' data is lost with it" };
  const rpoOf = (manifest: Manifest, node: string) => lossOf(manifest, node).rpo;

  test("costs what the tier says while a copy is left, and all when none is", () => {
    const spread = kept(["a", "b"]);
    expect(rpoOf(spread, "redis-1").seconds).toBe(1);
    expect(rpoOf(spread, "zone rack/a").seconds).toBe(1);
    expect(rpoOf(spread, "site rack")).toEqual(all);
    expect(rpoOf(kept(["a", "a", "b/c"]), "zone rack/a").seconds).toBe(1);
  });

  test("is lost with the one zone that has all copies, even if the tier says otherwise", () => {
    const zone = { ...second, when: "zone" as const, seconds: 0 };
    expect(rpoOf(kept(["a", "a", "a"], { loss: [second, zone] }), "zone rack/a")).toEqual(all);
  });

  test("has no copy with an arbitrator, nor more than the tier says", () => {
    expect(rpoOf(kept(["a", "a", "b"], { arbitrators: ["redis-3"] }), "zone rack/a")).toEqual(all);
    expect(rpoOf(kept(["a", "a", "b"], { copies: 2 }), "zone rack/a")).toEqual(all);
    expect(rpoOf(kept(["a", "a", "b"], { copies: 3 }), "zone rack/a").seconds).toBe(1);
  });

  test("of one machine costs what the tier says for that, and all when it says nothing", () => {
    expect(rpoOf(kept(["a"]), "redis-1").seconds).toBe(1);
    expect(rpoOf(kept(["a"], { loss: [] }), "redis-1")).toEqual(all);
    expect(rpoOf(kept(["a", "a"], { loss: [], arbitrators: ["redis-2"] }), "redis-1")).toEqual(all);
    expect(rpoOf(kept(["a", "a"], { loss: [], arbitrators: ["redis-2"] }), "redis-2").seconds).toBe(0);
  });

  test("is as old as the backup that is left, where the tier says how old that is", () => {
    const site = { ...second, when: "site" as const, seconds: 3600, why: "a backup every hour" };
    expect(rpoOf(kept(["a", "b"], { loss: [second, site], backup: ["east/a"] }), "site rack").seconds).toBe(3600);
    expect(rpoOf(kept(["a", "b"], { loss: [second, site], backup: ["b"] }), "site rack")).toEqual(all);
    expect(rpoOf(kept(["a", "b"], { backup: ["east/a"] }), "site rack")).toEqual(all);
  });

  test("stays on machines that are only out of reach", () => {
    const manifest = mutable(kept(["a", "b"], { nodes: { uplink: { kind: "network" } } }));
    for (const name of ["redis-1", "redis-2"]) manifest.structure.nodes[name]!.in.push("uplink");
    expect(rpoOf(manifest, "uplink").seconds).toBe(1);
  });
});

test("machines that run everything lose a member of every tier", () => {
  const loss = lossOf(manifestOf(together), "vps-1");
  expect(loss.recoveries.map(({ tier }) => tier)).toEqual(["shop/db", "shop/web", "shop/entrance"]);
  expect(loss.works).toBe(true);
});

test("a tier without a recovery for the loss of a machine is repaired by hand", () => {
  const manifest = manifestOf(byRole);
  manifest.structure.tiers["shop/entrance"]!.recovery = [];
  const loss = lossOf(manifest, "web-1");
  expect(loss).toMatchObject({ works: true, rtoSeconds: null, recoveries: [] });
});

test("the worst loss of a kind is the one that lasts longest", () => {
  const manifest = manifestOf(byRole);
  const losses = lossesOf(manifest, analyzeStructure(hiveStructure(manifest)), entrancesOf(manifest));
  expect(worstLosses(losses, "machine")!.node).toBe("db-1");
  expect(worstLosses(losses, "site")!.rtoSeconds).toBeNull();
});
