import Table from "cli-table3";
import type { FaultModel, Formula, Structure, StructureTier } from "../lib/resilience";
import { analyze, analyzeStructure } from "../lib/resilience";

/**
 * Speed and memory of the resilience engine on generated models. Published fault trees are not copied (CC BY-SA);
 * `faultTree` makes trees of their shape: some hundred events and gates, a third of the references shared.
 */
export async function run(): Promise<void> {
  const table = new Table({
    head: ["what", "method", "result", "first run", "warm", "rss after"],
    style: { head: [], border: [] },
  });
  for (const { what, once } of CASES) {
    const first = timed(once);
    // A slow case is not slow because of the compiler that is still warming up.
    const warm = first.ms > 2000 ? first : [0, 1, 2].map(() => timed(once)).sort((a, b) => a.ms - b.ms)[1]!;
    const megabytes = Math.round(process.memoryUsage.rss() / 1e6);
    table.push([what, first.answer.method, first.answer.result, ms(first.ms), ms(warm.ms), `${megabytes} MB`]);
  }
  console.log(table.toString());
}

interface Answer {
  readonly method: string;
  readonly result: string;
}

const CASES: readonly { readonly what: string; readonly once: () => Answer }[] = [
  { what: "hive, 1,000 machines, 10 zones, 10 tiers of 70 of 100", once: () => numbersOf(hive(10, 100, 70, 10)) },
  { what: "the same, 51 of 100", once: () => numbersOf(hive(10, 100, 51, 10)) },
  { what: "the same, 51 of 100: contributors", once: () => contributorsOf(hive(10, 100, 51, 10)) },
  { what: "the same, 98 of 100: cut sets to order 3", once: () => cutsOf(hive(10, 100, 98, 10)) },
  { what: "250 events, 244 machines in 2 or 3 of 3 tiers, 6 zones", once: () => numbersOf(sharedMachines(244, 6, 3)) },
  { what: "the same: contributors", once: () => contributorsOf(sharedMachines(244, 6, 3)) },
  { what: "257 events, 10 zones: contributors", once: () => contributorsOf(hive(6, 41, 39, 10)) },
  { what: "fault tree, 150 events, 120 gates", once: () => treeOf(faultTree(150, 120, 1)) },
  { what: "fault tree, 300 events, 250 gates", once: () => treeOf(faultTree(300, 250, 2)) },
  { what: "fault tree, 600 events, 500 gates", once: () => treeOf(faultTree(600, 500, 3)) },
];

function timed(once: () => Answer): { readonly ms: number; readonly answer: Answer } {
  const start = process.hrtime.bigint();
  const answer = once();
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, answer };
}

const ms = (value: number) => (value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`);

function numbersOf(structure: Structure): Answer {
  const { method, unavailability, exact } = analyzeStructure(structure).numbers();
  return { method, result: `${exact ? "" : "<= "}${unavailability.likely.toExponential(6)}` };
}

function contributorsOf(structure: Structure): Answer {
  const { contributors, notes } = analyzeStructure(structure).contributors();
  const method = notes.length === 0 ? "decision diagram" : "zone conditioning";
  return { method, result: contributors[0] ? `first: ${contributors[0].event}` : notes.join(" ") };
}

function cutsOf(structure: Structure): Answer {
  const { cutSets } = analyzeStructure(structure).cutSets();
  return { method: "ZBDD", result: cutSets ? `${cutSets.countByOrder.slice(0, 4).join(" + ")} sets` : "too large" };
}

function treeOf(model: FaultModel): Answer {
  const { exact, probability, diagramNodes, cutSets } = analyze(model);
  const value = probability.likely ?? probability.high;
  const count = cutSets?.complete ? Number(cutSets.countByOrder.reduce((sum, n) => sum + n, 0n)).toPrecision(3) : "?";
  return {
    method: exact ? `decision diagram, ${diagramNodes} rows` : "bounds",
    result: `${value.toExponential(6)}, ${count} cut sets`,
  };
}

/** Tiers in series, machines of their own, spread over the zones. */
function hive(tiers: number, machines: number, atLeast: number, zones: number): Structure {
  const nodes: Record<string, Structure["nodes"][string]> = {};
  const all: Record<string, StructureTier> = {};
  for (let z = 0; z < zones; z++) nodes[`zone-${z}`] = { kind: "zone", probability: [1e-5, 1e-4, 1e-3] };
  for (let t = 0; t < tiers; t++) {
    const of = Array.from({ length: machines }, (_, m) => `tier${t}-${m}`);
    of.forEach((name, m) => (nodes[name] = { kind: "machine", probability: 1e-3, in: `zone-${m % zones}` }));
    all[`tier${t}`] = { atLeast, of };
  }
  return { nodes, tiers: all, entrance: { all: Object.keys(all) } };
}

/** Machines that each belong to several tiers. */
function sharedMachines(machines: number, zones: number, tiers: number): Structure {
  const nodes: Record<string, Structure["nodes"][string]> = {};
  const names = Array.from({ length: machines }, (_, m) => `vps-${m}`);
  const all: Record<string, StructureTier> = {};
  for (let z = 0; z < zones; z++) nodes[`zone-${z}`] = { kind: "zone", probability: 1e-4 };
  names.forEach((name, m) => (nodes[name] = { kind: "machine", probability: 1e-3, in: `zone-${m % zones}` }));
  for (let t = 0; t < tiers; t++) {
    const of = names.filter((_, m) => m % 4 !== t);
    all[`tier${t}`] = { atLeast: of.length - Math.ceil(of.length / zones) - t - 1, of };
  }
  return { nodes, tiers: all, entrance: { all: Object.keys(all) } };
}

/** A random coherent tree: gates of 2 to 4 parts, mostly fresh events and nearby gates, some of them shared. */
function faultTree(events: number, gates: number, seed: number): FaultModel {
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  const model = {
    events: {} as Record<string, { probability: number }>,
    gates: {} as Record<string, Formula>,
    top: "g0",
  };
  for (let e = 0; e < events; e++) model.events[`e${e}`] = { probability: 10 ** -(2 + random(3)) };
  let fresh = 0;
  for (let g = gates - 1; g >= 0; g--) {
    const parts: string[] = [];
    // Each gate except the last has its parent among the gates before it: a tree, to which the shared parts are added.
    for (let child = 2 * g + 1; child <= 2 * g + 2; child++) {
      parts.push(child < gates ? `g${child}` : `e${fresh++ % events}`);
    }
    if (random(3) === 0) parts.push(`e${(fresh + random(12)) % events}`);
    if (random(8) === 0) parts.push(`e${random(events)}`);
    const kind = random(10);
    const of = [...new Set(parts)];
    model.gates[`g${g}`] = kind < 5 ? { or: of } : kind < 8 || of.length < 3 ? { and: of } : { atLeast: 2, of };
  }
  return model;
}
