import { InvalidModelError } from "./errors";
import type { Formula, FaultModel } from "./model";

export type Op = "event" | "or" | "and" | "xor" | "not" | "atLeast" | "true" | "false";

/** One node of a circuit. `parts` are indices of earlier nodes; for an event, `event` is its number. */
export interface CircuitNode {
  readonly op: Op;
  readonly parts: readonly number[];
  /** For `atLeast`. */
  readonly k: number;
  /** For `event`; -1 otherwise. */
  readonly event: number;
}

/**
 * A fault model with names resolved to numbers, constants folded, equal nodes merged, and parts before wholes. Every
 * method (decision diagram, cut sets, bounds, simulation) starts from it.
 */
export interface Circuit {
  /** Names of the events that the roots depend on, in the order in which a walk from the first root meets them. */
  readonly events: readonly string[];
  readonly nodes: readonly CircuitNode[];
  /** One node per name that was asked for. */
  readonly roots: readonly number[];
  /** No NOT and no XOR is left: failing more things never repairs the whole. */
  readonly coherent: boolean;
}

/** More gates below each other than any published tree has; each costs several calls within calls. */
export const MAX_DEPTH = 500;

/**
 * @param names what is wanted, gates or events.
 * @throws InvalidModelError when gates need each other in a circle; the circle is printed.
 */
export function compileCircuit(model: FaultModel, names: readonly string[] = [model.top]): Circuit {
  const nodes: CircuitNode[] = [];
  const events: string[] = [];
  const merged = new Map<string, number>();
  const resolved = new Map<string, number>();
  const open: string[] = [];

  const node = (op: Op, parts: readonly number[], k = 0, event = -1): number => {
    const key = `${op} ${k} ${event} ${parts.join()}`;
    const known = merged.get(key);
    if (known !== undefined) return known;
    merged.set(key, nodes.length);
    return nodes.push({ op, parts, k, event }) - 1;
  };
  const is = (index: number, op: Op) => nodes[index]!.op === op;

  function resolve(name: string): number {
    const known = resolved.get(name);
    if (known !== undefined) return known;
    if (Object.hasOwn(model.events, name)) {
      const index = node("event", [], 0, events.push(name) - 1);
      resolved.set(name, index);
      return index;
    }
    if (open.includes(name)) {
      const circle = [...open.slice(open.indexOf(name)), name].join(" -> ");
      throw new InvalidModelError("the fault model", [
        `gates/${name}: needs itself (${circle}). Remove one of these references.`,
      ]);
    }
    if (open.length === MAX_DEPTH)
      throw new InvalidModelError("the fault model", [
        `gates/${name}: is below ${MAX_DEPTH} other gates; allowed are fewer. Join gates that hold one part only.`,
      ]);
    open.push(name);
    const index = build(model.gates[name]!);
    open.pop();
    resolved.set(name, index);
    return index;
  }

  function build(formula: Formula): number {
    if (typeof formula === "string") return resolve(formula);
    if (typeof formula === "boolean") return node(formula ? "true" : "false", []);
    if ("not" in formula) return negate(build(formula.not));
    if ("or" in formula) return threshold(1, formula.or.map(build));
    if ("and" in formula) return threshold(formula.and.length, formula.and.map(build));
    if ("xor" in formula) return exclusive(formula.xor.map(build));
    return threshold(formula.atLeast, formula.of.map(build));
  }

  function negate(part: number): number {
    if (is(part, "true")) return node("false", []);
    if (is(part, "false")) return node("true", []);
    return is(part, "not") ? nodes[part]!.parts[0]! : node("not", [part]);
  }

  /** Constants move the threshold; then 1 of n is an OR and n of n an AND, in which repetitions count once. */
  function threshold(k: number, all: readonly number[]): number {
    const left = k - all.filter((part) => is(part, "true")).length;
    const parts = all.filter((part) => !is(part, "true") && !is(part, "false"));
    if (left <= 0) return node("true", []);
    if (left > parts.length) return node("false", []);
    if (left !== 1 && left !== parts.length) return node("atLeast", parts, left);
    const distinct = [...new Set(parts)];
    if (distinct.length === 1) return distinct[0]!;
    return node(left === 1 ? "or" : "and", distinct);
  }

  function exclusive(all: readonly number[]): number {
    const flips = all.filter((part) => is(part, "true")).length;
    const parts = all.filter((part) => !is(part, "true") && !is(part, "false"));
    const rest = parts.length === 0 ? node("false", []) : parts.length === 1 ? parts[0]! : node("xor", parts);
    return flips % 2 === 1 ? negate(rest) : rest;
  }

  const roots = names.map(resolve);
  const reached = reachable(nodes, roots);
  return { events, nodes, roots, coherent: !nodes.some(({ op }, i) => reached[i] && (op === "not" || op === "xor")) };
}

/** Which nodes the roots depend on; constant folding leaves others behind. */
export function reachable(nodes: readonly CircuitNode[], roots: readonly number[]): readonly boolean[] {
  const reached = nodes.map(() => false);
  for (const root of roots) reached[root] = true;
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (reached[i]) for (const part of nodes[i]!.parts) reached[part] = true;
  }
  return reached;
}

/** Which nodes hold when exactly these events have happened. */
export function evaluateCircuit(circuit: Circuit, happened: (event: number) => boolean): boolean[] {
  const value: boolean[] = new Array<boolean>(circuit.nodes.length);
  circuit.nodes.forEach(({ op, parts, k, event }, i) => {
    const count = () => parts.reduce((sum, part) => sum + (value[part] ? 1 : 0), 0);
    switch (op) {
      case "event":
        return void (value[i] = happened(event));
      case "true":
      case "false":
        return void (value[i] = op === "true");
      case "or":
        return void (value[i] = parts.some((part) => value[part]));
      case "and":
        return void (value[i] = parts.every((part) => value[part]));
      case "not":
        return void (value[i] = !value[parts[0]!]);
      case "xor":
        return void (value[i] = count() % 2 === 1);
      case "atLeast":
        return void (value[i] = count() >= k);
    }
  });
  return value;
}
