import fc from "fast-check";
import type { FaultModel, Formula, Structure, StructureTier } from "../../../lib/resilience";

/** `{ A: 0.1 }` as events. */
export function events(probabilities: Readonly<Record<string, number>>): FaultModel["events"] {
  return Object.fromEntries(Object.entries(probabilities).map(([name, probability]) => [name, { probability }]));
}

/** One gate over events with these probabilities. */
export function tree(probabilities: Readonly<Record<string, number>>, top: Formula): FaultModel {
  return { events: events(probabilities), gates: { top }, top: "top" };
}

/** The k-of-n layouts of the zone table: one tier, machines in the zones named, zones left out when their p is 0. */
export function layout(atLeast: number, zones: readonly string[], machine = 1e-3, zone = 1e-4): Structure {
  const nodes: Record<string, Structure["nodes"][string]> = {};
  zones.forEach((name) => (nodes[name] = { kind: "zone", probability: zone }));
  const of = zones.map((name, i) => {
    nodes[`node-${i}`] = { kind: "machine", probability: machine, in: name };
    return `node-${i}`;
  });
  return { nodes, tiers: { tier: { atLeast, of } }, entrance: "tier" };
}

export function formulaHolds(model: FaultModel, formula: Formula, happened: ReadonlySet<string>): boolean {
  const holds = (part: Formula) => formulaHolds(model, part, happened);
  if (typeof formula === "boolean") return formula;
  if (typeof formula === "string") {
    const gate = model.gates[formula];
    return gate === undefined ? happened.has(formula) : holds(gate);
  }
  if ("or" in formula) return formula.or.some(holds);
  if ("and" in formula) return formula.and.every(holds);
  if ("not" in formula) return !holds(formula.not);
  if ("xor" in formula) return formula.xor.filter(holds).length % 2 === 1;
  return formula.of.filter(holds).length >= formula.atLeast;
}

/** Every combination of events, one by one: the definition itself. */
export function bruteForce(model: FaultModel): { probability: number; cutSets: string[] } {
  const names = Object.keys(model.events);
  let probability = 0;
  const down: Set<string>[] = [];
  for (let bits = 0; bits < 2 ** names.length; bits++) {
    const happened = new Set(names.filter((_, i) => bits & (1 << i)));
    if (!formulaHolds(model, model.top, happened)) continue;
    const p = (name: string) => model.events[name]!.probability as number;
    probability += names.reduce((product, name) => product * (happened.has(name) ? p(name) : 1 - p(name)), 1);
    down.push(happened);
  }
  const minimal = down.filter(
    (set) => !down.some((other) => other.size < set.size && [...other].every((e) => set.has(e))),
  );
  return { probability, cutSets: minimal.map((set) => [...set].sort().join()).sort() };
}

const NAMES = ["a", "b", "c", "d", "e", "f", "g"];
const probability = fc.double({ min: 0.001, max: 0.9, noNaN: true });

/** Random trees over seven events, with shared gates. */
export function faultModels(coherent: boolean): fc.Arbitrary<FaultModel> {
  const { formula } = fc.letrec<{ formula: Formula }>((tie) => {
    const parts = fc.array(tie("formula"), { minLength: 1, maxLength: 4 });
    const gates: fc.Arbitrary<Formula>[] = [
      parts.map((or) => ({ or })),
      parts.map((and) => ({ and })),
      fc.tuple(parts, fc.nat()).map(([of, k]) => ({ atLeast: 1 + (k % of.length), of })),
    ];
    if (!coherent)
      gates.push(
        parts.map((xor) => ({ xor })),
        tie("formula").map((not) => ({ not })),
      );
    const leaf = fc.constantFrom(...NAMES, "shared");
    return { formula: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, ...gates) };
  });
  const flat = fc
    .tuple(fc.subarray(NAMES, { minLength: 2 }), fc.nat())
    .map(([of, k]): Formula => ({ atLeast: 1 + (k % of.length), of }));
  return fc.tuple(fc.array(probability, { minLength: 7, maxLength: 7 }), flat, formula).map(([p, shared, top]) => ({
    events: events(Object.fromEntries(NAMES.map((name, i) => [name, p[i]!]))),
    gates: { shared, top },
    top: "top",
  }));
}

/** Random hosting: zones in a site, machines in zones, tiers that share machines, needs and alternatives. */
export const structures: fc.Arbitrary<Structure> = fc
  .record({
    zones: fc.integer({ min: 1, max: 3 }),
    machines: fc.array(fc.tuple(probability, fc.nat(), fc.boolean()), { minLength: 3, maxLength: 7 }),
    zoneDown: probability,
    tiers: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.boolean(), fc.constantFrom(0, 0.1, 0.3)), {
      minLength: 1,
      maxLength: 3,
    }),
    any: fc.boolean(),
  })
  .map(({ zones, machines, zoneDown, tiers, any }) => {
    const nodes: Record<string, Structure["nodes"][string]> = { site: { kind: "site", probability: zoneDown / 3 } };
    for (let z = 0; z < zones; z++) nodes[`zone-${z}`] = { kind: "zone", probability: zoneDown, in: "site" };
    machines.forEach(([p, zone, free], i) => {
      nodes[`m-${i}`] = { kind: "machine", probability: p, in: free ? [] : `zone-${zone % zones}` };
    });
    nodes["dns"] = { kind: "service", probability: 0.05 };
    const all: Record<string, StructureTier> = {};
    tiers.forEach(([first, count, k, dns, commonCause], i) => {
      const of = machines
        .map((_, m) => `m-${(first + m) % machines.length}`)
        .slice(0, 2 + (count % (machines.length - 1)));
      const needs = [...(dns ? ["dns"] : []), ...(i > 0 ? [`tier-${i - 1}`] : [])];
      all[`tier-${i}`] = { atLeast: 1 + (k % of.length), of, needs, commonCause };
    });
    const names = Object.keys(all);
    return { nodes, tiers: all, entrance: any ? { any: names } : { all: names } };
  });
