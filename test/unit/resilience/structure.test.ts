import type { Structure } from "../../../lib/resilience";
import { analyzeStructure } from "../../../lib/resilience";
import { layout } from "./models";

const unavailability = (structure: Structure) => analyzeStructure(structure).numbers().unavailability.likely;
const singlePoints = (structure: Structure) =>
  analyzeStructure(structure)
    .cutSets()
    .cutSets!.sets.filter((set) => set.length === 1)
    .map(([name]) => name);

const A = "zone-a";
const B = "zone-b";
const C = "zone-c";

describe("the zone table", () => {
  describe.each(["zone conditioning", "decision diagram"] as const)("by %s", (method) => {
    test.each<[string, Structure, number, number]>([
      ["2 of 3 in one zone", layout(2, [A, A, A]), 1.029977002e-4, 54.17],
      ["2 of 3 in two zones", layout(2, [A, A, B]), 1.0319728044e-4, 54.28],
      ["2 of 3 in three zones", layout(2, [A, B, C]), 3.626678755934e-6, 1.907],
      ["2 of 3 without zone failures", layout(2, [A, B, C], 1e-3, 0), 2.998e-6, 1.577],
      ["3 of 5 in three zones", layout(3, [A, A, B, B, C]), 6.398594172177e-7, 0.3365],
      ["1 of 2 in one zone", layout(1, [A, A]), 1.009999e-4, 53.12],
      ["1 of 2 in two zones", layout(1, [A, B]), 1.20978001e-6, 0.636],
    ])("%s", (_, structure, expected, minutes) => {
      const numbers = analyzeStructure(structure, { method }).numbers();
      expect(numbers.method).toBe(method);
      expect(numbers.unavailability.likely / expected).toBeCloseTo(1, 9);
      expect(numbers.minutesPerYear.likely / minutes).toBeCloseTo(1, 3);
    });
  });

  test("a quorum of three over two zones is worse than one in a single zone", () => {
    expect(unavailability(layout(2, [A, A, B]))).toBeGreaterThan(unavailability(layout(2, [A, A, A])));
  });

  test("nines come from the unavailability", () => {
    const { nines } = analyzeStructure(layout(2, [A, B, C])).numbers();
    expect(nines.likely).toBeCloseTo(5.44, 3);
  });
});

describe("single points of failure", () => {
  test("a majority zone is one, the other zone is not", () => {
    expect(singlePoints(layout(2, [A, A, B]))).toEqual([A]);
  });

  test("are named one by one, even where the names look alike", () => {
    const { groups } = analyzeStructure(layout(2, [A, A, B])).cutSets().cutSets!;
    expect(groups.map(({ label }) => label)).toEqual([
      A,
      "any 2 of node-*",
      "2 of the 6 ways to take 1 of zone-* and 1 of node-*",
    ]);
  });

  test("three zones leave none", () => {
    expect(singlePoints(layout(2, [A, B, C]))).toEqual([]);
  });

  test("a volume that all machines mount is one", () => {
    const { nodes, tiers } = layout(1, [A, B]);
    const mounted = Object.fromEntries(
      Object.entries(nodes).map(([name, node]) => [
        name,
        node.in ? { ...node, in: [node.in as string, "volume"] } : node,
      ]),
    );
    const shared: Structure = {
      nodes: { ...mounted, volume: { kind: "volume", probability: 1e-5 } },
      tiers,
      entrance: "tier",
    };
    expect(singlePoints(shared)).toEqual(["volume"]);
    expect(unavailability(shared) / (1e-5 + (1 - 1e-5) * 1.20978001e-6)).toBeCloseTo(1, 12);
  });
});

describe("tiers", () => {
  test("in series add up and name what each of them costs", () => {
    const { nodes } = layout(1, [A, B]);
    const shop: Structure = {
      nodes: { ...nodes, dns: { kind: "service", probability: 1e-3 } },
      tiers: { db: { atLeast: 1, of: ["node-0", "node-1"] }, web: { of: ["dns"], needs: ["db"] } },
      entrance: "web",
    };
    const { tiers, unavailability } = analyzeStructure(shop).numbers();
    expect(tiers["db"]!.unavailability.likely / 1.20978001e-6).toBeCloseTo(1, 12);
    expect(unavailability.likely).toBeCloseTo(1e-3 + (1 - 1e-3) * 1.20978001e-6, 15);
  });

  test("as alternatives must all be down", () => {
    const nodes = { a: { probability: 0.1 }, b: { probability: 0.2 } };
    expect(unavailability({ nodes, tiers: {}, entrance: { any: ["a", "b"] } })).toBeCloseTo(0.02, 15);
  });

  test("that are needed twice count once", () => {
    const nodes = { lb: { probability: 0.1 }, web: { probability: 0.1 }, db: { probability: 0.1 } };
    const tiers = { data: { of: ["db"] }, app: { of: ["web"], needs: ["data"] } };
    expect(unavailability({ nodes, tiers, entrance: { all: ["lb", "app", "data"] } })).toBeCloseTo(1 - 0.9 ** 3, 14);
  });

  test("on the same machines share their failures", () => {
    const { nodes } = layout(1, [A, B, C]);
    const of = ["node-0", "node-1", "node-2"];
    const hive: Structure = {
      nodes,
      tiers: { web: { atLeast: 1, of }, db: { atLeast: 2, of } },
      entrance: { all: ["web", "db"] },
    };
    expect(unavailability(hive) / 3.626678755934e-6).toBeCloseTo(1, 11);
  });
});

describe("common causes", () => {
  test("2 of 3 with beta 0.05 is the published value", () => {
    const { nodes, tiers } = layout(2, [A, B, C], 0.01, 0);
    const cloned: Structure = { nodes, tiers: { tier: { ...tiers["tier"]!, commonCause: 0.05 } }, entrance: "tier" };
    expect(unavailability(cloned)).toBeCloseTo(7.689007e-4, 9);
    expect(singlePoints(cloned)).toEqual(["tier: common cause"]);
  });

  test("two tiers on the same machines have one common cause, not two", () => {
    const { nodes } = layout(2, [A, B, C], 0.01, 0);
    const of = ["node-0", "node-1", "node-2"];
    const one = { atLeast: 2, of, commonCause: 0.05 };
    expect(unavailability({ nodes, tiers: { web: one, db: one }, entrance: { all: ["web", "db"] } })).toBeCloseTo(
      7.689007e-4,
      9,
    );
  });
});

describe("the common cause of shared machines", () => {
  const { nodes } = layout(2, [A, B, C], 0.01, 0);
  const of = ["node-0", "node-1", "node-2"];
  const tier = (commonCause: number) => ({ atLeast: 2, of, commonCause });

  test("is named by all tiers on them, whichever comes first", () => {
    const tiers = { web: tier(0.05), db: tier(0.05) };
    expect(singlePoints({ nodes, tiers, entrance: { all: ["web", "db"] } })).toEqual(["web, db: common cause"]);
  });

  test("is as large as that of the tier with most of it", () => {
    const tiers = { web: tier(0.02), db: tier(0.05) };
    expect(unavailability({ nodes, tiers, entrance: { all: ["web", "db"] } })).toBeCloseTo(7.689007e-4, 9);
  });

  test("is not raised by a tier that nobody needs, on the same machines or on some of them", () => {
    const tiers = { web: tier(0.05), cache: tier(0.5), queue: { ...tier(0.5), of: of.slice(1) } };
    const hive: Structure = { nodes, tiers, entrance: "web" };
    expect(unavailability(hive)).toBeCloseTo(7.689007e-4, 9);
    expect(singlePoints(hive)).toEqual(["web: common cause"]);
    const needing = { ...tiers, web: { ...tiers.web, needs: ["cache"] } };
    expect(unavailability({ nodes, tiers: needing, entrance: "web" })).toBeGreaterThan(5e-3);
  });
});

describe("time lost", () => {
  const machine = { kind: "machine", mtbf: "6 months", mttr: "1 h" };
  const pair = (options: object): Structure => ({
    nodes: { "db-1": machine, "db-2": machine },
    tiers: { db: { atLeast: 1, of: ["db-1", "db-2"], ...options } },
    entrance: "db",
  });

  test("by switching caps the nines, whatever the redundancy", () => {
    const failover = { failuresPerYear: 2, coverage: 0.95, switchTime: "10 s", manualTime: "1 h" };
    const u = unavailability(pair({ failover }));
    const term = (4 * (0.95 * (10 / 3600) + 0.05 * 1)) / 8766;
    const down = 1 / (6 * 730.5 + 1);
    expect(u).toBeCloseTo(term + (1 - term) * down ** 2, 14);
    expect(-Math.log10(u)).toBeCloseTo(4.6, 1);
  });

  test("by switching takes the rate from mtbf and mttr when it is not given", () => {
    const failover = { coverage: 1, switchTime: "36 s", manualTime: "1 h" };
    const rate = (2 * 8766) / (6 * 730.5 + 1);
    const expected = (rate * 0.01) / 8766;
    const down = 1 / (6 * 730.5 + 1);
    expect(unavailability(pair({ failover }))).toBeCloseTo(expected + (1 - expected) * down ** 2, 14);
  });

  test("by switching is no single point of failure", () => {
    const failover = { coverage: 1, switchTime: "36 s", manualTime: "1 h" };
    const { cutSets } = analyzeStructure(pair({ failover })).cutSets();
    expect(cutSets!.groups.map(({ label }) => label)).toEqual(["all of db-*"]);
  });

  test("by waiting for the one crew doubles the unavailability of a pair", () => {
    const slow = { probability: undefined, mtbf: "1000 h", mttr: "10 h" };
    const structure = (crews?: number): Structure => ({
      nodes: { a: slow, b: slow },
      tiers: { t: { atLeast: 1, of: ["a", "b"], crews } },
      entrance: "t",
    });
    expect(unavailability(structure(2))).toBeCloseTo(9.8e-5, 6);
    expect(unavailability(structure(1))).toBeCloseTo(1.96e-4, 6);
    expect(unavailability(structure())).toBe(unavailability(structure(2)));
  });

  test.each(["zone conditioning", "decision diagram"] as const)(
    "by planned work is the exact mixture, by %s",
    (method) => {
      const p = 0.01;
      const nodes = { a: { probability: p }, b: { probability: p }, c: { probability: p } };
      const plannedWork = { takes: "7.305 h", every: "1 month" };
      const structure: Structure = {
        nodes,
        tiers: { t: { atLeast: 2, of: ["a", "b", "c"], plannedWork } },
        entrance: "t",
      };
      const normal = 3 * p ** 2 * (1 - p) + p ** 3;
      const oneOut = 1 - (1 - p) ** 2;
      const { unavailability } = analyzeStructure(structure, { method }).numbers();
      expect(unavailability.likely).toBeCloseTo(0.99 * normal + 0.01 * oneOut, 14);
    },
  );
});

describe("what is left without", () => {
  test("a minority zone: it works, with fewer nines", () => {
    const rest = analyzeStructure(layout(2, [A, A, B])).without([B]);
    expect(rest.works).toBe(true);
    expect(rest.tiers).toEqual({ tier: true });
    // Both machines of zone a are needed now.
    expect(rest.numbers.unavailability.likely).toBeCloseTo(1 - (1 - 1e-4) * (1 - 1e-3) ** 2, 14);
  });

  test("the majority zone: nothing", () => {
    const rest = analyzeStructure(layout(2, [A, A, B])).without([A]);
    expect(rest.works).toBe(false);
    expect(rest.numbers.unavailability.likely).toBe(1);
    expect(rest.numbers.nines.likely).toBe(0);
  });

  test("a node that does not exist: an error that lists those that do", () => {
    expect(() => analyzeStructure(layout(2, [A, A, B])).without(["zone-z"])).toThrow(/"zone-z" is no node.*zone-a/s);
  });
});

describe("ranges and contributors", () => {
  test("the range of the zones becomes the range of the whole", () => {
    const { nodes, tiers } = layout(2, [A, A, A]);
    const vague: Structure = {
      nodes: { ...nodes, [A]: { kind: "zone", probability: [1e-5, 1e-4, 1e-3] } },
      tiers,
      entrance: "tier",
    };
    const { unavailability: u } = analyzeStructure(vague).numbers();
    const block = 2.998e-6;
    expect([u.low, u.likely, u.high].map((value) => value / 1e-4)).toEqual(
      [1e-5, 1e-4, 1e-3].map((z) => expect.closeTo((z + (1 - z) * block) / 1e-4, 9)),
    );
  });

  test("the only zone is the first contributor, with kind and provenance", () => {
    const { contributors } = analyzeStructure(layout(2, [A, A, A])).contributors();
    expect(contributors[0]).toMatchObject({ event: A, kind: "zone", provenance: "assumed" });
    expect(contributors[0]!.criticality).toBeCloseTo(0.97, 2);
    expect(contributors).toHaveLength(4);
  });
});
