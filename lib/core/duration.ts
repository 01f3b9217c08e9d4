/** A length of time. Typed, so that no number travels without its unit. */
export class Duration {
  private constructor(private readonly ms: number) {}

  /** @param amount milliseconds, 0 or more. */
  static millis(amount: number): Duration {
    if (!Number.isFinite(amount) || amount < 0) {
      throw new RangeError(`a duration is a finite number of 0 or more, not ${amount}`);
    }
    return new Duration(amount);
  }

  /** @param amount seconds, 0 or more; fractions are fine. */
  static seconds(amount: number): Duration {
    return Duration.millis(amount * 1000);
  }

  /** @param amount minutes, 0 or more; fractions are fine. */
  static minutes(amount: number): Duration {
    return Duration.seconds(amount * 60);
  }

  toMillis(): number {
    return Math.round(this.ms);
  }

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
