import type { FaultModel, Structure } from "../../../lib/resilience";
import { analyze, analyzeStructure } from "../../../lib/resilience";
import { layout } from "./models";

/** Two tiers that share all machines but one each: too much to condition on, and no diagram within 50 nodes. */
function entangled(): Structure {
  const nodes: Record<string, Structure["nodes"][string]> = {};
  for (let i = 0; i < 25; i++) nodes[`m-${i}`] = { probability: 0.01 };
  const of = Object.keys(nodes);
  const tiers = { one: { atLeast: 22, of: of.slice(1) }, two: { atLeast: 22, of: of.slice(0, -1) } };
  return { nodes, tiers, entrance: { all: ["one", "two"] } };
}

describe("when the node budget is too small", () => {
  test("a structure is answered by zone conditioning, exactly", () => {
    const numbers = analyzeStructure(layout(2, ["a", "b", "c"]), { nodeBudget: 3 }).numbers();
    expect(numbers).toMatchObject({ method: "zone conditioning", exact: true });
  });

  test("contributors come from zone conditioning, and are those of the decision diagram", () => {
    const small = analyzeStructure(layout(2, ["a", "b", "c"]), { nodeBudget: 3 }).contributors();
    const full = analyzeStructure(layout(2, ["a", "b", "c"]), { method: "decision diagram" }).contributors();
    expect(small.notes).toEqual([]);
    expect(full.notes).toEqual([]);
    const slopes = (list: typeof small) => new Map(list.contributors.map((c) => [c.event, c.birnbaum]));
    for (const [event, slope] of slopes(full)) expect(slopes(small).get(event)).toBeCloseTo(slope, 12);
  });

  test("an entangled structure gets certain limits, flagged as such", () => {
    const exact = analyzeStructure(entangled()).numbers();
    expect(exact).toMatchObject({ method: "decision diagram", exact: true });
    const bounds = analyzeStructure(entangled(), { nodeBudget: 50 }).numbers();
    expect(bounds).toMatchObject({ method: "bounds", exact: false });
    expect(bounds.unavailability.low).toBeLessThan(exact.unavailability.likely);
    expect(bounds.unavailability.high).toBeGreaterThan(exact.unavailability.likely);
    expect(bounds.unavailability.likely).toBe(bounds.unavailability.high);
    expect(bounds.notes.join(" ")).toMatch(/more than 50 nodes.*23 shared nodes; it stops at 20.*Esary/);
  });

  test("a fault tree gets certain limits and its small cut sets", () => {
    const names = Array.from({ length: 30 }, (_, i) => `e${i}`);
    const model: FaultModel = {
      events: Object.fromEntries(names.map((name) => [name, { probability: 0.01 }])),
      gates: {
        left: { atLeast: 2, of: names.slice(0, 22) },
        right: { atLeast: 2, of: names.slice(8) },
        top: { and: ["left", "right"] },
      },
      top: "top",
    };
    const exact = analyze(model);
    const bounds = analyze(model, { nodeBudget: 40 });
    expect(exact.exact).toBe(true);
    expect(bounds).toMatchObject({ exact: false, importance: [], diagramNodes: 0 });
    expect(bounds.probability.likely).toBeUndefined();
    expect(bounds.probability.low).toBeLessThan(exact.probability.likely!);
    expect(bounds.probability.high).toBeGreaterThan(exact.probability.likely!);
    expect(bounds.notes.join(" ")).toContain("certain limits");
  });
});

test("single points of failure are listed, however many larger cut sets there are", () => {
  const names = Array.from({ length: 60 }, (_, i) => `e${i}`);
  const events = Object.fromEntries([...names, "power"].map((name) => [name, { probability: 1e-3 }]));
  const top = { or: [{ atLeast: 3, of: names }, "power"] };
  const { cutSets } = analyze({ events, gates: { top }, top: "top" });
  expect(cutSets!.countByOrder).toEqual([0n, 1n, 0n, 34_220n]);
  expect(cutSets!.sets).toEqual([["power"]]);
  expect(cutSets!.groups[0]).toMatchObject({ label: "power", order: 1 });
});

test("2,000 variables in one chain are no problem for the stack", () => {
  const names = Array.from({ length: 2000 }, (_, i) => `e${i}`);
  const events = Object.fromEntries(names.map((name) => [name, { probability: 1e-6 }]));
  const { probability } = analyze({ events, gates: { top: { atLeast: 2, of: names } }, top: "top" });
  // Binomial: 1 - (1 - p)^n - n·p·(1 - p)^(n - 1), from its series.
  expect(probability.likely! / 1.9963362e-6).toBeCloseTo(1, 4);
});
