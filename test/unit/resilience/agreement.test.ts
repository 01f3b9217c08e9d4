import fc from "fast-check";
import { analyze, analyzeStructure, UnsupportedQuestionError } from "../../../lib/resilience";
import { boundsOf } from "../../../lib/resilience/bounds";
import { compileCircuit } from "../../../lib/resilience/circuit";
import { contributorsFromConditioning, contributorsFromDiagram } from "../../../lib/resilience/contributors";
import { cutSetsFromDiagram, cutSetsOf, listCutSets, rareEventSum } from "../../../lib/resilience/cuts";
import { buildDiagram } from "../../../lib/resilience/diagram";
import { toFaultModel } from "../../../lib/resilience/fault-tree";
import type { FaultModel } from "../../../lib/resilience/model";
import { eventRange } from "../../../lib/resilience/model";
import { simulate } from "../../../lib/resilience/monte-carlo";
import { rootProbabilities } from "../../../lib/resilience/probability";
import { resolveStructure } from "../../../lib/resilience/resolve";
import type { Structure } from "../../../lib/resilience/structure";
import { planConditioning } from "../../../lib/resilience/zones";
import { bruteForce, faultModels, structures } from "./models";

const relative = (a: number, b: number) => (a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b)));

function compiled(model: FaultModel) {
  const circuit = compileCircuit(model);
  const p = (event: number) => eventRange(model.events[circuit.events[event]!]!).likely;
  return { circuit, p, root: circuit.roots[0]! };
}

describe("on random fault trees", () => {
  test("the decision diagram equals the enumeration of all combinations, coherent or not", () => {
    fc.assert(
      fc.property(fc.oneof(faultModels(true), faultModels(false)), (model) => {
        expect(relative(analyze(model).probability.likely!, bruteForce(model).probability)).toBeLessThan(1e-12);
      }),
      { numRuns: 300 },
    );
  });

  test("the cut sets from formulas, from the diagram and by enumeration are the same", () => {
    fc.assert(
      fc.property(faultModels(true), (model) => {
        const { circuit, root } = compiled(model);
        const names = (sets: number[][]) =>
          sets
            .map((set) =>
              set
                .map((e) => circuit.events[e]!)
                .sort()
                .join(),
            )
            .sort();
        const diagram = buildDiagram(circuit);
        const expected = bruteForce(model).cutSets;
        expect(names(listCutSets(cutSetsOf(circuit, root)))).toEqual(expected);
        expect(names(listCutSets(cutSetsFromDiagram(circuit, diagram, diagram.roots[0]!)))).toEqual(expected);
        const small = expected.filter((set) => set.split(",").length <= 2);
        expect(names(listCutSets(cutSetsOf(circuit, root, { maxOrder: 2 })))).toEqual(small);
      }),
      { numRuns: 200 },
    );
  });

  test("the rare-event sum is never below the exact probability", () => {
    fc.assert(
      fc.property(faultModels(true), (model) => {
        const { circuit, p, root } = compiled(model);
        const exact = rootProbabilities(buildDiagram(circuit), p)[0]!;
        expect(rareEventSum(cutSetsOf(circuit, root), p)).toBeGreaterThanOrEqual(exact * (1 - 1e-12));
      }),
    );
  });

  test("the bounds hold, and meet when every event may be decided", () => {
    fc.assert(
      fc.property(fc.oneof(faultModels(true), faultModels(false)), fc.nat(3), (model, decided) => {
        const { circuit, p, root } = compiled(model);
        const exact = bruteForce(model).probability;
        const { low, high } = boundsOf(circuit, root, p, undefined, decided);
        expect(low).toBeLessThanOrEqual(exact * (1 + 1e-12) + 1e-15);
        expect(high).toBeGreaterThanOrEqual(exact * (1 - 1e-12));
        if (!circuit.coherent) return;
        const all = boundsOf(circuit, root, p, undefined, 7);
        expect(relative(all.low, exact)).toBeLessThan(1e-12);
        expect(relative(all.high, exact)).toBeLessThan(1e-12);
      }),
      { numRuns: 200 },
    );
  });

  test("wider ranges of events never narrow the range of the result", () => {
    fc.assert(
      fc.property(faultModels(true), fc.double({ min: 0, max: 0.5, noNaN: true }), (model, spread) => {
        const widened = (by: number): FaultModel => ({
          ...model,
          events: Object.fromEntries(
            Object.entries(model.events).map(([name, { probability }]) => {
              const p = probability as number;
              return [name, { probability: [p * (1 - by), p, p + (1 - p) * by] as const }];
            }),
          ),
        });
        const narrow = analyze(widened(spread / 2)).probability;
        const wide = analyze(widened(spread)).probability;
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(narrow.low).toBeLessThanOrEqual(narrow.likely!);
        expect(narrow.likely!).toBeLessThanOrEqual(narrow.high);
        expect(narrow.high).toBeLessThanOrEqual(wide.high);
      }),
    );
  });
});

describe("on random hosting structures", () => {
  test("decision diagram and zone conditioning agree to 1e-12", () => {
    fc.assert(
      fc.property(structures, (structure) => {
        const diagram = analyzeStructure(structure, { method: "decision diagram" }).numbers();
        const conditioning = analyzeStructure(structure, { method: "zone conditioning" }).numbers();
        expect(conditioning.method).toBe("zone conditioning");
        expect(diagram.method).toBe("decision diagram");
        const pairs = [[diagram, conditioning] as const];
        Object.keys(structure.tiers).forEach((name) =>
          pairs.push([diagram, conditioning].map((n) => n.tiers[name]) as never),
        );
        for (const [a, b] of pairs)
          expect(relative(a.unavailability.likely, b.unavailability.likely)).toBeLessThan(1e-12);
      }),
      { numRuns: 400 },
    );
  });

  test("the fault tree equals the enumeration of all combinations", () => {
    fc.assert(
      fc.property(structures, (structure) => {
        const resolved = resolveStructure(structure);
        const model = toFaultModel(resolved);
        fc.pre(resolved.nodes.size <= 12);
        const plain = Object.fromEntries(
          Object.entries(model.events).map(([name, event]) => [name, { probability: eventRange(event).likely }]),
        );
        const { likely } = analyzeStructure(structure, { method: "zone conditioning" }).numbers().unavailability;
        expect(relative(likely, bruteForce({ ...model, events: plain }).probability)).toBeLessThan(1e-12);
      }),
      { numRuns: 40 },
    );
  });

  test("both methods name the same contributors", () => {
    fc.assert(
      fc.property(structures, (structure) => {
        const resolved = resolveStructure(structure);
        const circuit = compileCircuit(toFaultModel(resolved));
        const plan = planConditioning(resolved, [structure.entrance]);
        const byName = new Map(contributorsFromConditioning(resolved, plan).map((c) => [c.event, c.birnbaum]));
        for (const { event, birnbaum } of contributorsFromDiagram(resolved, circuit, buildDiagram(circuit))) {
          expect(byName.get(event)).toBeCloseTo(birnbaum, 10);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("dice agree within their error bars", () => {
    fc.assert(
      fc.property(structures, (structure) => {
        const { circuit, p, root } = compiled(toFaultModel(resolveStructure(structure)));
        const { likely } = analyzeStructure(structure).numbers().unavailability;
        const { low, high, standardError, samples } = simulate(circuit, root, p, 4000, 7);
        expect(samples).toBe(4000);
        // 99.9 % each: one run in a thousand may miss; another half of the interval makes it one in a million.
        expect(likely).toBeGreaterThan(low - 2 * standardError - 1e-9);
        expect(likely).toBeLessThan(high + 2 * standardError + 1e-9);
      }),
      { numRuns: 25 },
    );
  });
});

test("zone conditioning refuses what would take forever", () => {
  const nodes: Record<string, Structure["nodes"][string]> = {};
  for (let i = 0; i < 25; i++) nodes[`m${i}`] = { probability: 0.01 };
  const of = Object.keys(nodes);
  const shared: Structure = {
    nodes,
    tiers: { one: { atLeast: 20, of: of.slice(1) }, two: { atLeast: 21, of: of.slice(0, -1) } },
    entrance: { all: ["one", "two"] },
  };
  expect(() => analyzeStructure(shared, { method: "zone conditioning" }).numbers()).toThrow(UnsupportedQuestionError);
  expect(analyzeStructure(shared).numbers().method).toBe("decision diagram");
});
