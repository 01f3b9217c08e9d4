import * as fs from "node:fs";
import * as path from "node:path";
import { FAULTS } from "../../lib/drills/faults/faults";
import { RULES } from "../../lib/judgement/rules/rules";

/** What CONTRIBUTING promises: a daemon, a rule and a fault are a file of their own, and at most one list names them. */

const LIB = path.resolve(__dirname, "../../lib");
const sources = (folder = LIB): string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file));
const read = (file: string) => fs.readFileSync(file, "utf8");
const code = (file: string) => read(file).replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");

/** Files of the library that import this one. */
const importersOf = (file: string): string[] =>
  sources().filter((other) =>
    [...read(other).matchAll(/from "(\.[^"]+)"/g)].some(
      ([, target]) => `${path.resolve(path.dirname(other), target!)}.ts` === file,
    ),
  );
const mentioning = (word: string): string[] => sources().filter((file) => code(file).includes(`"${word}"`));

const named = [
  ...FAULTS.map(({ name }) => ({ name, folder: "drills/faults", list: "faults.ts" })),
  ...RULES.map(({ name }) => ({ name, folder: "judgement/rules", list: "rules.ts" })),
];

test.each(named)("$name stands in a file of its own and in one list", ({ name, folder, list }) => {
  const files = mentioning(name);
  expect(files.map((file) => path.relative(path.join(LIB, folder), file))).toEqual([
    expect.stringMatching(/^[a-z-]+\.ts$/),
  ]);
  expect(importersOf(files[0]!)).toEqual([path.join(LIB, folder, list)]);
});

test("what every daemon shares names none of them, and no class of tiers", () => {
  const neutral = [
    "core",
    "manifest",
    "contracts",
    "stack",
    "rollout",
    "plan",
    "drills",
    "judgement",
    "render",
    "lab",
    "cli",
  ];
  const daemons = /haproxy|galera|keepalived|mariadb|nginx|php|HaWebTier/i;
  const guilty = neutral
    .flatMap((folder) => sources(path.join(LIB, folder)))
    .filter((file) => daemons.test(code(file)));
  expect(guilty).toEqual([]);
});
