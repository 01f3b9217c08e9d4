import fc from "fast-check";
import { combine, type SoftwarePart } from "../../../../lib/software/kit/combine";

const words = fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 });
const some = <T>(list: fc.Arbitrary<T>) => fc.option(list, { nil: undefined });
const part: fc.Arbitrary<SoftwarePart> = fc.record({
  packages: some(words),
  unusedUnits: some(words),
  accounts: some(words.map((names) => names.map((name) => ({ name })))),
  directories: some(words.map((paths) => paths.map((path) => ({ path })))),
  files: some(words.map((paths) => paths.map((path) => ({ path, content: "" })))),
  checks: some(words.map((texts) => texts.map((description) => ({ description, command: ["true"] })))),
  services: some(words.map((units) => units.map((unit) => ({ unit, onChange: "none" as const, watches: [] })))),
  gate: some(words.map((texts) => texts.map((description) => ({ description, command: [], timeoutSeconds: 1 })))),
  ports: some(
    fc
      .array(fc.nat(65535), { maxLength: 4 })
      .map((ports) =>
        ports.map((port) => ({ port, protocol: "tcp" as const, address: "*", from: "world" as const, purpose: "" })),
      ),
  ),
});
const LISTS = [
  ...["packages", "unusedUnits", "accounts", "directories", "files"],
  ...["checks", "services", "gate", "ports"],
] as (keyof SoftwarePart)[];

test("every list holds those of the parts, in the order of the parts, and nothing else", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const result = combine("all", ...parts);
      for (const list of LISTS) expect(result[list] ?? []).toEqual(parts.flatMap((one) => [...(one[list] ?? [])]));
      expect(Object.keys(result).filter((key) => !LISTS.includes(key as never))).toEqual(["name"]);
    }),
  );
});

test("combining step by step gives the same as combining at once", () => {
  fc.assert(
    fc.property(part, part, part, (a, b, c) => {
      expect(combine("all", combine("some", a, b), c)).toEqual(combine("all", a, b, c));
    }),
  );
});

test("the parts stay as they are", () => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      const before = JSON.stringify([a, b]);
      combine("all", a, b);
      expect(JSON.stringify([a, b])).toBe(before);
    }),
  );
});

test("a software has the lists that every software has, also without a part, and no others", () => {
  expect(combine("nothing")).toEqual({
    name: "nothing",
    packages: [],
    files: [],
    services: [],
    gate: [],
    ports: [],
  });
});

test("the lists come in one order, whatever the order in which the parts give them", () => {
  const one = { packages: ["a"], services: [{ unit: "a.service", onChange: "none" as const, watches: [] }] };
  const other = { services: one.services, packages: one.packages };
  expect(JSON.stringify(combine("x", other))).toBe(JSON.stringify(combine("x", one)));
});
