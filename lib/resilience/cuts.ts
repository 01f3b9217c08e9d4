import { TRUE } from "./bdd";
import type { Circuit } from "./circuit";
import { reachable } from "./circuit";
import { smallCovers } from "./covers";
import type { Diagram } from "./diagram";
import { DEFAULT_NODE_BUDGET } from "./diagram";
import { UnsupportedQuestionError } from "./errors";
import { candidateOrders } from "./ordering";
import { EMPTY, UNIT, UNLIMITED, Zbdd } from "./zbdd";

/** The minimal cut sets of one root: the smallest groups of events that bring it down. */
export interface CutFamily {
  readonly zbdd: Zbdd;
  readonly root: number;
  /** The event that each level stands for. */
  readonly order: readonly number[];
}

export interface CutOptions {
  /** Only sets with at most so many events. @default all */
  readonly maxOrder?: number;
  /** @default 2,000,000 */
  readonly nodeBudget?: number;
  readonly shared?: (event: number) => boolean;
}

function assertCoherent(circuit: Circuit): void {
  if (circuit.coherent) return;
  throw new UnsupportedQuestionError(
    "minimal cut sets exist only for coherent models, in which failing more never repairs the whole; this one has NOT " +
      "or XOR. Its probability is exact all the same.",
  );
}

/**
 * The cut sets from the formulas themselves, bottom-up. With `maxOrder` it works where no decision diagram fits into
 * memory, because larger sets are dropped as soon as they arise.
 *
 * @throws NodeBudgetError, UnsupportedQuestionError
 */
export function cutSetsOf(circuit: Circuit, root: number, options: CutOptions = {}): CutFamily {
  assertCoherent(circuit);
  const limit = options.maxOrder ?? UNLIMITED;
  const zbdd = new Zbdd(options.nodeBudget ?? DEFAULT_NODE_BUDGET);
  const order = candidateOrders(circuit, options.shared ?? (() => false))[0]!;
  const levelOf = new Int32Array(circuit.events.length);
  order.forEach((event, level) => (levelOf[event] = level));
  const needed = reachable(circuit.nodes, [root]);
  const built = new Int32Array(circuit.nodes.length);

  const deepestFirst = (families: readonly number[]) => [...families].sort((a, b) => zbdd.level[b]! - zbdd.level[a]!);

  /** Where only few sets are small enough, they are found one by one: row by row costs k times the parts. */
  const few = (k: number, parts: readonly number[]): number | undefined => {
    if (limit === UNLIMITED || k <= limit) return undefined;
    const singles = parts.map((part) => zbdd.singlesOf(part));
    if (!singles.every((levels) => levels !== undefined)) return undefined;
    const families = smallCovers(singles, k, limit)?.map(({ chosen, more, open }) => {
      const ways = deepestFirst(open.map((levels) => zbdd.anyOf(levels)));
      return zbdd.product(zbdd.set(chosen), rowByRow(more, ways), limit);
    });
    return families && unionOf(zbdd, families);
  };

  const atLeast = (k: number, parts: readonly number[]): number => few(k, parts) ?? rowByRow(k, parts);

  /** j more of the parts are needed from here on. */
  const rowByRow = (k: number, parts: readonly number[]): number => {
    const more = [UNIT, ...new Array<number>(k).fill(EMPTY)];
    parts.forEach((part, seen) => {
      const left = parts.length - seen - 1;
      for (let j = Math.min(k, seen + 1); j >= Math.max(1, k - left); j--) {
        more[j] = zbdd.union(more[j]!, zbdd.product(part, more[j - 1]!, limit));
      }
    });
    return more[k]!;
  };

  circuit.nodes.forEach(({ op, parts, k, event }, i) => {
    if (!needed[i]) return;
    const families = deepestFirst(parts.map((part) => built[part]!));
    if (op === "event") built[i] = zbdd.single(levelOf[event]!);
    else if (op === "or") built[i] = families.reduce((sum, part) => zbdd.union(part, sum), EMPTY);
    else if (op === "and") built[i] = families.reduce((all, part) => zbdd.product(part, all, limit), UNIT);
    else if (op === "atLeast") built[i] = atLeast(k, families);
    else built[i] = op === "true" ? UNIT : EMPTY;
  });
  return { zbdd, root: built[root]!, order };
}

/** In pairs, so that most unions are of small families. */
function unionOf(zbdd: Zbdd, families: readonly number[]): number {
  let all = families;
  while (all.length > 1) {
    all = Array.from({ length: Math.ceil(all.length / 2) }, (_, i) => zbdd.union(all[2 * i]!, all[2 * i + 1] ?? EMPTY));
  }
  return all[0] ?? EMPTY;
}

/**
 * All cut sets, read off a decision diagram (Rauzy 1993): those of `low`, and those of `high` that do not contain one
 * of them. The way to count them where there are too many to write down.
 *
 * @throws NodeBudgetError, UnsupportedQuestionError
 */
export function cutSetsFromDiagram(circuit: Circuit, diagram: Diagram, root: number, nodeBudget?: number): CutFamily {
  assertCoherent(circuit);
  const { bdd, order } = diagram;
  const zbdd = new Zbdd(nodeBudget ?? DEFAULT_NODE_BUDGET);
  const reached = bdd.reach(root);
  const family = new Int32Array(Math.max(2, root + 1));
  family[TRUE] = UNIT;
  for (let row = 2; row <= root; row++) {
    if (reached[row] === 0) continue;
    const low = family[bdd.low[row]!]!;
    family[row] = zbdd.node(bdd.level[row]!, zbdd.without(family[bdd.high[row]!]!, low), low);
  }
  return { zbdd, root: family[root]!, order };
}

/** How many sets there are of each size: entry 1 counts single points of failure. Exact, however many. */
export function countByOrder({ zbdd, root }: CutFamily): bigint[] {
  const reached = zbdd.reach(root);
  const counts: bigint[][] = new Array<bigint[]>(Math.max(2, root + 1));
  counts[EMPTY] = [];
  counts[UNIT] = [1n];
  for (let row = 2; row <= root; row++) {
    if (reached[row] === 0) continue;
    const sum = [...counts[zbdd.low[row]!]!];
    counts[zbdd.high[row]!]!.forEach((count, size) => {
      while (sum.length <= size + 1) sum.push(0n);
      sum[size + 1]! += count;
    });
    counts[row] = sum;
  }
  return counts[root]!;
}

/**
 * The sum of the sets' probabilities (rare-event approximation): never below the exact value of a coherent model, and
 * up to 2.5 times too high on published trees. A cross-check and a bound, never the answer.
 */
export function rareEventSum({ zbdd, root, order }: CutFamily, probability: (event: number) => number): number {
  const value = new Float64Array(Math.max(2, root + 1));
  value[UNIT] = 1;
  for (let row = 2; row <= root; row++) {
    value[row] = probability(order[zbdd.level[row]!]!) * value[zbdd.high[row]!]! + value[zbdd.low[row]!]!;
  }
  return value[root]!;
}

/** The sets one by one, as numbers of events, small ones first; at most `limit` of them. */
export function listCutSets({ zbdd, root, order }: CutFamily, limit = 10_000): number[][] {
  const sets: number[][] = [];
  const path: number[] = [];
  const visit = (start: number): void => {
    let row = start;
    for (; row > UNIT && sets.length < limit; row = zbdd.low[row]!) {
      path.push(order[zbdd.level[row]!]!);
      visit(zbdd.high[row]!);
      path.pop();
    }
    if (row === UNIT && sets.length < limit) sets.push([...path]);
  };
  visit(root);
  return sets.sort((a, b) => a.length - b.length);
}
