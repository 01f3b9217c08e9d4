import { Trait } from "./trait";

const trait = new Trait<Duration>("Duration");

/** Whether something is a `Duration`. */
export const isDuration = trait.has;

/** A length of time. Typed, so that no number travels without its unit. */
export class Duration {
  static {
    trait.mark(this.prototype);
  }

  private constructor(private readonly ms: number) {}

  /**
   * A time in milliseconds.
   *
   * @param amount 0 or more
   * @throws RangeError when the amount is negative or no finite number
   */
  static millis(amount: number): Duration {
    if (!Number.isFinite(amount) || amount < 0) {
      throw new RangeError(`a duration is a finite number of 0 or more, not ${amount}`);
    }
    return new Duration(amount);
  }

  /**
   * A time in seconds.
   *
   * @param amount 0 or more; fractions are fine
   * @throws RangeError when the amount is negative or no finite number
   */
  static seconds(amount: number): Duration {
    return Duration.millis(amount * 1000);
  }

  /**
   * A time in minutes.
   *
   * @param amount 0 or more; fractions are fine
   * @throws RangeError when the amount is negative or no finite number
   */
  static minutes(amount: number): Duration {
    return Duration.seconds(amount * 60);
  }

  /** The time in whole milliseconds. */
  toMillis(): number {
    return Math.round(this.ms);
  }

  /** The time in seconds, fractions included. */
  toSeconds(): number {
    return this.ms / 1000;
  }

  /** Seconds, so that a manifest or a bundle reads `1.5`. */
  toJSON(): number {
    return this.toSeconds();
  }

  /** For messages: `300 ms`, `1.5 s`, `2 min`. */
  toString(): string {
    if (this.ms < 1000) return `${this.ms} ms`;
    if (this.ms % 60_000 === 0) return `${this.ms / 60_000} min`;
    return `${this.ms / 1000} s`;
  }
}
