/**
 * What a class is to the rest of the library, known by a symbol of the whole process. `instanceof` fails where a program has
 * two copies of the package: a library of the user brings its own.
 */
export class Trait<T extends object> {
  private readonly symbol: symbol;

  /** @param name of the class. Contract between copies of the package. */
  constructor(name: string) {
    this.symbol = Symbol.for(`cdktf-beehive.${name}`);
  }

  /** Gives it to all instances of a class. */
  mark(prototype: T): void {
    Object.defineProperty(prototype, this.symbol, { value: true });
  }

  readonly has = (value: unknown): value is T =>
    typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[this.symbol] === true;
}
