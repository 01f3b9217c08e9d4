import { NodeTable } from "./node-table";

export const FALSE = 0;
export const TRUE = 1;

/**
 * Reduced ordered binary decision diagrams: a row tests one event and leads to `high` when it has happened, to `low`
 * when not; equal functions are the same row. Bryant (1986), with if-then-else as the only operation (Brace, Rudell,
 * Bryant 1990).
 *
 * There are no complement edges: a probability is then a sum of positive terms, and keeps its relative precision at
 * 1e-13.
 */
export class Bdd extends NodeTable {
  variable(level: number): number {
    return this.node(level, TRUE, FALSE);
  }

  /** The row that tests `level`; both children must lie below it. */
  node(level: number, high: number, low: number): number {
    return high === low ? high : this.row(level, high, low);
  }

  /** `f ? g : h` */
  ite(f: number, g: number, h: number): number {
    if (f === TRUE) return g;
    if (f === FALSE) return h;
    if (g === f) g = TRUE;
    if (h === f) h = FALSE;
    if (g === h) return g;
    if (g === TRUE && h === FALSE) return f;
    // OR and AND commute: one order of the operands, so that the cache knows both.
    if (g === TRUE && h < f) [f, h] = [h, f];
    else if (h === FALSE && g < f) [f, g] = [g, f];

    const known = this.recall(f, g, h);
    if (known >= 0) return known;
    const lf = this.level[f]!;
    const lg = this.level[g]!;
    const lh = this.level[h]!;
    const level = Math.min(lf, lg, lh);
    const high = this.ite(
      lf === level ? this.high[f]! : f,
      lg === level ? this.high[g]! : g,
      lh === level ? this.high[h]! : h,
    );
    const low = this.ite(
      lf === level ? this.low[f]! : f,
      lg === level ? this.low[g]! : g,
      lh === level ? this.low[h]! : h,
    );
    return this.remember(f, g, h, this.node(level, high, low));
  }

  and(f: number, g: number): number {
    return this.ite(f, g, FALSE);
  }

  or(f: number, g: number): number {
    return this.ite(f, TRUE, g);
  }

  not(f: number): number {
    return this.ite(f, FALSE, TRUE);
  }

  xor(f: number, g: number): number {
    return this.ite(f, this.not(g), g);
  }

  /**
   * At least `k` of the functions hold. "j more are needed from here on" is one function per j, built from the deepest
   * variable upwards: 50 of 100 variables cost 2,550 rows and no expansion into combinations.
   */
  atLeast(k: number, parts: readonly number[]): number {
    const needed: number[] = [TRUE, ...new Array<number>(k).fill(FALSE)];
    const deepestFirst = [...parts].sort((a, b) => this.level[b]! - this.level[a]!);
    deepestFirst.forEach((part, seen) => {
      const left = parts.length - seen - 1;
      for (let j = Math.min(k, seen + 1); j >= Math.max(1, k - left); j--) {
        needed[j] = this.ite(part, needed[j - 1]!, needed[j]!);
      }
    });
    return needed[k]!;
  }
}
