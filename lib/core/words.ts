import { ASSIGNED, PRIVATE_KEY, SECRET, secretIn } from "./secret-text";
import { isToken } from "./tokens";

/** Words for messages: how a list, an amount and a value are written, so that all refusals read alike. */

export const list = (words: readonly string[]): string => (words.length === 0 ? "none" : words.join(", "));

/** `"a", "b" or "c"`. */
export const either = (words: readonly string[], last = "or"): string =>
  words.length < 2 ? (words[0] ?? "none") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)!}`;

/** The word that was probably meant: it differs in a letter or two, or in case. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((one) => ({ one, away: distance(word.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, away }) => away <= 2 && away <= one.length / 2)
    .sort((a, b) => a.away - b.away);
  return best?.one;
}

/** ` Did you mean "web"?`, or nothing. @param say how the word is written */
export function didYouMean(word: string, known: readonly string[], say: (word: string) => string = quoted): string {
  const close = nearest(word, known);
  return close === undefined || close === word ? "" : ` Did you mean ${say(close)}?`;
}

/** How many letters must be changed, added or left out (Levenshtein). Long texts are nobody's misspelling. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

export const count = (amount: number, noun: string, plural = `${noun}s`): string =>
  `${amount} ${amount === 1 ? noun : plural}`;

/** What stands for a value that Terraform computes: its text in the program is a marker. */
export const KNOWN_TO_TERRAFORM = "a value that only Terraform knows";

/** Why a file cannot be read, without its name once more. */
export function unreadableBecause(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "there is no such file" : message.replace(/, \w+ '[^]*'$/, "");
}

const LONGEST = 120;

/**
 * A value as a message shows it. It never throws, and never shows a secret: a construct is shown as its class and path, a private
 * key as what it is, anything long by its beginning.
 */
export function quoted(value: unknown): string {
  try {
    return shown(value);
  } catch {
    return "an object that cannot be read";
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return text(value);
  if (value === undefined) return "unset";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return isToken(value) ? KNOWN_TO_TERRAFORM : String(value);
  return Array.isArray(value) || isPlain(value) ? json(value) : thing(value);
}

function text(value: string): string {
  if (isToken(value)) return KNOWN_TO_TERRAFORM;
  const secret = secretIn(value);
  if (secret !== undefined) return secret === PRIVATE_KEY ? `${secret}'s text` : `a text with ${secret}`;
  const known = value.slice(0, 4 * LONGEST).replace(ASSIGNED, "$1…");
  const short = known.length > LONGEST ? `${known.split("\n", 1)[0]!.slice(0, LONGEST - 1)}…` : known;
  return `"${visible(short)}"`;
}

/** A text with what a terminal would obey, and halves of characters, as escapes. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}]/gu, (one) =>
    one === "\n" ? "\\n" : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A list or a plain object. What stands in it and is no data is shown as it would be alone. */
function json(value: object): string {
  const seen = new Set<object>();
  const replaced = (key: string, part: unknown): unknown => {
    if (SECRET.test(key) && typeof part !== "boolean") return "…";
    if (typeof part === "bigint" || typeof part === "symbol") return String(part);
    if (typeof part === "string" || typeof part === "function") {
      const words = quoted(part);
      return words === `"${visible(String(part))}"` ? part : words.replace(/^"(.*)"$/s, "$1");
    }
    if (typeof part === "number") return Number.isFinite(part) && !isToken(part) ? part : quoted(part);
    if (typeof part !== "object" || part === null) return part;
    if (!Array.isArray(part) && !isPlain(part)) return thing(part);
    if (seen.has(part)) return "…";
    seen.add(part);
    return part;
  };
  const written = visible(JSON.stringify(value, replaced).replace(/[$#]\{TfToken\[[^\]]*\]\}/g, KNOWN_TO_TERRAFORM));
  return written.length > LONGEST ? `${written.slice(0, LONGEST - 1)}…` : written;
}

/** `the GaleraCluster shop/db`; a Duration and others that know their own words: `300 ms`. */
function thing(value: object): string {
  const { constructor: kind, node } = value as { constructor?: { name?: unknown }; node?: { path?: unknown } };
  const name = typeof kind?.name === "string" && kind.name !== "" ? kind.name : "object";
  if (typeof node?.path === "string") return `the ${name}${node.path === "" ? "" : ` ${node.path}`}`;
  const words = ownWords(value);
  return words === "" ? `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}` : words;
}

function ownWords(value: object): string {
  if (value.toString === Object.prototype.toString) return "";
  try {
    const words = String(value);
    return isToken(words) ? KNOWN_TO_TERRAFORM : words.slice(0, LONGEST);
  } catch {
    return "";
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
