import type { CutSets } from "./analyze";
import type { Circuit } from "./circuit";
import { compileCircuit, evaluateCircuit } from "./circuit";
import type { Contributor } from "./contributors";
import type { Diagram } from "./diagram";
import { quoted } from "../core/words";
import { InvalidModelError, UnsupportedQuestionError } from "./errors";
import type { Range } from "./estimate";
import { minutesPerYear, nines } from "./estimate";
import { downGate, toFaultModel, TOP_GATE } from "./fault-tree";
import { resolveStructure } from "./resolve";
import type { Structure } from "./structure";
import type { ConditioningPlan } from "./zones";
import { conditionedUnavailability, planConditioning } from "./zones";

/** Loaded when they are asked for: a synth as a rule asks for numbers and survival alone, and each file costs it time. */
/* eslint-disable @typescript-eslint/no-require-imports */
const later = {
  bounds: () => require("./bounds") as typeof import("./bounds"),
  contributors: () => require("./contributors") as typeof import("./contributors"),
  diagram: () => require("./diagram") as typeof import("./diagram"),
  probability: () => require("./probability") as typeof import("./probability"),
  structureCutSets: () => require("./structure-cut-sets") as typeof import("./structure-cut-sets"),
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** How a number was found. `bounds`: certain limits, because neither exact method was affordable. */
export type Method = "zone conditioning" | "decision diagram" | "bounds";

/** How often something is down, in three units. */
export interface Availability {
  /** The share of time that it is down. With the method `bounds`, `likely` is the upper limit. */
  readonly unavailability: Range;
  /** 3 for 99.9 %; `low` belongs to the high end of the unavailability. */
  readonly nines: Range;
  /** Expected minutes of downtime in a year of 525,960 minutes. */
  readonly minutesPerYear: Range;
}

/** How available the entrance is (the inherited fields), each tier, and how the numbers were found. */
export interface StructureNumbers extends Availability {
  /** How the numbers were found. */
  readonly method: Method;
  /** False when the numbers are certain limits and not exact. */
  readonly exact: boolean;
  /** Each tier with all that it needs. */
  readonly tiers: Readonly<Record<string, Availability>>;
  /** How `bounds` were found, and why nothing better. */
  readonly notes: readonly string[];
}

/** What works when some nodes are dead. */
export interface Survival {
  /** The nodes that were taken as dead. */
  readonly dead: readonly string[];
  /** Does the entrance work, as long as nothing else fails? */
  readonly works: boolean;
  /** The same for each tier. */
  readonly tiers: Readonly<Record<string, boolean>>;
}

/** What is left when some nodes are dead. */
export interface Remainder extends Survival {
  /** How safe one is until the dead are back. */
  readonly numbers: StructureNumbers;
}

/** Limits of `analyzeStructure`. */
export interface StructureOptions {
  /** Nodes of a decision diagram after which another method takes over. @default 2,000,000 */
  readonly nodeBudget?: number;
  /** Use this method or fail; for comparing the two. @default the cheaper one */
  readonly method?: "zone conditioning" | "decision diagram";
}

/** Multiplications that zone conditioning may cost before the decision diagram is tried first; about 0.3 s. */
const CHEAP = 1e9;
/** The same for contributors, which take one evaluation for each class of nodes; about 3 s. */
const CHEAP_CONTRIBUTORS = 1e10;

/** Answers about one structure. What is expensive is computed when it is asked for, once. */
export interface StructureAnalysis {
  /** How available the entrance and each tier are. */
  numbers(): StructureNumbers;
  /** What costs the most availability, first; empty and a note when neither exact method is affordable. */
  contributors(): { readonly contributors: readonly Contributor[]; readonly notes: readonly string[] };
  /** Groups of nodes that take the entrance down together. Order 1 is a single point of failure. */
  cutSets(): { readonly cutSets?: CutSets; readonly notes: readonly string[] };
  /**
   * What is left when the given nodes are dead.
   *
   * @throws InvalidModelError when a node is unknown
   */
  without(dead: readonly string[]): Remainder;
  /**
   * As `without`, but only whether things work: microseconds.
   *
   * @throws InvalidModelError when a node is unknown
   */
  survives(dead: readonly string[]): Survival;
}

/**
 * Answers about a structure whose shape and ranges have been checked; references are checked here.
 *
 * @throws InvalidModelError
 */
export function analyzeParsed(parsed: Structure, options: StructureOptions = {}): StructureAnalysis {
  const structure = resolveStructure(parsed);
  const tierNames = [...structure.tiers.keys()];
  const model = toFaultModel(structure);
  const gates = [TOP_GATE, ...tierNames.map(downGate)];
  const circuit = compileCircuit(model, gates);
  const shared = (event: number) => model.events[circuit.events[event]!]!.shared === true;
  const planning = once(() => planOrReason(() => planConditioning(structure, [structure.entrance, ...tierNames])));
  const diagramNotes: string[] = [];
  const diagram = once(() => later.diagram().tryDiagram(circuit, shared, options.nodeBudget, diagramNotes));
  const range = (name: string) => structure.nodes.get(name)!.range;

  /** Planned work mixes states: mostly nothing is out, and for a share of time one node is. */
  const mixed = (plain: readonly number[], outOf: (node: string) => readonly number[]): number[] => {
    const total = [...structure.planned.values()].reduce((sum, share) => sum + share, 0);
    const mix = plain.map((value) => (1 - total) * value);
    for (const [node, share] of structure.planned) outOf(node).forEach((value, i) => (mix[i]! += share * value));
    return mix;
  };

  const conditioned = (plan: ConditioningPlan, p: (node: string) => number) =>
    mixed(conditionedUnavailability(plan, p), (out) =>
      conditionedUnavailability(plan, (node) => (node === out ? 1 : p(node))),
    );

  const fromDiagram = (diagram: Diagram, p: (node: string) => number) => {
    const byNumber = (event: number) => p(circuit.events[event]!);
    const { derivatives, rootProbabilities } = later.probability();
    const plain = rootProbabilities(diagram, byNumber);
    if (structure.planned.size === 0) return plain;
    const slopes = diagram.roots.map((root) => derivatives(diagram, root, byNumber).byEvent);
    return mixed(plain, (out) => {
      const event = circuit.events.indexOf(out);
      return plain.map((value, i) => (event < 0 ? value : value + (1 - p(out)) * slopes[i]![event]!));
    });
  };

  const bounded = (end: "low" | "high", p: (node: string) => number) => {
    const { boundsOf } = later.bounds();
    const found = circuit.roots.map((root) => boundsOf(circuit, root, (event) => p(circuit.events[event]!), shared));
    return mixed(
      found.map((bounds) => bounds[end]),
      (out) =>
        circuit.roots.map(
          (root) =>
            boundsOf(circuit, root, (event) => (circuit.events[event] === out ? 1 : p(circuit.events[event]!)), shared)[
              end
            ],
        ),
    );
  };

  const evaluate = (dead: ReadonlySet<string>): StructureNumbers => {
    const at = (end: keyof Range) => (node: string) => (dead.has(node) ? 1 : range(node)[end]);
    const numbers = (
      method: Method,
      value: (end: keyof Range) => number[],
      notes: readonly string[],
    ): StructureNumbers => {
      const likely = value("likely");
      const pointed = [...structure.nodes.values()].every(({ range }) => range.low === range.high);
      const [low, high] = pointed && method !== "bounds" ? [likely, likely] : [value("low"), value("high")];
      const availabilities = likely.map((middle, i) => availability({ low: low[i]!, likely: middle, high: high[i]! }));
      const tiers = Object.fromEntries(tierNames.map((name, i) => [name, availabilities[i + 1]!]));
      return { ...availabilities[0]!, method, exact: method !== "bounds", tiers, notes };
    };
    const byConditioning = (plan: ConditioningPlan) =>
      numbers("zone conditioning", (end) => conditioned(plan, at(end)), []);

    const { plan, reason } = options.method === "decision diagram" ? { reason: "not wanted" } : planning();
    if (plan && (options.method === "zone conditioning" || plan.cost * (1 + structure.planned.size) <= CHEAP)) {
      return byConditioning(plan);
    }
    if (options.method === "zone conditioning") throw new UnsupportedQuestionError(reason!);
    const found = diagram();
    if (found) return numbers("decision diagram", (end) => fromDiagram(found, at(end)), []);
    if (plan) return byConditioning(plan);
    const { statement } = later
      .bounds()
      .boundsOf(circuit, circuit.roots[0]!, (event) => at("likely")(circuit.events[event]!), shared);
    const value = (end: keyof Range) => (end === "low" ? bounded("low", at("low")) : bounded("high", at("high")));
    return numbers("bounds", value, [
      ...diagramNotes,
      `No zone conditioning: ${reason}.`,
      `The result is ${statement}.`,
    ]);
  };

  const survival = (dead: readonly string[]): Survival => {
    const unknown = dead.filter((name) => !structure.nodes.has(name));
    if (unknown.length > 0) {
      throw new InvalidModelError(
        "the scenario",
        unknown.map(
          (name) =>
            `${quoted(name)} is no node of the structure; allowed are ${[...structure.nodes.keys()].slice(0, 8).join(", ")}, ….`,
        ),
      );
    }
    const works = worksWithout(circuit, new Set(dead));
    return { dead, works: works[0]!, tiers: Object.fromEntries(tierNames.map((name, i) => [name, works[i + 1]!])) };
  };

  const whole = once(() => evaluate(new Set()));
  return {
    numbers: whole,

    contributors: once(() => {
      const { contributorsFromConditioning, contributorsFromDiagram, countClasses } = later.contributors();
      const { plan } = options.method === "decision diagram" ? {} : planning();
      if (plan && plan.cost * countClasses(structure) <= CHEAP_CONTRIBUTORS)
        return { contributors: contributorsFromConditioning(structure, plan), notes: [] };
      const found = diagram();
      if (found) return { contributors: contributorsFromDiagram(structure, circuit, found), notes: [] };
      return { contributors: plan ? contributorsFromConditioning(structure, plan) : [], notes: diagramNotes };
    }),

    cutSets: once(() => later.structureCutSets().structureCutSets(structure, model, options.nodeBudget)),

    without: (dead) => ({ ...survival(dead), numbers: evaluate(new Set(dead)) }),
    survives: survival,
  };
}

function worksWithout(circuit: Circuit, dead: ReadonlySet<string>): boolean[] {
  const down = evaluateCircuit(circuit, (event) => dead.has(circuit.events[event]!));
  return circuit.roots.map((root) => !down[root]);
}

function availability(unavailability: Range): Availability {
  const { low, likely, high } = unavailability;
  return {
    unavailability,
    nines: { low: nines(high), likely: nines(likely), high: nines(low) },
    minutesPerYear: { low: minutesPerYear(low), likely: minutesPerYear(likely), high: minutesPerYear(high) },
  };
}

function planOrReason(plan: () => ConditioningPlan): { plan?: ConditioningPlan; reason?: string } {
  try {
    return { plan: plan() };
  } catch (error) {
    if (error instanceof UnsupportedQuestionError) return { reason: error.message };
    throw error;
  }
}

function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}
