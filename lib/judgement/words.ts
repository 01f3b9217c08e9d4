/** Small grammar, so that findings read as sentences. */

/** `a`, `a and b`, `a, b and c`. */
export function and(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]!}`;
}

/** `1 vote is`, `2 votes are`. */
export function are(amount: number, noun = ""): string {
  const named = noun === "" ? "" : ` ${noun}${amount === 1 ? "" : "s"}`;
  return `${amount}${named} ${amount === 1 ? "is" : "are"}`;
}

/** `one of db-a, db-b`, `2 of db-a, db-b, db-c`, `all of db-a, db-b`; long lists are cut. */
export function some(amount: number, of: readonly string[]): string {
  const names = of.length > 6 ? `${of.slice(0, 5).join(", ")}, …` : of.join(", ");
  if (of.length === 1) return names;
  return `${amount === of.length ? "all" : amount === 1 ? "one" : amount} of ${names}`;
}

/** Minutes in a year with as many digits as it takes to tell them apart: `54.28 min`, `54.17 min`. */
export function minutesApart(values: readonly number[]): string[] {
  for (let digits = 4; digits < 8; digits++) {
    const shown = values.map((value) => `${Number(value.toPrecision(digits))} min`);
    if (new Set(shown).size === new Set(values).size) return shown;
  }
  return values.map((value) => `${Number(value.toPrecision(8))} min`);
}
