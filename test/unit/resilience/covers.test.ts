import fc from "fast-check";
import { analyzeStructure, type Structure } from "../../../lib/resilience";
import { smallCovers } from "../../../lib/resilience/covers";

const parts = fc.array(fc.uniqueArray(fc.nat(7), { maxLength: 4 }), { minLength: 1, maxLength: 8 });

/** Sets of 1 to `limit` of the events 0 to 7 that fail `k` parts, without those that contain another one. */
function bruteForce(of: readonly (readonly number[])[], k: number, limit: number): string[] {
  const sets = Array.from({ length: 255 }, (_, i) => [0, 1, 2, 3, 4, 5, 6, 7].filter((e) => ((i + 1) >> e) & 1));
  const covers = sets.filter(
    (set) => set.length <= limit && of.filter((events) => events.some((e) => set.includes(e))).length >= k,
  );
  return minimal(covers);
}

const minimal = (sets: readonly number[][]): string[] =>
  sets
    .filter((set) => !sets.some((other) => other.length < set.length && other.every((e) => set.includes(e))))
    .map((set) => [...set].sort().join())
    .sort();

test("all minimal covers of a small order are found, and nothing that is no cover", () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 3 }), (of, k, limit) => {
      expect(minimal(smallCovers(of, k, limit)!)).toEqual(bruteForce(of, k, limit));
    }),
    { numRuns: 500 },
  );
});

test("too many covers to list are nothing", () => {
  const machines = Array.from({ length: 300 }, (_, i) => [i]);
  expect(smallCovers(machines, 2, 3)).toBeUndefined();
});

test("594 of 995 machines in ten zones: the cut sets up to order 3 are found without a diagram", () => {
  const nodes: Record<string, Structure["nodes"][string]> = { site: { probability: 1e-5 } };
  for (let z = 0; z < 10; z++) nodes[`zone-${z}`] = { kind: "zone", probability: 1e-4, in: "site" };
  const machines = Array.from({ length: 995 }, (_, i) => `web-${i}`);
  machines.forEach((name, i) => (nodes[name] = { kind: "machine", probability: 1e-3, in: `zone-${i % 10}` }));
  const analysis = analyzeStructure({ nodes, tiers: { web: { atLeast: 594, of: machines } }, entrance: "web" });
  const { cutSets, notes } = analysis.cutSets();
  expect(cutSets!.sets).toEqual([["site"]]);
  expect(cutSets!.countByOrder).toEqual([0n, 1n]);
  expect(notes).toEqual(["Cut sets are counted up to order 3; larger ones were too many to count."]);
});
