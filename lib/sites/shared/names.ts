import { sha256 } from "../../core/sha256";

/** What a provider takes as the name of one kind of resource. */
export interface NameRule {
  /** Characters at most. */
  readonly max: number;
  /** Stands between the parts: a character that the provider allows, best one that is in no part. */
  readonly separator: string;
  /** Characters that the provider refuses; each becomes a dash. */
  readonly refused: RegExp;
  /** @default false */
  readonly lowerCase?: boolean;
  /** Some names must begin with a letter. @default false */
  readonly letterFirst?: boolean;
}

const HASH = 10;

/**
 * A name that the provider takes. It is the parts themselves, where they fit and stay unambiguous; otherwise it is
 * shortened and ends with a hash of all of them, so that the same parts give the same name for ever and other parts another one.
 * Names of one kind of resource must be made of the same number of parts.
 */
export function providerName(parts: readonly string[], rule: NameRule): string {
  const { max, separator, refused, lowerCase = false, letterFirst = false } = rule;
  const text = parts.join(separator);
  const cased = lowerCase ? text.toLowerCase() : text;
  const plain = tidy(cased.replace(new RegExp(refused.source, `${refused.flags.replace("g", "")}g`), "-"));
  const begins = !letterFirst || /^[A-Za-z]/.test(plain);
  // "a-b" and "c" must not become the same as "a" and "b-c".
  const distinct = parts.slice(0, -1).every((part) => !part.includes(separator));
  if (plain === text && plain !== "" && begins && distinct && plain.length <= max) return plain;
  const start = tidy(`${begins ? "" : "x"}${plain}`.slice(0, max - HASH - 1));
  const hash = sha256(JSON.stringify(parts)).slice(0, HASH);
  return start === "" ? `x${hash}` : `${start}-${hash}`;
}

/** Providers that allow dashes mostly refuse them at the ends and in a row. */
function tidy(text: string): string {
  return text.replace(/-{2,}/g, "-").replace(/^-+|-+$/g, "");
}
