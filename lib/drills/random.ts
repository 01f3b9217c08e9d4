/**
 * Numbers that look random and repeat with the seed, so that a drill can be run again as it was (Mulberry32, public
 * domain). Not for secrets.
 */
export class SeededRandom {
  private state: number;

  /** @param seed any integer; only its low 32 bits count. */
  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** 0 or more, less than 1. */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** `from` or more, less than `to`. */
  between(from: number, to: number): number {
    return from + this.fraction() * (to - from);
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.fraction() * items.length)];
    if (item === undefined) throw new RangeError("there is nothing to pick from");
    return item;
  }
}
