import { invalidProperty, onlyTerraformKnows } from "./errors";
import { isToken } from "./tokens";
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
   * @throws BeehiveError when the amount is negative or no finite number
   */
  static millis(amount: number): Duration {
    return new Duration(checked("millis", amount));
  }

  /**
   * A time in seconds.
   *
   * @param amount 0 or more; fractions are fine
   * @throws BeehiveError when the amount is negative or no finite number
   */
  static seconds(amount: number): Duration {
    return new Duration(checked("seconds", amount) * 1000);
  }

  /**
   * A time in minutes.
   *
   * @param amount 0 or more; fractions are fine
   * @throws BeehiveError when the amount is negative or no finite number
   */
  static minutes(amount: number): Duration {
    return new Duration(checked("minutes", amount) * 60_000);
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

function checked(unit: "millis" | "seconds" | "minutes", amount: unknown): number {
  const call = `Duration.${unit}`;
  if (isToken(amount)) throw onlyTerraformKnows(call, "amount", `a number, for example ${call}(2)`);
  if (typeof amount === "number" && Number.isFinite(amount) && amount >= 0) return amount;
  throw invalidProperty(call, "amount", amount, `must be a number, 0 or more, for example ${call}(2).`);
}
