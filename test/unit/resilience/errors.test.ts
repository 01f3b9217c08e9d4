import type { Structure } from "../../../lib/resilience";
import {
  analyze,
  analyzeStructure,
  InvalidModelError,
  parseFaultModel,
  withCommonCauses,
} from "../../../lib/resilience";
import { layout, tree } from "./models";

const good = {
  events: { a: { probability: 0.1 }, b: { probability: 0.1 } },
  gates: { top: { or: ["a", "b"] } },
  top: "top",
};

/** The issues of the error, or none. */
function issues(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidModelError) return error.issues;
    throw error;
  }
  return [];
}

describe("a fault model is refused", () => {
  test.each<[string, object, RegExp]>([
    [
      "a probability above 1",
      { ...good, events: { a: { probability: 1.2 }, b: { probability: 0 } } },
      /^events\/a\/probability: 1\.2 is not a probability: allowed are 0 to 1.*0\.001 for/,
    ],
    [
      "a range in the wrong order",
      { ...good, events: { a: { probability: [0.2, 0.1] }, b: { probability: 0 } } },
      /^events\/a\/probability: \[0\.2,0\.1\] .*ascending/,
    ],
    [
      "an event without a number",
      { ...good, events: { a: {}, b: { probability: 0 } } },
      /^events\/a: \{\} needs either "probability" or both/,
    ],
    [
      "an event with two contradicting numbers",
      { ...good, events: { a: { probability: 0, mtbf: "1 h", mttr: "1 h" }, b: { probability: 0 } } },
      /^events\/a: .*contradict/,
    ],
    [
      "a time without a unit",
      { ...good, events: { a: { mtbf: 3, mttr: "1 h" }, b: { probability: 0 } } },
      /^events\/a\/mtbf: 3 is not a time.*"30 s"/,
    ],
    [
      "an unknown provenance",
      { ...good, events: { a: { probability: 0, provenance: "felt" }, b: { probability: 0 } } },
      /^events\/a\/provenance: "felt" is not one of measured, sla/,
    ],
    [
      "an undefined reference",
      { ...good, gates: { top: { or: ["a", "zz"] } } },
      /^gates\/top\/or\/1: "zz" is neither an event nor a gate/,
    ],
    ["an undefined top", { ...good, top: "zz" }, /^top: "zz" is neither/],
    [
      "k above n",
      { ...good, gates: { top: { atLeast: 3, of: ["a", "b"] } } },
      /^gates\/top: atLeast is 3 of 2 parts; allowed is a whole number from 1 to 2/,
    ],
    [
      "an empty gate",
      { ...good, gates: { top: { and: [] } } },
      /^gates\/top: and is \[\]; a gate needs a list of one part or more/,
    ],
    [
      "a gate of no known kind",
      { ...good, gates: { top: { nand: ["a"] } } },
      /^gates\/top: \{"nand":\["a"\]\} is no formula; allowed are/,
    ],
    ["a name used twice", { ...good, gates: { ...good.gates, a: "b" } }, /^gates\/a: an event has the same name/],
  ])("for %s", (_, model, message) => {
    const found = issues(() => parseFaultModel(model));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  test("for a cycle, which is printed", () => {
    const model = { ...good, gates: { top: { or: ["a", "x"] }, x: { and: ["b", "y"] }, y: "x" } };
    expect(issues(() => analyze(model))).toEqual([expect.stringContaining("x -> y -> x")]);
  });

  test("for gates or formulas nested deeper than calls may go", () => {
    const chain = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`g${i}`, { not: `g${i + 1}` }]));
    expect(issues(() => analyze({ ...good, gates: { ...chain, g2000: "a" }, top: "g0" }))).toEqual([
      "gates/g500: is below 500 other gates; allowed are fewer. Join gates that hold one part only.",
    ]);
    let formula: unknown = "a";
    for (let i = 0; i < 20_000; i++) formula = { not: formula };
    expect(issues(() => analyze({ ...good, gates: { top: formula } }))).toEqual([
      'gates/top: more than 300 formulas within each other; give inner ones a name under "gates".',
    ]);
  });

  test("with all its issues at once", () => {
    const model = { ...good, gates: { top: { or: ["p", "q"] } } };
    expect(issues(() => parseFaultModel(model))).toHaveLength(2);
  });
});

describe("common cause groups are refused", () => {
  test.each<[string, { members: string[]; beta: number }, RegExp]>([
    ["of one member", { members: ["a"], beta: 0.1 }, /1 members; a common cause needs two/],
    ["with a beta of 10", { members: ["a", "b"], beta: 10 }, /beta is 10; allowed are 0 to 1/],
    ["of unequal members", { members: ["a", "c"], beta: 0.1 }, /c is down 0\.2 of the time, a 0\.1/],
    ["of unknown members", { members: ["a", "z"], beta: 0.1 }, /"z" is no event/],
  ])("%s", (_, group, message) => {
    const model = tree({ a: 0.1, b: 0.1, c: 0.2 }, { and: ["a", "b", "c"] });
    expect(issues(() => withCommonCauses(model, [{ name: "g", ...group }])).join()).toMatch(message);
  });
});

describe("a structure is refused", () => {
  const base = layout(2, ["x", "y", "z"]);
  const tier = base.tiers["tier"]!;
  const withTier = (change: object): unknown => ({ ...base, tiers: { tier: { ...tier, ...change } } });

  test.each<[string, unknown, RegExp]>([
    ["k above n", withTier({ atLeast: 4 }), /^tiers\/tier\/atLeast: 4 of 3; allowed is a whole number from 1 to 3/],
    ["an empty tier", withTier({ of: [] }), /^tiers\/tier\/of: \[\] is empty/],
    [
      "an unknown member",
      withTier({ of: ["node-0", "node-9"], atLeast: 1 }),
      /^tiers\/tier\/of\/1: "node-9" is neither a node nor a tier/,
    ],
    [
      "a zone that does not exist",
      { ...base, nodes: { ...base.nodes, "node-0": { probability: 0, in: "q" } } },
      /^nodes\/node-0\/in: "q" is no node/,
    ],
    ["a beta above 1", withTier({ commonCause: 2 }), /^tiers\/tier\/commonCause: 2 is outside 0 to 1/],
    [
      "a failover whose rate is unknown",
      withTier({ failover: { coverage: 1, switchTime: "1 s", manualTime: "1 h" } }),
      /^tiers\/tier\/failover: how often its members fail is unknown/,
    ],
    [
      "crews without repair times",
      withTier({ crews: 1 }),
      /^tiers\/tier\/crews: needs members that are nodes with the same mtbf/,
    ],
    [
      "planned work that never ends",
      withTier({ plannedWork: { takes: "2 h", every: "1 h" } }),
      /planned work takes 2 of all time/,
    ],
    ["an unknown field", withTier({ atleast: 2 }), /^tiers\/tier: .*atleast/],
    ["an unknown entrance", { ...base, entrance: "lb" }, /^entrance: "lb" is neither/],
    [
      "a place within itself",
      { ...base, nodes: { ...base.nodes, x: { probability: 0, in: "w" }, w: { probability: 0, in: "x" } } },
      /is in itself \((x -> w -> x|w -> x -> w)\)/,
    ],
    [
      "tiers that need each other",
      { ...base, tiers: { tier: { ...tier, needs: ["b"] }, b: { of: ["node-0"], needs: ["tier"] } } },
      /^tiers\/tier: needs itself \(tier -> b -> tier\)/,
    ],
  ])("for %s", (_, structure, message) => {
    const found = issues(() => analyzeStructure(structure as Structure));
    expect(found.join("\n")).toMatch(message);
  });
});
