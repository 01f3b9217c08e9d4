import type { FaultModel, Formula } from "../../../lib/resilience";
import { analyze, UnsupportedQuestionError, withCommonCauses } from "../../../lib/resilience";
import { compileCircuit } from "../../../lib/resilience/circuit";
import { eventRange } from "../../../lib/resilience/model";
import { cutSetsOf, rareEventSum } from "../../../lib/resilience/cuts";
import { tree } from "./models";

const ABC = { A: 0.1, B: 0.2, C: 0.3 };
const likely = (model: FaultModel) => analyze(model).probability.likely!;
const sets = (model: FaultModel) =>
  analyze(model)
    .cutSets!.sets.map((set) => [...set].sort().join(""))
    .sort();

function rareEvents(model: FaultModel): number {
  const circuit = compileCircuit(model);
  const p = (event: number) => eventRange(model.events[circuit.events[event]!]!).likely;
  return rareEventSum(cutSetsOf(circuit, circuit.roots[0]!), p);
}

describe("published hand-size models", () => {
  const twoOfThree: Formula = { atLeast: 2, of: ["A", "B", "C"] };
  const abPlusBc: Formula = { or: [{ and: ["A", "B"] }, { and: ["B", "C"] }] };

  test.each<[string, Formula, number]>([
    ["A or B or C", { or: ["A", "B", "C"] }, 0.496],
    ["AB or BC", abPlusBc, 0.074],
    ["2 of 3", twoOfThree, 0.098],
    ["A xor B xor C", { xor: ["A", "B", "C"] }, 0.404],
    ["not A", { not: "A" }, 0.9],
  ])("%s", (_, top, expected) => {
    expect(likely(tree(ABC, top))).toBeCloseTo(expected, 14);
  });

  test.each<[string, Formula, number]>([
    ["A or B or C", { or: ["A", "B", "C"] }, 0.6],
    ["AB or BC", abPlusBc, 0.08],
    ["2 of 3", twoOfThree, 0.11],
  ])("the rare-event sum of %s is the published, higher one", (_, top, expected) => {
    expect(rareEvents(tree(ABC, top))).toBeCloseTo(expected, 14);
  });

  test("the cut sets of 2 of 3 are all pairs", () => {
    expect(sets(tree(ABC, twoOfThree))).toEqual(["AB", "AC", "BC"]);
  });

  test("a set that contains another one is not minimal", () => {
    expect(sets(tree(ABC, { or: ["A", { and: ["A", "B"] }, { and: ["B", "C"] }] }))).toEqual(["A", "BC"]);
  });
});

describe("the bridge", () => {
  const bridge = (down: readonly number[]): FaultModel =>
    tree(Object.fromEntries(down.map((p, i) => [String(i + 1), p])), {
      or: [{ and: ["1", "2"] }, { and: ["4", "5"] }, { and: ["1", "3", "5"] }, { and: ["2", "3", "4"] }],
    });

  test("with equal parts it works with 0.97848", () => {
    expect(1 - likely(bridge([0.1, 0.1, 0.1, 0.1, 0.1]))).toBeCloseTo(0.97848, 13);
  });

  test("with unequal parts it works with 0.95652", () => {
    expect(1 - likely(bridge([0.2, 0.1, 0.1, 0.1, 0.2]))).toBeCloseTo(0.95652, 13);
  });

  test("it has two cut sets of order 2 and two of order 3", () => {
    expect(analyze(bridge([0.1, 0.1, 0.1, 0.1, 0.1])).cutSets!.countByOrder).toEqual([0n, 0n, 2n, 2n]);
  });

  test("built from its paths, it is the same", () => {
    const paths: Formula[] = [{ or: ["1", "4"] }, { or: ["2", "5"] }, { or: ["1", "3", "5"] }, { or: ["2", "3", "4"] }];
    const down = { "1": 0.2, "2": 0.1, "3": 0.1, "4": 0.1, "5": 0.2 };
    expect(1 - likely(tree(down, { and: paths }))).toBeCloseTo(0.95652, 13);
  });
});

describe("k-of-n", () => {
  test.each<[number, number, number, number]>([
    [1, 2, 0.01, 1e-4],
    [2, 3, 0.01, 2.98e-4],
    [2, 3, 0.1, 0.028],
    [3, 5, 0.01, 9.8506e-6],
    [3, 4, 0.05, 0.01401875],
    [7, 10, 0.002, 3.327878093e-9],
  ])("%i of %i at %d", (k, n, p, expected) => {
    const names = Array.from({ length: n }, (_, i) => `m${i}`);
    const model = tree(Object.fromEntries(names.map((name) => [name, p])), { atLeast: n - k + 1, of: names });
    expect(likely(model) / expected).toBeCloseTo(1, 9);
  });

  test("51 of 100 has an exact count of cut sets that no list could hold", () => {
    const names = Array.from({ length: 100 }, (_, i) => `m${i}`);
    const { cutSets } = analyze(tree(Object.fromEntries(names.map((n) => [n, 0.01])), { atLeast: 50, of: names }));
    expect(cutSets!.countByOrder[50]).toBe(100891344545564193334812497256n);
    expect(cutSets!.countByOrder.filter((count) => count > 0n)).toHaveLength(1);
    expect(cutSets!.complete).toBe(true);
  });
});

describe("common cause", () => {
  const trains = (): FaultModel => {
    const names = ["p1", "p2", "p3", "v1", "v2", "v3"];
    const model = tree(Object.fromEntries(names.map((name) => [name, 0.1])), {
      and: [{ or: ["p1", "v1"] }, { or: ["p2", "v2"] }, { or: ["p3", "v3"] }],
    });
    return withCommonCauses(model, [
      { name: "pumps", members: ["p1", "p2", "p3"], beta: 0.2 },
      { name: "valves", members: ["v1", "v2", "v3"], beta: 0.2 },
    ]);
  };

  test("three trains of pump and valve with beta 0.2 give the published 0.04308 and 10 cut sets", () => {
    expect(likely(trains())).toBeCloseTo(0.04308, 5);
    expect(likely(trains())).toBeCloseTo(1 - 0.98 ** 2 * (1 - (1 - 0.92 ** 2) ** 3), 14);
    expect(rareEvents(trains())).toBeCloseTo(0.044096, 12);
    expect(analyze(trains()).cutSets!.countByOrder.reduce((sum, count) => sum + count, 0n)).toBe(10n);
  });

  test("2 of 3 at 0.01 with beta 0.05 is 7.689007e-4", () => {
    const model = tree({ a: 0.01, b: 0.01, c: 0.01 }, { atLeast: 2, of: ["a", "b", "c"] });
    const group = { name: "all", members: ["a", "b", "c"], beta: 0.05 };
    expect(likely(withCommonCauses(model, [group]))).toBeCloseTo(7.689007e-4, 9);
  });
});

describe("precision and ranges", () => {
  test("a result near 1e-13 is right to 12 digits", () => {
    const names = ["a", "b", "c", "d"];
    const p = 1e-6;
    const model = tree(Object.fromEntries(names.map((n) => [n, p])), {
      or: [{ and: ["a", "b"] }, { and: ["c", "d"] }],
    });
    // 2p² - p⁴, the second term far below the last digit of the first.
    expect(likely(model) / (2e-12 - 1e-24)).toBeCloseTo(1, 12);
    const tiny = tree({ a: 1e-13, b: 0.5 }, { and: ["a", "b"] });
    expect(likely(tiny) / 5e-14).toBeCloseTo(1, 14);
  });

  test("ranges of the events become the range of the result", () => {
    const model: FaultModel = {
      events: { a: { probability: [0.01, 0.1] }, b: { probability: [0.1, 0.2, 0.3] } },
      gates: { top: { or: ["a", "b"] } },
      top: "top",
    };
    const { low, likely, high } = analyze(model).probability;
    expect(low).toBeCloseTo(1 - 0.99 * 0.9, 14);
    expect(likely).toBeCloseTo(1 - (1 - Math.sqrt(0.001)) * 0.8, 14);
    expect(high).toBeCloseTo(1 - 0.9 * 0.7, 14);
  });

  test("mean times become an unavailability", () => {
    const model: FaultModel = { events: { a: { mtbf: "1000 h", mttr: "10 h" } }, gates: {}, top: "a" };
    expect(1 - likely(model)).toBeCloseTo(0.990099, 6);
  });
});

describe("importance", () => {
  test("of 2 of 3 follows the definitions", () => {
    const { importance, probability } = analyze(tree(ABC, { atLeast: 2, of: ["A", "B", "C"] }));
    const c = importance.find(({ event }) => event === "C")!;
    // C decides when exactly one of A and B is down: 0.1·0.8 + 0.9·0.2.
    expect(c.birnbaum).toBeCloseTo(0.26, 14);
    expect(c.criticality).toBeCloseTo((0.3 * 0.26) / 0.098, 12);
    expect(c.riskReductionWorth).toBeCloseTo(0.098 / 0.02, 12);
    expect(c.riskAchievementWorth).toBeCloseTo(0.28 / 0.098, 12);
    expect(c.fussellVesely).toBeCloseTo((0.3 * 0.28) / 0.098, 12);
    expect(importance[0]!.criticality).toBeGreaterThanOrEqual(importance[1]!.criticality);
    expect(probability.likely).toBeCloseTo(0.098, 14);
  });
});

describe("models with NOT", () => {
  test("have an exact probability and no cut sets", () => {
    const analysis = analyze(tree(ABC, { and: ["A", { not: "B" }] }));
    expect(analysis.probability.likely).toBeCloseTo(0.08, 14);
    expect(analysis.cutSets).toBeUndefined();
    expect(analysis.notes.join()).toContain("NOT or XOR");
  });

  test("are refused when cut sets are asked for", () => {
    const circuit = compileCircuit(tree(ABC, { xor: ["A", "B"] }));
    expect(() => cutSetsOf(circuit, circuit.roots[0]!)).toThrow(UnsupportedQuestionError);
  });
});

describe("house events", () => {
  test("true and false disappear and thresholds move", () => {
    const top: Formula = { atLeast: 2, of: ["A", true, "B", false] };
    expect(likely(tree(ABC, top))).toBeCloseTo(0.28, 14);
    expect(sets(tree(ABC, top))).toEqual(["A", "B"]);
  });

  test("a top that is always down has probability 1 and the empty cut set", () => {
    const analysis = analyze(tree(ABC, { or: ["A", true] }));
    expect(analysis.probability.likely).toBe(1);
    expect(analysis.cutSets!.countByOrder).toEqual([1n]);
  });
});

describe("symmetric events", () => {
  test("read as any 2 of web-*", () => {
    const p = { "web-1": 0.01, "web-2": 0.01, "web-3": 0.01, zone: 0.001 };
    const model = tree(p, { or: ["zone", { atLeast: 2, of: ["web-1", "web-2", "web-3"] }] });
    const { groups } = analyze(model, { symmetric: [["web-1", "web-2", "web-3"]] }).cutSets!;
    expect(groups.map(({ label, order, count }) => [label, order, count])).toEqual([
      ["zone", 1, 1],
      ["any 2 of web-*", 2, 3],
    ]);
    expect(groups[1]!.probability).toBeCloseTo(3e-4, 15);
  });

  test("that are not all exchangeable say how many of the ways are cut sets", () => {
    const p = { "web-1": 0.01, "web-2": 0.01, "web-3": 0.01 };
    const model = tree(p, { or: [{ and: ["web-1", "web-2"] }, { and: ["web-1", "web-3"] }] });
    const { groups } = analyze(model, { symmetric: [Object.keys(p)] }).cutSets!;
    expect(groups.map(({ label }) => label)).toEqual(["2 of the 3 ways to take 2 of web-*"]);
  });
});

test("10,000 events in one OR are exact, and so are its cut sets", () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `e${i}`);
  const { exact, probability, cutSets } = analyze({
    events: Object.fromEntries(names.map((name) => [name, { probability: 1e-5 }])),
    gates: { top: { or: names } },
    top: "top",
  });
  expect(exact).toBe(true);
  expect(probability.likely).toBeCloseTo(-Math.expm1(10_000 * Math.log1p(-1e-5)), 12);
  expect(cutSets!.countByOrder).toEqual([0n, 10_000n]);
});
