import { NodeBudgetError } from "./errors";

/** Looked up once: in a sandbox (jest, vm) each look at a global costs more than all the arithmetic here. */
const { imul } = Math;

/** The level of the two constants, 0 and 1: below every variable. */
const BOTTOM = 0x7fffffff;

/** 4 million operations in 64 MB. */
const MAX_CACHE = 4 * 2 ** 22;

/**
 * The store of both kinds of decision diagram (BDD and ZBDD): rows of typed arrays, each row once, found through an
 * open-addressing hash table. A JavaScript Map needs ten times the memory and ends at 2^24 entries.
 *
 * A child's row always precedes its parent's, so that every evaluation of a diagram is one loop over the rows.
 */
export class NodeTable {
  /** Rows in use; 0 and 1 are the constants. */
  size = 2;
  /** What a row tests: a position in the order of variables, 0 first. */
  level: Int32Array = new Int32Array(1024);
  high: Int32Array = new Int32Array(1024);
  low: Int32Array = new Int32Array(1024);

  /** Hash table of rows, 0 = free; its length is a power of two and twice that of the rows. */
  private table = new Int32Array(2048);
  /**
   * Lossy memory of operations: three operands and the result. It grows with the operations, not with the rows: few
   * rows can have many pairs, and forgetting pairs too early turns a quadratic recursion into an exponential one.
   */
  private cache = new Int32Array(4 * 1024).fill(-1);
  private remembered = 0;

  /** @param budget rows after which `NodeBudgetError` is thrown; 20 to 40 bytes each. */
  constructor(private readonly budget: number) {
    this.level[0] = this.level[1] = BOTTOM;
  }

  /** The row with this content; made when there is none. */
  protected row(level: number, high: number, low: number): number {
    const mask = this.table.length - 1;
    let slot = mix(level, high, low) & mask;
    for (;;) {
      const row = this.table[slot]!;
      if (row === 0) break;
      if (this.level[row] === level && this.high[row] === high && this.low[row] === low) return row;
      slot = (slot + 1) & mask;
    }
    if (this.size >= this.budget) throw new NodeBudgetError(this.budget);
    const row = this.size++;
    this.table[slot] = row;
    this.level[row] = level;
    this.high[row] = high;
    this.low[row] = low;
    if (this.size === this.level.length) this.grow();
    return row;
  }

  /** The result that `remember` stored for these operands, or -1. */
  protected recall(a: number, b: number, c: number): number {
    const entry = (mix(a, b, c) & ((this.cache.length >> 2) - 1)) << 2;
    const cache = this.cache;
    return cache[entry] === a && cache[entry + 1] === b && cache[entry + 2] === c ? cache[entry + 3]! : -1;
  }

  protected remember(a: number, b: number, c: number, result: number): number {
    if (++this.remembered * 2 > this.cache.length && this.cache.length < MAX_CACHE) this.growCache();
    const entry = (mix(a, b, c) & ((this.cache.length >> 2) - 1)) << 2;
    const cache = this.cache;
    cache[entry] = a;
    cache[entry + 1] = b;
    cache[entry + 2] = c;
    cache[entry + 3] = result;
    return result;
  }

  /** Marks the rows that a root leads to. */
  reach(root: number): Uint8Array {
    const reached = new Uint8Array(Math.max(2, root + 1));
    reached[root] = 1;
    for (let row = root; row > 1; row--) {
      if (reached[row] === 0) continue;
      reached[this.high[row]!] = 1;
      reached[this.low[row]!] = 1;
    }
    return reached;
  }

  private grow(): void {
    const rows = this.level.length * 2;
    const larger = (old: Int32Array) => {
      const copy = new Int32Array(rows);
      copy.set(old);
      return copy;
    };
    this.level = larger(this.level);
    this.high = larger(this.high);
    this.low = larger(this.low);
    this.table = new Int32Array(rows * 2);
    const mask = this.table.length - 1;
    for (let row = 2; row < this.size; row++) {
      let slot = mix(this.level[row]!, this.high[row]!, this.low[row]!) & mask;
      while (this.table[slot] !== 0) slot = (slot + 1) & mask;
      this.table[slot] = row;
    }
  }

  private growCache(): void {
    const old = this.cache;
    this.cache = new Int32Array(old.length * 4).fill(-1);
    this.remembered = 0;
    for (let entry = 0; entry < old.length; entry += 4) {
      if (old[entry] !== -1) this.remember(old[entry]!, old[entry + 1]!, old[entry + 2]!, old[entry + 3]!);
    }
  }
}

/** Three small integers to 32 well mixed bits; the multipliers are those of MurmurHash3. */
function mix(a: number, b: number, c: number): number {
  let hash = imul(a, 0x85ebca6b) ^ imul(b, 0xcc9e2d51) ^ imul(c, 0x1b873593);
  hash ^= hash >>> 15;
  hash = imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
