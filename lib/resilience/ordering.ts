import type { Circuit } from "./circuit";

/**
 * Orders of variables worth trying: each is a list of all events, first to be tested first. The size of a decision
 * diagram hangs on it (116 thousand nodes or more than 8 million, measured on one hosting structure of 80 events).
 *
 * 1. Shared events first, then a depth-first walk in which machines of the same tiers stand together: a hosting
 *    structure falls apart into independent tiers once its zones are decided, and among machines of the same tiers
 *    only their number matters.
 * 2. The depth-first walk alone: what belongs together stays together.
 * 3. The walk with small subtrees first, and 4. with large ones first: fault trees written by hand.
 */
export function candidateOrders(circuit: Circuit, shared: (event: number) => boolean): number[][] {
  const size = subtreeSizes(circuit);
  const bySize = (sign: number) => (a: number, b: number) => sign * (size[a]! - size[b]!);
  const written = walk(circuit);
  const orders = [
    [
      ...written.filter(shared),
      ...byMembership(
        circuit,
        written.filter((event) => !shared(event)),
      ),
    ],
    written,
    walk(circuit, bySize(1)),
    walk(circuit, bySize(-1)),
  ];
  const seen = new Set<string>();
  return orders.filter((order) => {
    const key = order.join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function walk(circuit: Circuit, compare?: (a: number, b: number) => number): number[] {
  const order: number[] = [];
  const visited = new Uint8Array(circuit.nodes.length);
  const stack = [...circuit.roots].reverse();
  while (stack.length > 0) {
    const index = stack.pop()!;
    if (visited[index]) continue;
    visited[index] = 1;
    const { event, parts } = circuit.nodes[index]!;
    if (event >= 0) order.push(event);
    const next = compare ? [...parts].sort(compare) : parts;
    for (let i = next.length - 1; i >= 0; i--) stack.push(next[i]!);
  }
  return order;
}

/** Events under each node, counted once per path: a rough measure of how much a subtree costs. */
function subtreeSizes(circuit: Circuit): Float64Array {
  const size = new Float64Array(circuit.nodes.length);
  circuit.nodes.forEach(({ parts, event }, i) => {
    size[i] = event >= 0 ? 1 : parts.reduce((sum, part) => sum + size[part]!, 0);
  });
  return size;
}

/** Events that belong to the same k-of-n gates moved together, at the place of the first of them. */
function byMembership(circuit: Circuit, events: readonly number[]): number[] {
  // Tiers are few; a fault tree with more k-of-n gates than bits in a number is not of this kind.
  const thresholds = circuit.nodes.flatMap(({ op }, i) => (op === "atLeast" || op === "and" ? [i] : []));
  if (thresholds.length > 50) return [...events];
  const member = new Float64Array(circuit.nodes.length);
  thresholds.forEach((index, i) => {
    const stack = [...circuit.nodes[index]!.parts];
    const visited = new Set<number>();
    while (stack.length > 0) {
      const part = stack.pop()!;
      if (visited.has(part)) continue;
      visited.add(part);
      member[part]! += 2 ** i;
      stack.push(...circuit.nodes[part]!.parts);
    }
  });
  const groups = new Map<number, number[]>();
  const nodeOf = new Map(circuit.nodes.flatMap(({ event }, i) => (event >= 0 ? [[event, i] as const] : [])));
  for (const event of events) {
    const key = member[nodeOf.get(event)!]!;
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return [...groups.values()].flat();
}
