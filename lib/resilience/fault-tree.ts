import type { BasicEvent, FaultModel, Formula } from "./model";
import type { ResolvedStructure } from "./resolve";
import type { Need } from "./structure";

/** The gate of a tier or node in the fault tree of a structure. */
export const downGate = (name: string): string => `down: ${name}`;
export const TOP_GATE = downGate("(entrance)");

/** "Works while k of n do" becomes "is down when n - k + 1 are". Events carry the names of the structure's nodes. */
export function toFaultModel(structure: ResolvedStructure): FaultModel {
  const events: Record<string, BasicEvent> = {};
  const gates: Record<string, Formula> = {};
  const places = new Set(
    [...structure.nodes.values()].flatMap(({ name, kind, causes }) =>
      kind === "common cause"
        ? []
        : causes.filter((cause) => cause !== name && structure.nodes.get(cause)!.kind !== "common cause"),
    ),
  );
  for (const { name, kind, range, causes, provenance } of structure.nodes.values()) {
    events[name] = { probability: [range.low, range.likely, range.high], kind, provenance, shared: places.has(name) };
    gates[downGate(name)] = { or: causes };
  }
  const down = (need: Need): Formula => {
    if (typeof need === "string") return downGate(need);
    if ("all" in need) return { or: need.all.map(down) };
    if ("any" in need) return { and: need.any.map(down) };
    return { atLeast: need.of.length - need.atLeast + 1, of: need.of.map(down) };
  };
  for (const [name, { atLeast, of, needs }] of structure.tiers) {
    gates[downGate(name)] = { or: [down({ atLeast, of }), ...needs.map(down)] };
  }
  gates[TOP_GATE] = down(structure.entrance);
  return { events, gates, top: TOP_GATE };
}
