import fc from "fast-check";
import { entrancesOf, hiveStructure } from "../../../../lib/judgement/hive-structure";
import type { Manifest } from "../../../../lib/manifest/manifest";
import { analyzeStructure } from "../../../../lib/resilience";
import { findingsIn, hiveManifest, type HiveParts, without } from "../../../support/hive-manifest";

/** Two load balancers, three web servers of which two are needed, three votes; every zone has one of each. */
const SHOP = {
  machines: {
    "lb-1": "a",
    "lb-2": "b",
    "web-1": "a",
    "web-2": "b",
    "web-3": "c",
    "db-a": "a",
    "db-b": "b",
    "db-c": "c",
  },
  tiers: {
    "shop/db": { of: ["db-a", "db-b", "db-c"], votes: true, data: true },
    "shop/web": { of: ["web-1", "web-2", "web-3"], atLeast: 2, needs: ["shop/db"] },
    "shop/entrance": { of: ["lb-1", "lb-2"], needs: ["shop/web"], entrance: "/health" },
  },
} satisfies HiveParts;

const shop = (parts: Partial<HiveParts> = {}) => hiveManifest({ ...SHOP, ...parts });
const onlyFinding = (manifest: Manifest, subject: string) => {
  const [finding, ...others] = findingsIn(manifest).filter((found) => found.subject === subject);
  expect(others).toEqual([]);
  return finding!;
};

test("a hive without one has only the fate of its site", () => {
  expect(findingsIn(shop()).map(({ id }) => id)).toEqual(["SHARED_FATE:site rack"]);
});

describe("SINGLE_POINT_OF_FAILURE", () => {
  test("is a machine that is a tier's only member", () => {
    const manifest = shop({
      tiers: { ...SHOP.tiers, "shop/entrance": { ...SHOP.tiers["shop/entrance"], of: ["lb-1"] } },
      sources: { "shop/entrance": "main.ts:53" },
    });
    expect(onlyFinding(manifest, "lb-1")).toEqual({
      rule: "SINGLE_POINT_OF_FAILURE",
      id: "SINGLE_POINT_OF_FAILURE:lb-1",
      level: "error",
      subject: "lb-1",
      message: "machine lb-1 alone takes shop/entrance down: it is its only member.",
      fix: "Add a second: servers: 2.",
      cutSet: ["lb-1"],
      source: "main.ts:53",
    });
    expect(without(manifest, ["lb-1"]).works).toBe(false);
  });

  test("is each machine of a tier that needs all of them, with the entrance behind it", () => {
    const web = { ...SHOP.tiers["shop/web"], atLeast: 3 };
    const growth = { property: "servers", step: 1, atLeast: "same", keep: "needed" } as const;
    const manifest = shop({ tiers: { ...SHOP.tiers, "shop/web": { ...web, growth } } });
    const found = findingsIn(manifest, "SINGLE_POINT_OF_FAILURE");
    expect(found.map(({ subject }) => subject)).toEqual(["web-1", "web-2", "web-3"]);
    expect(found[0]).toMatchObject({
      message:
        "machine web-1 alone takes shop/web down, and shop/entrance with it: it is one of its 3 members, 2 are left, 3 are needed.",
      fix: "Add one: servers: 4, needed: 3.",
    });
    for (const { cutSet } of found) expect(without(manifest, cutSet).works).toBe(false);
  });

  test("is a machine that two tiers share and both need", () => {
    const manifest = hiveManifest({
      machines: { "vps-1": "a", "db-b": "b", "db-c": "c" },
      tiers: {
        db: { of: ["vps-1", "db-b"], votes: true, data: true },
        web: { of: ["vps-1"], needs: ["db"], entrance: "/" },
      },
    });
    const found = onlyFinding(manifest, "vps-1");
    expect(found.message).toBe(
      "machine vps-1 alone takes web down: it is one of db's 2 votes, 1 is left, 2 are needed; it is web's only member.",
    );
    expect(found.fix).toBe("db: Add one: nodes: 3. web: Add a second: servers: 2.");
  });

  test("is a machine that holds data alone, even where no entrance needs it", () => {
    const archive = {
      machines: { ...SHOP.machines, "db-x": "a" },
      tiers: { ...SHOP.tiers, archive: { of: ["db-x"] } },
    };
    expect(findingsIn(hiveManifest(archive), "SINGLE_POINT_OF_FAILURE")).toEqual([]);
    const holding = { ...archive, tiers: { ...SHOP.tiers, archive: { of: ["db-x"], data: true } } };
    expect(findingsIn(hiveManifest(holding), "SINGLE_POINT_OF_FAILURE")[0]?.message).toBe(
      "machine db-x alone takes archive down: it is its only member.",
    );
  });

  test("is no machine that another one stands in for", () => {
    const alternatives = {
      "shop/cache": { of: ["web-1"] },
      "shop/web": { ...SHOP.tiers["shop/web"], needs: ["shop/db", { any: ["shop/cache", "web-2"] }] },
    };
    const manifest = shop({ tiers: { ...SHOP.tiers, ...alternatives } });
    expect(findingsIn(manifest, "SINGLE_POINT_OF_FAILURE")).toEqual([]);
  });
});

describe("SHARED_FATE", () => {
  test("is a zone with too many of a tier's votes, and the fix names who can move", () => {
    const manifest = shop({ machines: { ...SHOP.machines, "db-b": "a" }, sources: { "shop/rack": "main.ts:16" } });
    expect(onlyFinding(manifest, "zone rack/a")).toEqual({
      rule: "SHARED_FATE",
      id: "SHARED_FATE:zone rack/a",
      level: "error",
      subject: "zone rack/a",
      message:
        "zone rack/a alone takes shop/db down, and shop/entrance with it: 2 of its 3 votes are there, 1 is left, 2 are needed.",
      fix: "Move one of db-a, db-b to zone rack/b.",
      cutSet: ["zone rack/a"],
      source: "main.ts:16",
    });
    expect(without(manifest, ["zone rack/a"])).toMatchObject({ works: false, tiers: { "shop/db": false } });
  });

  test("is a zone that holds what machines of other zones need, and the fix leaves the machines where they are", () => {
    const manifest = shop({
      nodes: { "nat rack": { kind: "nat", in: ["zone rack/a"] } },
      machines: {
        ...SHOP.machines,
        "web-1": ["a", "nat rack"],
        "web-2": ["b", "nat rack"],
        "web-3": ["c", "nat rack"],
      },
    });
    expect(onlyFinding(manifest, "zone rack/a")).toMatchObject({
      message:
        "zone rack/a alone takes shop/web down, and shop/entrance with it: all of its 3 members are there or need nat rack, which is.",
      fix: 'Have one NAT gateway in each zone, for the machines of that zone (nat: "per-zone" of an AwsSite); or acknowledge it as a saving.',
    });
  });

  test("is such a zone with too many machines of its own, and the fix says both", () => {
    const manifest = shop({
      nodes: { "nat rack": { kind: "nat", in: ["zone rack/a"] } },
      machines: {
        ...SHOP.machines,
        "web-1": ["a", "nat rack"],
        "web-2": ["a", "nat rack"],
        "web-3": ["c", "nat rack"],
      },
    });
    expect(onlyFinding(manifest, "zone rack/a").fix).toBe(
      'Have one NAT gateway in each zone, for the machines of that zone (nat: "per-zone" of an AwsSite); or acknowledge it as a saving. ' +
        "Move one of web-1, web-2 to zone rack/b.",
    );
  });

  test("moving as the fix says leaves no such zone", () => {
    const broken = { ...SHOP.machines, "db-b": "a" };
    expect(findingsIn(shop({ machines: broken })).map(({ subject }) => subject)).toContain("zone rack/a");
    expect(
      findingsIn(shop({ machines: { ...broken, "db-b": "b" } }), "SHARED_FATE").map(({ subject }) => subject),
    ).toEqual(["site rack"]);
  });

  test("says how many zones it takes where the site has too few", () => {
    const machines = { "db-a": "a", "db-b": "a", "db-c": "b", "web-1": "a", "web-2": "b" };
    const tiers = {
      db: { of: ["db-a", "db-b", "db-c"], votes: true, data: true },
      web: { of: ["web-1", "web-2"], needs: ["db"], entrance: "/" },
    };
    expect(onlyFinding(hiveManifest({ machines, tiers }), "zone rack/a").fix).toBe(
      "Spread its 3 members over 3 zones or more, 1 in each at most: one of db-a, db-b must leave zone rack/a.",
    );
  });

  test("is what a tier needs, by its own line", () => {
    const manifest = shop({
      nodes: { "shop/payments": { kind: "dependency" } },
      tiers: { ...SHOP.tiers, "shop/web": { ...SHOP.tiers["shop/web"], needs: ["shop/db", "shop/payments"] } },
      sources: { "shop/payments": "main.ts:70", "shop/web": "main.ts:40" },
    });
    expect(onlyFinding(manifest, "shop/payments")).toMatchObject({
      id: "SHARED_FATE:shop/payments",
      level: "warning",
      message:
        "dependency shop/payments alone takes shop/web down, and shop/entrance with it: shop/web needs it and has no other.",
      fix: "Give shop/web another one that does as well, or acknowledge shop/payments and say why it is enough.",
      source: "main.ts:70",
    });
  });

  test("is a switch that carries too many machines", () => {
    const manifest = shop({
      nodes: { "switch 1": { kind: "network" } },
      machines: { ...SHOP.machines, "lb-1": ["a", "switch 1"], "lb-2": ["b", "switch 1"] },
    });
    expect(onlyFinding(manifest, "switch 1")).toMatchObject({
      level: "warning",
      message: "network switch 1 alone takes shop/entrance down: all of its 2 members are there.",
      fix: "Move one of lb-1, lb-2 to another network.",
    });
  });

  test("is a database that is bought as one", () => {
    const manifest = shop({
      nodes: { "database shop": { kind: "managed service", in: ["site rack"] } },
      tiers: { ...SHOP.tiers, "shop/db": { of: ["database shop"], data: true } },
    });
    expect(onlyFinding(manifest, "database shop")).toMatchObject({
      level: "warning",
      message:
        "managed service database shop alone takes shop/db down, and shop/entrance with it: it is its only service.",
      fix:
        "Choose a plan with a standby where it has none, which fails more rarely, or give shop/db another service beside it; " +
        "or acknowledge database shop and say why it is enough.",
    });
  });

  test("of a site names everything that is there", () => {
    expect(onlyFinding(shop(), "site rack")).toMatchObject({
      level: "warning",
      message:
        "site rack alone takes shop/entrance down: all members of shop/db, shop/web and shop/entrance are there.",
    });
  });

  test("is acknowledged one by one, and stays visible", () => {
    const machines = { ...SHOP.machines, "db-b": "a" };
    const found = findingsIn(
      shop({ machines, acknowledged: { "SHARED_FATE:site rack": "a second site is too dear" } }),
    );
    expect(Object.fromEntries(found.map(({ id, acknowledged }) => [id, acknowledged]))).toEqual({
      "SHARED_FATE:zone rack/a": undefined,
      "QUORUM_OVER_TWO_ZONES:shop/db": undefined,
      "SHARED_FATE:site rack": "a second site is too dear",
    });
  });
});

describe.each([
  { kind: "nat", rule: "SINGLE_NAT" },
  { kind: "control plane", rule: "SINGLE_CONTROL_PLANE" },
] as const)("$rule", ({ kind, rule }) => {
  const name = `${kind} rack`;

  test("is one for machines in several zones", () => {
    const manifest = shop({
      nodes: { [name]: { kind, in: ["zone rack/a"] } },
      machines: { ...SHOP.machines, "web-1": ["a", name], "web-2": ["b", name], "web-3": ["c", name] },
      sources: { "shop/web": "main.ts:40", "shop/rack": "main.ts:12" },
    });
    expect(onlyFinding(manifest, name)).toMatchObject({
      rule,
      id: `${rule}:${name}`,
      level: "warning",
      message:
        `${name} stands in the path of machines in zone rack/a, zone rack/b and zone rack/c, and alone takes shop/web down, ` +
        `and shop/entrance with it: all of its 3 members need it.`,
      cutSet: [name],
      source: "main.ts:12",
    });
    expect(without(manifest, [name]).works).toBe(false);
  });

  test("is one that a tier in several zones needs", () => {
    const manifest = shop({
      nodes: { [name]: { kind } },
      tiers: { ...SHOP.tiers, "shop/web": { ...SHOP.tiers["shop/web"], needs: ["shop/db", name] } },
    });
    expect(findingsIn(manifest, rule).map(({ message }) => message)).toEqual([
      expect.stringContaining("machines in zone rack/a, zone rack/b and zone rack/c"),
    ]);
  });

  test("is not one in each zone", () => {
    const zones = ["a", "b", "c"];
    const manifest = shop({
      nodes: Object.fromEntries(zones.map((zone) => [`${name}/${zone}`, { kind, in: [`zone rack/${zone}`] }])),
      machines: {
        ...SHOP.machines,
        ...Object.fromEntries(zones.map((zone, i) => [`web-${i + 1}`, [zone, `${name}/${zone}`]] as const)),
      },
    });
    expect(findingsIn(manifest).map(({ id }) => id)).toEqual(["SHARED_FATE:site rack"]);
  });

  test("in one zone is a shared fate like any other", () => {
    const manifest = hiveManifest({
      nodes: { [name]: { kind } },
      machines: { "web-1": ["a", name], "web-2": ["a", name] },
      tiers: { web: { of: ["web-1", "web-2"], entrance: "/" } },
    });
    expect(onlyFinding(manifest, name).rule).toBe("SHARED_FATE");
  });
});

test("growing as the fix says takes the machine out of the way of visitors", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.boolean(), (size, votes) => {
      const tier = (count: number, atLeast?: number) =>
        hiveManifest({
          machines: Object.fromEntries(Array.from({ length: count }, (_, i) => [`m-${i}`, `z${i}`])),
          tiers: { t: { of: Array.from({ length: count }, (_, i) => `m-${i}`), atLeast, votes, entrance: "/" } },
        });
      const before = tier(size, votes ? undefined : size);
      const fix = findingsIn(before, "SINGLE_POINT_OF_FAILURE").find(({ subject }) => subject === "m-0")?.fix;
      fc.pre(fix !== undefined);
      const [, grown] = /(?:servers|nodes): (\d+)/.exec(fix)!;
      const after = tier(Number(grown), votes ? undefined : size);
      expect(findingsIn(after).map(({ id }) => id)).toEqual(["SHARED_FATE:site rack"]);
      expect(Number(grown) - size).toBeLessThanOrEqual(votes ? 2 : 1);
    }),
  );
});

const ZONES = ["a", "b", "c", "east/a"];
const MACHINES = ["m-1", "m-2", "m-3", "m-4", "m-5"];
const tierArbitrary = fc
  .record({
    of: fc.subarray(MACHINES, { minLength: 1 }),
    spare: fc.nat({ max: 2 }),
    votes: fc.boolean(),
    needs: fc.subarray(["t0", "t1", "switch", "api"]),
    any: fc.boolean(),
  })
  .map(({ of, spare, ...rest }) => ({ of, atLeast: Math.max(1, of.length - spare), ...rest }));

test("exactly the order-1 cuts of the engine are found, each by one rule", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...ZONES), { minLength: 5, maxLength: 5 }),
      fc.subarray(MACHINES),
      fc.tuple(tierArbitrary, tierArbitrary, tierArbitrary),
      (zones, wired, drawn) => {
        const tiers = drawn.map(({ needs, any, ...tier }, i) => {
          const earlier = needs.filter((need) => !/^t\d/.test(need) || Number(need[1]) < i);
          return [`t${i}`, { ...tier, needs: any && earlier.length > 0 ? [{ any: earlier }] : earlier }] as const;
        });
        const manifest = hiveManifest({
          machines: Object.fromEntries(
            MACHINES.map((name, i) => [name, wired.includes(name) ? [zones[i]!, "switch"] : zones[i]!]),
          ) as HiveParts["machines"],
          nodes: {
            switch: { kind: "network", in: ["site rack"] },
            api: { kind: "dependency" },
            "site rack": { kind: "site" },
          },
          tiers: Object.fromEntries(
            tiers.map(([path, tier]) => [path, path === "t2" ? { ...tier, entrance: "/" } : tier]),
          ),
        });
        const { sets } = analyzeStructure(hiveStructure(manifest, entrancesOf(manifest))).cutSets().cutSets!;
        const cuts = sets.filter((set) => set.length === 1).map(([name]) => name!);
        const rules = ["SINGLE_POINT_OF_FAILURE", "SHARED_FATE", "SINGLE_NAT", "SINGLE_CONTROL_PLANE"];
        const found = findingsIn(manifest).filter(({ rule }) => rules.includes(rule));
        expect(found.map(({ subject }) => subject).sort()).toEqual(cuts.sort());
        for (const { message, fix } of found) expect(`${message} ${fix}`).not.toMatch(/undefined|NaN|Infinity| -\d/);
      },
    ),
    { numRuns: 300 },
  );
});
