import { NodeTable } from "./node-table";

/** No set at all: nothing can fail. */
export const EMPTY = 0;
/** The empty set alone: it has failed already. */
export const UNIT = 1;
/** No limit on the size of sets. */
export const UNLIMITED = 0xffff;

/**
 * Families of minimal sets as zero-suppressed decision diagrams (Minato 1993): a row splits a family into the sets
 * that hold its event (`high`, with the event taken out) and the others (`low`). 10^52 sets fit into some thousand
 * rows. Every operation takes and returns families in which no set contains another one.
 */
export class Zbdd extends NodeTable {
  single(level: number): number {
    return this.row(level, UNIT, EMPTY);
  }

  /** The family of this one set. */
  set(levels: readonly number[]): number {
    return [...levels].sort((a, b) => b - a).reduce((below, level) => this.row(level, below, EMPTY), UNIT);
  }

  /** Each of these events is a set of its own. */
  anyOf(levels: readonly number[]): number {
    return [...levels].sort((a, b) => b - a).reduce((below, level) => this.row(level, UNIT, below), EMPTY);
  }

  /** The events, when each of them is a set of its own and there are no other sets. */
  singlesOf(a: number): number[] | undefined {
    const levels: number[] = [];
    let row = a;
    for (; row > UNIT; row = this.low[row]!) {
      if (this.high[row] !== UNIT) return undefined;
      levels.push(this.level[row]!);
    }
    return row === UNIT ? undefined : levels;
  }

  node(level: number, high: number, low: number): number {
    return high === EMPTY ? low : this.row(level, high, low);
  }

  /** The minimal sets of both families. */
  union(a: number, b: number): number {
    if (a === UNIT || b === UNIT) return UNIT;
    if (a === EMPTY || a === b) return b;
    if (b === EMPTY) return a;
    if (a > b) [a, b] = [b, a];
    const known = this.recall(a, b, -2);
    if (known >= 0) return known;
    const la = this.level[a]!;
    const lb = this.level[b]!;
    const level = Math.min(la, lb);
    const low = this.union(la === level ? this.low[a]! : a, lb === level ? this.low[b]! : b);
    const high = this.union(la === level ? this.high[a]! : EMPTY, lb === level ? this.high[b]! : EMPTY);
    return this.remember(a, b, -2, this.node(level, this.without(high, low), low));
  }

  /** The sets of `a` that contain no set of `b`. */
  without(a: number, b: number): number {
    if (a === EMPTY || b === UNIT || a === b) return EMPTY;
    if (b === EMPTY || a === UNIT) return a;
    const la = this.level[a]!;
    const lb = this.level[b]!;
    if (la > lb) return this.without(a, this.low[b]!);
    const known = this.recall(a, b, -3);
    if (known >= 0) return known;
    const below = la === lb ? this.low[b]! : b;
    let high = this.without(this.high[a]!, below);
    if (la === lb) high = this.without(high, this.high[b]!);
    return this.remember(a, b, -3, this.node(la, high, this.without(this.low[a]!, below)));
  }

  /** The minimal unions of a set of `a` with a set of `b` that have at most `limit` members. */
  product(a: number, b: number, limit = UNLIMITED): number {
    if (a === EMPTY || b === EMPTY) return EMPTY;
    if (a === UNIT) return this.upTo(b, limit);
    if (b === UNIT) return this.upTo(a, limit);
    if (limit === 0) return EMPTY;
    if (a > b) [a, b] = [b, a];
    const known = this.recall(a, b, limit);
    if (known >= 0) return known;
    const la = this.level[a]!;
    const lb = this.level[b]!;
    const level = Math.min(la, lb);
    const less = limit === UNLIMITED ? limit : limit - 1;
    const [aHigh, aLow] = la === level ? [this.high[a]!, this.low[a]!] : [EMPTY, a];
    const [bHigh, bLow] = lb === level ? [this.high[b]!, this.low[b]!] : [EMPTY, b];
    const low = this.product(aLow, bLow, limit);
    const high = this.union(this.product(aHigh, this.union(bHigh, bLow), less), this.product(aLow, bHigh, less));
    return this.remember(a, b, limit, this.node(level, this.without(high, low), low));
  }

  /** The sets with at most `limit` members. */
  upTo(a: number, limit: number): number {
    if (a <= UNIT || limit === UNLIMITED) return a;
    if (limit === 0) return this.hasEmptySet(a) ? UNIT : EMPTY;
    // A long OR is a long chain of low ends: a loop, because thousands of calls exceed the stack.
    const chain: number[] = [];
    let row = a;
    while (row > UNIT && this.recall(row, -4, limit) < 0) {
      chain.push(row);
      row = this.low[row]!;
    }
    let family = row <= UNIT ? row : this.recall(row, -4, limit);
    for (const above of chain.reverse()) {
      const high = this.upTo(this.high[above]!, limit - 1);
      family = this.remember(above, -4, limit, this.node(this.level[above]!, high, family));
    }
    return family;
  }

  private hasEmptySet(a: number): boolean {
    let row = a;
    while (row > UNIT) row = this.low[row]!;
    return row === UNIT;
  }
}
