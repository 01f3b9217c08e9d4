import { BeehiveError } from "../core/errors";
import { once } from "../core/once";

/**
 * Holds a stack open until something of it is rendered for synthesis, and closed from then on. cdktf asks for one thing several
 * times (preparation, validations, output), and the answers must agree: so each is rendered once, and what would change one
 * that was given is refused.
 */
export class Seal {
  private closed = false;

  /** @returns what `make` returns, computed at the first call, which seals the stack. */
  rendered<T>(make: () => T): () => T {
    return once(() => {
      this.closed = true;
      return make();
    });
  }

  /** @returns what `make` returns: at each call while the stack is open, and what it said first once the stack is sealed. */
  settled<T>(make: () => T): () => T {
    const last = once(make);
    return () => (this.closed ? last() : make());
  }

  /**
   * To be called before anything that software is rendered from changes.
   *
   * @param path construct whose change it is
   * @param change what comes: `database "shop"`
   * @throws BeehiveError when the stack is sealed
   */
  refuseLate(path: string, change: string): void {
    if (this.closed) throw tooLate(path, change);
  }
}

/** What a construct gathers until its stack is sealed: clients, sources, extra software. In the order of their first `set`. */
export class Collection<K, V> {
  private readonly entries = new Map<K, V>();

  /**
   * @param path construct that gathers
   * @param noun what it gathers, for messages: `client`
   */
  constructor(
    private readonly seal: Seal,
    private readonly path: string,
    private readonly noun: string,
  ) {}

  /** @throws BeehiveError when the stack is sealed, unless the entry is there already */
  set(key: K, value: V): void {
    if (this.entries.has(key) && this.entries.get(key) === value) return;
    this.seal.refuseLate(this.path, `${this.noun} ${JSON.stringify(key)}`);
    this.entries.set(key, value);
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  get keys(): K[] {
    return [...this.entries.keys()];
  }

  get values(): V[] {
    return [...this.entries.values()];
  }
}

function tooLate(path: string, change: string): BeehiveError {
  return new BeehiveError(
    path,
    `${change} comes after the stack was rendered for synthesis; it would be missing in files that are rendered already. ` +
      `Make everything before app.synth() or Testing.synth(), and a new App for another variant.`,
  );
}
