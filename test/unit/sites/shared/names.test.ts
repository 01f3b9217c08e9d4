import fc from "fast-check";
import { providerName, type NameRule } from "../../../../lib/sites/shared/names";

const ROLE: NameRule = { max: 64, separator: ".", refused: /[^\w+=,.@-]/ };
const BALANCER: NameRule = { max: 32, separator: "-", refused: /[^A-Za-z0-9-]/ };
const DATABASE: NameRule = { max: 63, separator: "-", refused: /[^a-z0-9-]/, lowerCase: true, letterFirst: true };

test("a name that fits is taken as it is", () => {
  expect(providerName(["shop-on-aws", "cloud"], ROLE)).toBe("shop-on-aws.cloud");
});

test("a name that is too long keeps its beginning and ends with a hash", () => {
  expect(providerName(["shop", "x".repeat(80)], ROLE)).toMatch(/^shop\.x{48}-[0-9a-f]{10}$/);
});

test("a character that the provider refuses becomes a dash, and the hash tells the names apart", () => {
  const [slash, space] = ["a/b", "a b"].map((part) => providerName([part], ROLE));
  expect([slash, space]).toEqual([expect.stringMatching(/^a-b-\w{10}$/), expect.stringMatching(/^a-b-\w{10}$/)]);
  expect(slash).not.toBe(space);
});

test("parts that hold the separator cannot be mistaken for other parts", () => {
  expect(providerName(["a-b", "c"], BALANCER)).not.toBe(providerName(["a", "b-c"], BALANCER));
  expect(providerName(["a", "b-c"], BALANCER)).toBe("a-b-c");
});

test("a database name is in lower case and begins with a letter", () => {
  expect(providerName(["7shop", "db"], DATABASE)).toMatch(/^x7shop-db-[0-9a-f]{10}$/);
  expect(providerName(["Shop", "db"], DATABASE)).toMatch(/^shop-db-[0-9a-f]{10}$/);
});

test("nothing that a provider takes is left: the hash alone is the name", () => {
  expect(providerName(["///"], BALANCER)).toMatch(/^x[0-9a-f]{10}$/);
});

const part = fc.string({ minLength: 1, maxLength: 90 });

test.each([
  ["role", ROLE],
  ["load balancer", BALANCER],
  ["database", DATABASE],
])("whatever the parts are, the name of a %s is taken by the provider", (_, rule) => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      const name = providerName([a, b], rule);
      expect(name.length).toBeGreaterThan(0);
      expect(name.length).toBeLessThanOrEqual(rule.max);
      expect(name).not.toMatch(rule.refused);
      expect(name).not.toMatch(/^-|-$|--/);
      if (rule.letterFirst) expect(name).toMatch(/^[a-z]/);
    }),
  );
});

test("different parts never get the same name", () => {
  const alike = fc.string({ unit: fc.constantFrom("a", "-", ".", "/", "B"), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(alike, alike, alike, alike, (a, b, c, d) => {
      fc.pre(a !== c || b !== d);
      for (const rule of [ROLE, BALANCER, DATABASE])
        expect(providerName([a, b], rule)).not.toBe(providerName([c, d], rule));
    }),
    { numRuns: 1000 },
  );
});
