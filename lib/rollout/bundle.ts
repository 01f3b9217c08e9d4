import type { Software } from "../software/software";

/** Version of the format that `beehive-apply` reads. */
export const BUNDLE_VERSION = 1;

/** Everything that one tier wants on one machine. Holds no secret: see `placeholders.ts`. */
export interface Bundle {
  readonly version: typeof BUNDLE_VERSION;
  /** What the machine remembers the bundle by, unique on it: `shop-web`. */
  readonly group: string;
  /** For messages: `shop/web`. */
  readonly tier: string;
  /** For messages: `web-1`. */
  readonly machine: string;
  /** In the order in which they are activated. */
  readonly software: readonly Software[];
  /** Names of the secrets that the files' placeholders use. */
  readonly secrets: readonly string[];
}
