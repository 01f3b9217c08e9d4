import type { Circuit } from "./circuit";
import type { Diagram } from "./diagram";
import type { Provenance } from "./estimate";
import type { Importance } from "./importance";
import { importance } from "./importance";
import { derivatives } from "./probability";
import type { ResolvedStructure } from "./resolve";
import type { Need } from "./structure";
import type { ConditioningPlan } from "./zones";
import { conditionedUnavailability } from "./zones";

/** What a node of a structure costs. */
export interface Contributor extends Importance {
  /** Kind of the node, as the structure names it: `machine`, `zone`. */
  readonly kind: string;
  /** What kind of source the node's numbers have. */
  readonly provenance: Provenance;
}

/** All nodes that the entrance depends on, from the decision diagram: two passes. */
export function contributorsFromDiagram(
  structure: ResolvedStructure,
  circuit: Circuit,
  diagram: Diagram,
): Contributor[] {
  const p = (event: number) => structure.nodes.get(circuit.events[event]!)!.range.likely;
  const { value, byEvent } = derivatives(diagram, diagram.roots[0]!, p);
  return sorted(structure, (name) => byEvent[circuit.events.indexOf(name)] ?? 0, value);
}

/**
 * The same from zone conditioning, where no diagram fits: one more evaluation with the node dead, for one node of each
 * set of interchangeable ones. Beyond 1e-12 of the whole the difference is rounding.
 */
export function contributorsFromConditioning(structure: ResolvedStructure, plan: ConditioningPlan): Contributor[] {
  const p = (name: string) => structure.nodes.get(name)!.range.likely;
  const whole = conditionedUnavailability(plan, p)[0]!;
  const classOf = interchangeable(structure);
  const slopes = new Map<string, number>();
  const slope = (name: string): number => {
    const known = slopes.get(classOf(name));
    if (known !== undefined) return known;
    const dead = conditionedUnavailability(plan, (node) => (node === name ? 1 : p(node)))[0]!;
    const found = p(name) === 1 ? 0 : Math.max(0, (dead - whole) / (1 - p(name)));
    slopes.set(classOf(name), found);
    return found;
  };
  return sorted(structure, slope, whole);
}

/** How many evaluations `contributorsFromConditioning` takes. */
export function countClasses(structure: ResolvedStructure): number {
  const classOf = interchangeable(structure);
  return new Set([...structure.nodes.keys()].map(classOf)).size;
}

function sorted(structure: ResolvedStructure, slope: (name: string) => number, whole: number): Contributor[] {
  return [...structure.nodes.values()]
    .map(({ name, kind, provenance, range }) => ({
      ...importance(name, range.likely, slope(name), whole),
      kind,
      provenance,
    }))
    .sort((a, b) => b.criticality - a.criticality);
}

/** Nodes of one class have the same numbers, are in the same places, take nothing down, and are needed by the same. */
function interchangeable(structure: ResolvedStructure): (name: string) => string {
  const neededBy = new Map<string, string[]>();
  const visit = (need: Need, by: string): void => {
    if (typeof need === "string") neededBy.set(need, [...(neededBy.get(need) ?? []), by]);
    else if ("all" in need) need.all.forEach((part, i) => visit(part, `${by}/${i}`));
    else if ("any" in need) need.any.forEach((part, i) => visit(part, `${by}/${i}`));
    else need.of.forEach((part, i) => visit(part, `${by}/${i}`));
  };
  for (const [tier, { of, needs }] of structure.tiers) {
    of.forEach((need, i) => visit(need, typeof need === "string" ? tier : `${tier}/${i}`));
    needs.forEach((need, i) => visit(need, `${tier} needs ${i}`));
  }
  visit(structure.entrance, "(entrance)");
  const places = new Set<string>();
  for (const { name, causes } of structure.nodes.values()) {
    for (const cause of causes) if (cause !== name) places.add(cause);
  }
  return (name) => {
    const { range, causes } = structure.nodes.get(name)!;
    if (places.has(name)) return `place ${name}`;
    const within = causes.filter((cause) => cause !== name).sort();
    return JSON.stringify([range, within, neededBy.get(name) ?? []]);
  };
}
