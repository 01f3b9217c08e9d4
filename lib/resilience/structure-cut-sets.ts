import { type CutSets, cutSetsUpToThree } from "./analyze";
import { compileCircuit } from "./circuit";
import { tryDiagram } from "./diagram";
import { downGate } from "./fault-tree";
import type { FaultModel } from "./model";
import { type ResolvedStructure, TIME_KINDS } from "./resolve";

/** A diagram of more nodes mostly outgrows its budget, after seconds; it is not tried where it would only count cut sets. */
const COUNTABLE_NODES = 500;

/**
 * Groups of nodes that take the entrance down together.
 *
 * @param model the structure's fault tree.
 */
export function structureCutSets(
  structure: ResolvedStructure,
  model: FaultModel,
  nodeBudget?: number,
): { readonly cutSets?: CutSets; readonly notes: readonly string[] } {
  // Switching and queueing are time lost, not things that fail: as a cut set they would look like machines.
  const lost = [...structure.nodes.values()].filter(({ kind }) => TIME_KINDS.includes(kind)).map(({ name }) => name);
  const things = compileCircuit({
    ...model,
    gates: { ...model.gates, ...Object.fromEntries(lost.map((name) => [downGate(name), false])) },
  });
  const notes: string[] = [];
  const hint = (event: number) => model.events[things.events[event]!]!.shared === true;
  const cutSets = cutSetsUpToThree(things, things.roots[0]!, {
    nodeBudget,
    symmetric: symmetricGroups(structure.nodes.values()),
    diagram: structure.nodes.size > COUNTABLE_NODES ? undefined : tryDiagram(things, hint, nodeBudget),
    shared: hint,
    probability: (event) => structure.nodes.get(things.events[event]!)!.range.likely,
    notes,
  });
  return { cutSets, notes };
}

/** Names that differ only in what follows the last separator, of one kind: web-1, web-2. */
function symmetricGroups(nodes: Iterable<{ readonly name: string; readonly kind: string }>): string[][] {
  const groups = new Map<string, string[]>();
  for (const { name, kind } of nodes) {
    const stem = /^(.*[-_./ ])[^-_./ ]*$/.exec(name)?.[1];
    if (stem === undefined || kind === "common cause") continue;
    const key = `${kind} ${stem}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()];
}
