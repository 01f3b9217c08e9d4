import fc from "fast-check";
import { globsMeet } from "../../../lib/core/glob";

const LETTERS = fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 6 });
const GLOB = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?"), maxLength: 6 });

const matches = (glob: string, text: string): boolean =>
  new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);

/** All texts of up to so many letters. A shortest common text of two globs has no more than both have signs. */
function* texts(letters: readonly string[], longest: number): Generator<string> {
  let last = [""];
  for (let length = 0; length <= longest; length++) {
    yield* last;
    last = last.flatMap((text) => letters.map((letter) => text + letter));
  }
}

test("of a glob and a text it says what a regular expression says", () => {
  fc.assert(fc.property(GLOB, LETTERS, (glob, text) => globsMeet(glob, text) === matches(glob, text)));
});

test("of two globs it says whether any text matches both, in either order", () => {
  const short = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 4 });
  fc.assert(
    fc.property(short, short, (a, b) => {
      const found = [...texts(["a", "b"], 8)].some((text) => matches(a, text) && matches(b, text));
      return globsMeet(a, b) === found && globsMeet(b, a) === found;
    }),
  );
});

test("a hundred stars take no time", () => {
  expect(globsMeet(`${"a*".repeat(200)}c`, `${"a".repeat(2000)}b`)).toBe(false);
});
