import type { Bdd } from "./bdd";
import { FALSE, TRUE } from "./bdd";
import type { Diagram } from "./diagram";
import type { Range } from "./estimate";

/**
 * The probability of every row of a diagram: p · P(high) + (1 - p) · P(low). Only positive terms are added and nothing
 * is subtracted from 1, so that small results keep their relative precision.
 *
 * @param probability of each event, by number.
 */
export function rowProbabilities(diagram: Diagram, probability: (event: number) => number): Float64Array {
  const { bdd, order } = diagram;
  const p = Float64Array.from(order, probability);
  const value = new Float64Array(bdd.size);
  value[TRUE] = 1;
  for (let row = 2; row < bdd.size; row++) {
    const here = p[bdd.level[row]!]!;
    value[row] = here * value[bdd.high[row]!]! + (1 - here) * value[bdd.low[row]!]!;
  }
  return value;
}

/** The exact probability of each root. */
export function rootProbabilities(diagram: Diagram, probability: (event: number) => number): number[] {
  const value = rowProbabilities(diagram, probability);
  return diagram.roots.map((root) => value[root]!);
}

/**
 * The range of each root when every event has a range. A coherent function rises with every event's probability, so
 * that its ends belong to the ends of the inputs: exact with two more evaluations.
 */
export function rootRanges(diagram: Diagram, range: (event: number) => Range): Range[] {
  const at = (end: keyof Range) => rootProbabilities(diagram, (event) => range(event)[end]);
  const [low, likely, high] = [at("low"), at("likely"), at("high")];
  return diagram.roots.map((_, i) => ({ low: low[i]!, likely: likely[i]!, high: high[i]! }));
}

/**
 * How much each event moves a root: the derivative of its probability, for all events in two passes. The first pass
 * gives P(row); the second carries down how likely a walk from the root passes each row.
 */
export function derivatives(
  diagram: Diagram,
  root: number,
  probability: (event: number) => number,
): { readonly value: number; readonly byEvent: Float64Array } {
  const { bdd, order } = diagram;
  const value = rowProbabilities(diagram, probability);
  const p = Float64Array.from(order, probability);
  const passed = new Float64Array(Math.max(2, root + 1));
  const byEvent = new Float64Array(order.length);
  passed[root] = 1;
  for (let row = root; row > TRUE; row--) {
    const weight = passed[row]!;
    if (weight === 0) continue;
    const level = bdd.level[row]!;
    const high = bdd.high[row]!;
    const low = bdd.low[row]!;
    passed[high]! += weight * p[level]!;
    passed[low]! += weight * (1 - p[level]!);
    byEvent[order[level]!]! += weight * (value[high]! - value[low]!);
  }
  return { value: value[root]!, byEvent };
}

/** Does the root hold when exactly these levels' events have happened? */
export function holds(bdd: Bdd, root: number, happened: (level: number) => boolean): boolean {
  let row = root;
  while (row > TRUE) row = happened(bdd.level[row]!) ? bdd.high[row]! : bdd.low[row]!;
  return row !== FALSE;
}
