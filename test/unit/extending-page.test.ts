import * as fs from "node:fs";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const EXAMPLE = path.join(ROOT, "examples/extending");

const page = fs.readFileSync(path.join(ROOT, "docs/guides/extending.md"), "utf8");
const blocks = Array.from(page.matchAll(/^```ts\n(.*?)^```$/gms), ([, block]) => block!);
const sources = fs
  .readdirSync(EXAMPLE)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => fs.readFileSync(path.join(EXAMPLE, name), "utf8"));

/** The page has shorter lines than programs. */
const inOneLine = (text: string) => text.replace(/\s+/g, "").replace(/,(?=[)\]}])/g, "");

test("the page on extending shows all five ways", () => {
  expect(Array.from(page.matchAll(/^## (.*)$/gm), ([, title]) => title)).toEqual([
    "A daemon on an existing tier",
    "A tier",
    "An engine",
    "An address",
    "A child resource",
    "What is contract",
  ]);
  expect(blocks.length).toBeGreaterThanOrEqual(7);
});

test.each(blocks.map((block) => [block.split("\n")[0]!, block]))(
  "what the page on extending shows is the example's: %s",
  (_, block) => {
    // A comment of three dots stands for what is left out.
    for (const part of block.split(/^ *\/\/ …$/m)) {
      expect(sources.some((source) => inOneLine(source).includes(inOneLine(part)))).toBe(true);
    }
  },
);
