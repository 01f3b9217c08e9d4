import { Bdd, FALSE, TRUE } from "./bdd";
import type { Circuit } from "./circuit";
import { NodeBudgetError } from "./errors";
import { candidateOrders } from "./ordering";

/** 2 million nodes: about 100 MB and a few seconds. */
export const DEFAULT_NODE_BUDGET = 2_000_000;

/** A circuit as a decision diagram. */
export interface Diagram {
  readonly bdd: Bdd;
  /** The diagram's node of each root of the circuit. */
  readonly roots: readonly number[];
  /** The event that each level tests. */
  readonly order: readonly number[];
}

export interface DiagramOptions {
  /** @default 2,000,000 */
  readonly nodeBudget?: number;
  /** Events to test first: zones, sites. @default none */
  readonly shared?: (event: number) => boolean;
  /** Events in the order to test them, instead of the built-in orders. */
  readonly order?: readonly number[];
}

/**
 * Builds the diagram. Which order suits a model is not known in advance, so the candidates race: all with a small
 * budget, then all with eight times as much, until one ends or the whole budget is used up.
 *
 * @throws NodeBudgetError
 */
export function buildDiagram(circuit: Circuit, options: DiagramOptions = {}): Diagram {
  const budget = options.nodeBudget ?? DEFAULT_NODE_BUDGET;
  const orders = options.order ? [options.order] : candidateOrders(circuit, options.shared ?? (() => false));
  for (let round = orders.length === 1 ? budget : Math.min(30_000, budget); ; round = Math.min(round * 8, budget)) {
    for (const order of orders) {
      try {
        return build(circuit, order, round);
      } catch (error) {
        if (!(error instanceof NodeBudgetError)) throw error;
      }
    }
    if (round === budget) throw new NodeBudgetError(budget);
  }
}

/** The diagram, or nothing and a note. */
export function tryDiagram(
  circuit: Circuit,
  shared: (event: number) => boolean,
  nodeBudget: number = DEFAULT_NODE_BUDGET,
  notes: string[] = [],
): Diagram | undefined {
  try {
    return buildDiagram(circuit, { nodeBudget, shared });
  } catch (error) {
    if (!(error instanceof NodeBudgetError)) throw error;
    notes.push(`No decision diagram: ${error.message}.`);
    return undefined;
  }
}

function build(circuit: Circuit, order: readonly number[], budget: number): Diagram {
  const bdd = new Bdd(budget);
  const levelOf = new Int32Array(circuit.events.length);
  order.forEach((event, level) => (levelOf[event] = level));
  const needed = new Uint8Array(circuit.nodes.length);
  for (const root of circuit.roots) needed[root] = 1;
  for (let i = needed.length - 1; i >= 0; i--)
    if (needed[i]) for (const part of circuit.nodes[i]!.parts) needed[part] = 1;

  const built = new Int32Array(circuit.nodes.length);
  try {
    circuit.nodes.forEach(({ op, parts, k, event }, i) => {
      if (needed[i])
        built[i] = gate(
          bdd,
          op,
          parts.map((part) => built[part]!),
          k,
          levelOf[event] ?? 0,
        );
    });
  } catch (error) {
    // Thousands of levels can exceed the stack of calls; that, too, is a diagram that is too large.
    if (error instanceof RangeError) throw new NodeBudgetError(budget);
    throw error;
  }
  return { bdd, roots: circuit.roots.map((root) => built[root]!), order };
}

function gate(bdd: Bdd, op: string, parts: readonly number[], k: number, level: number): number {
  // Deep parts first: the running result stays below what is added, and each step touches little of it.
  const sorted = () => [...parts].sort((a, b) => bdd.level[b]! - bdd.level[a]!);
  switch (op) {
    case "event":
      return bdd.variable(level);
    case "or":
      return sorted().reduce((sum, part) => bdd.or(part, sum), FALSE);
    case "and":
      return sorted().reduce((product, part) => bdd.and(part, product), TRUE);
    case "xor":
      return sorted().reduce((sum, part) => bdd.xor(part, sum), FALSE);
    case "not":
      return bdd.not(parts[0]!);
    case "atLeast":
      return bdd.atLeast(k, parts);
    default:
      return op === "true" ? TRUE : FALSE;
  }
}
