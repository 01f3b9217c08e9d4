/** Words for messages: how a list, an amount and a value are written, so that all refusals read alike. */

export const list = (words: readonly string[]): string => (words.length === 0 ? "none" : words.join(", "));

export const count = (amount: number, noun: string, plural = `${noun}s`): string =>
  `${amount} ${amount === 1 ? noun : plural}`;

/** What stands for a value that Terraform computes: its text in the program is a marker. */
export const KNOWN_TO_TERRAFORM = "a value that only Terraform knows";

const LONGEST = 120;

/**
 * A value as a message shows it. It never throws, and never shows a secret: a construct is shown as its class and path, a private
 * key as what it is, anything long by its beginning.
 */
export function quoted(value: unknown): string {
  if (typeof value === "string") return text(value);
  if (value === undefined) return "unset";
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return isTokenNumber(value) ? KNOWN_TO_TERRAFORM : String(value);
  return Array.isArray(value) || isPlain(value) ? json(value) : thing(value);
}

function text(value: string): string {
  if (/\$\{TfToken\[|#\{TfToken\[/.test(value)) return KNOWN_TO_TERRAFORM;
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(value)) return "a private key's text";
  const line = value.split("\n", 1)[0]!;
  return value.length > LONGEST ? `"${line.slice(0, LONGEST - 1)}…"` : `"${value}"`;
}

/** A list or a plain object. What stands in it and is no data is shown as it would be alone. */
function json(value: object): string {
  const seen = new Set<object>();
  const shown = (_: string, part: unknown): unknown => {
    if (typeof part === "bigint" || typeof part === "symbol") return String(part);
    if (typeof part === "string" || typeof part === "function") {
      const words = quoted(part);
      return words === `"${String(part)}"` ? part : words.replace(/^"(.*)"$/s, "$1");
    }
    if (typeof part === "number") return Number.isFinite(part) && !isTokenNumber(part) ? part : quoted(part);
    if (typeof part !== "object" || part === null) return part;
    if (!Array.isArray(part) && !isPlain(part)) return thing(part);
    if (seen.has(part)) return "…";
    seen.add(part);
    return part;
  };
  const written = JSON.stringify(value, shown);
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
    return words.includes("TfToken[") ? KNOWN_TO_TERRAFORM : words.slice(0, LONGEST);
  } catch {
    return "";
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** cdktf hides a number that Terraform computes in the bits of a number of about -1e+289 and less. */
export function isTokenNumber(value: unknown): boolean {
  return typeof value === "number" && value < -1e280 && Number.isFinite(value);
}
