import { atLeastIndependent } from "./at-least";
import type { Circuit } from "./circuit";
import { reachable } from "./circuit";

/** Certain limits of a probability that was too expensive to compute exactly. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
  /** The events whose every combination was tried. */
  readonly conditionedOn: readonly string[];
  /** Which theorem makes the limits certain. */
  readonly statement: string;
}

/**
 * Limits without a decision diagram. The events that most gates share are decided one way and the other (2^n
 * combinations); within each combination limits travel from the events up to the root:
 *
 * - parts that have no event in common are independent: exact products and convolutions;
 * - other parts of a coherent model are associated (Esary, Proschan, Walkup 1967): an AND is at least the product and
 *   at most the smallest part, an OR at least the largest part and at most the value for independent parts;
 * - other parts of a model with NOT or XOR obey Fréchet's limits only.
 *
 * @param maxConditioned at most so many events are decided; each doubles the work. @default 10
 */
export function boundsOf(
  circuit: Circuit,
  root: number,
  probability: (event: number) => number,
  shared: (event: number) => boolean = () => false,
  maxConditioned = 10,
): Bounds {
  const needed = reachable(circuit.nodes, [root]);
  const rows = circuit.nodes.map((_, i) => i).filter((i) => needed[i]);
  const uses = countPaths(circuit, root, rows);
  const pivots = circuit.events
    .map((_, event) => event)
    .filter((event) => uses[event]! > 1)
    .sort((a, b) => Number(shared(b)) - Number(shared(a)) || uses[b]! - uses[a]!)
    .slice(0, maxConditioned);
  const plan = { rows, independent: independentParts(circuit, rows, new Set(pivots)) };

  const p = Float64Array.from(circuit.events, (_, event) => probability(event));
  let low = 0;
  let high = 0;
  const decide = (next: number, weight: number): void => {
    if (weight === 0) return;
    if (next === pivots.length) {
      const limits = propagate(circuit, plan, p);
      low += weight * limits.low[root]!;
      high += weight * limits.high[root]!;
      return;
    }
    const event = pivots[next]!;
    const here = p[event]!;
    p[event] = 1;
    decide(next + 1, weight * here);
    p[event] = 0;
    decide(next + 1, weight * (1 - here));
    p[event] = here;
  };
  decide(0, 1);
  const theorem = circuit.coherent ? "associated events (Esary, Proschan, Walkup 1967)" : "Fréchet's inequalities";
  return {
    low,
    high: Math.min(1, high),
    conditionedOn: pivots.map((event) => circuit.events[event]!),
    statement: `certain limits by ${theorem} after deciding ${pivots.length} shared events each way`,
  };
}

interface Plan {
  /** Nodes that the root needs, parts first. */
  readonly rows: readonly number[];
  /** Nodes whose parts have no undecided event in common. */
  readonly independent: readonly boolean[];
}

/** How many paths lead from the root to each event. */
function countPaths(circuit: Circuit, root: number, rows: readonly number[]): number[] {
  const paths = new Float64Array(circuit.nodes.length);
  const uses = circuit.events.map(() => 0);
  paths[root] = 1;
  for (const i of [...rows].reverse()) {
    const { event, parts } = circuit.nodes[i]!;
    if (event >= 0) uses[event] = paths[i]!;
    for (const part of parts) paths[part]! += paths[i]!;
  }
  return uses;
}

function independentParts(circuit: Circuit, rows: readonly number[], decided: ReadonlySet<number>): boolean[] {
  const support: Set<number>[] = [];
  const independent: boolean[] = [];
  for (const i of rows) {
    const { event, parts } = circuit.nodes[i]!;
    const union = new Set<number>(event >= 0 && !decided.has(event) ? [event] : []);
    let sum = union.size;
    for (const part of parts) {
      sum += support[part]!.size;
      support[part]!.forEach((used) => union.add(used));
    }
    support[i] = union;
    independent[i] = union.size === sum;
  }
  return independent;
}

function propagate(circuit: Circuit, { rows, independent }: Plan, p: Float64Array) {
  const low = new Float64Array(circuit.nodes.length);
  const high = new Float64Array(circuit.nodes.length);
  for (const i of rows) {
    const { op, parts, k, event } = circuit.nodes[i]!;
    const lows = parts.map((part) => low[part]!);
    const highs = parts.map((part) => high[part]!);
    const threshold = op === "atLeast" ? k : op === "or" ? 1 : parts.length;
    const set = (from: number, to: number) => {
      low[i] = from;
      high[i] = to;
    };
    if (op === "event") set(p[event]!, p[event]!);
    else if (op === "true" || op === "false") set(op === "true" ? 1 : 0, op === "true" ? 1 : 0);
    else if (op === "not") set(1 - highs[0]!, 1 - lows[0]!);
    else if (op === "xor") set(0, 1);
    else if (independent[i]) set(atLeastIndependent(threshold, lows), atLeastIndependent(threshold, highs));
    else if (op === "or")
      set(Math.max(...lows), circuit.coherent ? atLeastIndependent(1, highs) : Math.min(1, sum(highs)));
    else if (op === "and") {
      const least = circuit.coherent ? lows.reduce((a, b) => a * b, 1) : Math.max(0, sum(lows) - parts.length + 1);
      set(least, Math.min(...highs));
    } else {
      // At least k of n dependent parts. The k largest together are enough (association); Markov's inequality above.
      const largest = [...lows].sort((a, b) => b - a).slice(0, k);
      set(circuit.coherent ? largest.reduce((a, b) => a * b, 1) : 0, Math.min(1, sum(highs) / k));
    }
  }
  return { low, high };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
