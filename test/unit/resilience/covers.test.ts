import fc from "fast-check";
import { analyzeStructure, type Structure } from "../../../lib/resilience";
import { type Cover, smallCovers } from "../../../lib/resilience/covers";

const parts = fc.array(fc.uniqueArray(fc.nat(7), { maxLength: 4 }), { minLength: 1, maxLength: 8 });

/** Sets of 1 to `limit` of the events 0 to 7 that fail `k` parts, without those that contain another one. */
function bruteForce(of: readonly (readonly number[])[], k: number, limit: number): string[] {
  const sets = Array.from({ length: 255 }, (_, i) => [0, 1, 2, 3, 4, 5, 6, 7].filter((e) => ((i + 1) >> e) & 1));
  const covers = sets.filter(
    (set) => set.length <= limit && of.filter((events) => events.some((e) => set.includes(e))).length >= k,
  );
  return minimal(covers);
}

/** The sets that a cover stands for. */
function setsOf({ chosen, more, open }: Cover): number[][] {
  if (more === 0) return [[...chosen]];
  return open.flatMap((events, i) =>
    events.flatMap((event) => setsOf({ chosen: [...chosen, event], more: more - 1, open: open.slice(i + 1) })),
  );
}

const minimal = (sets: readonly number[][]): string[] =>
  sets
    .filter((set) => !sets.some((other) => other.length < set.length && other.every((e) => set.includes(e))))
    .map((set) => [...set].sort().join())
    .sort();

test("all minimal covers of a small order are found, and nothing that is no cover", () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 3 }), (of, k, limit) => {
      expect(minimal(smallCovers(of, k, limit)!.flatMap(setsOf))).toEqual(bruteForce(of, k, limit));
    }),
    { numRuns: 500 },
  );
});

test("too many covers to list are nothing", () => {
  const pairs = Array.from({ length: 600 }, (_, i) => [Math.floor(i / 2)]);
  expect(smallCovers(pairs, 6, 3)).toBeUndefined();
});

test("any 2 of 300 machines are one cover", () => {
  const machines = Array.from({ length: 300 }, (_, i) => [i]);
  expect(smallCovers(machines, 2, 3)).toEqual([{ chosen: [], more: 2, open: machines }]);
});

/** Machines in ten zones of one site; the first zone has one more than the others when their number ends in 1. */
function tenZones(machines: number, atLeast: number): Structure {
  const nodes: Record<string, Structure["nodes"][string]> = { site: { probability: 1e-5 } };
  for (let z = 0; z < 10; z++) nodes[`zone-${z}`] = { kind: "zone", probability: 1e-4, in: "site" };
  const of = Array.from({ length: machines }, (_, i) => `web-${i}`);
  of.forEach((name, i) => (nodes[name] = { kind: "machine", probability: 1e-3, in: `zone-${i % 10}` }));
  return { nodes, tiers: { web: { atLeast, of } }, entrance: "web" };
}

test("594 of 995 machines in ten zones: the cut sets up to order 3 are found without a diagram", () => {
  const { cutSets, notes } = analyzeStructure(tenZones(995, 594)).cutSets();
  expect(cutSets!.sets).toEqual([["site"]]);
  expect(cutSets!.countByOrder).toEqual([0n, 1n]);
  expect(notes).toEqual(["Cut sets are counted up to order 3; larger ones were too many to count."]);
});

test("890 of 991 machines in ten zones: two zones, or the largest one with any 2 of 891 machines", () => {
  const { cutSets } = analyzeStructure(tenZones(991, 890)).cutSets();
  expect(cutSets!.countByOrder).toEqual([0n, 1n, 45n, 396_495n]);
  expect(cutSets!.groups.map(({ label }) => label)).toEqual([
    "site",
    "any 2 of zone-*",
    "396495 of the 4905450 ways to take 1 of zone-* and 2 of web-*",
  ]);
});
