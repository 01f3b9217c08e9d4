import fc from "fast-check";
import {
  holds,
  isBlock,
  isPrivate,
  overlaps,
  prefixFor,
  prefixLength,
  sizeOf,
  subnet,
} from "../../../../lib/sites/shared/cidr";

const block = fc
  .tuple(fc.nat({ max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 28 }))
  .map(([address, bits]) => subnet("0.0.0.0/0", bits, Math.floor(address / 2 ** (32 - bits))));

test.each(["10.64.0.0/16", "192.168.1.0/24", "0.0.0.0/0"])("%s is a block", (text) => {
  expect(isBlock(text)).toBe(true);
});

test.each(["10.64.0.0", "10.64.0.1/16", "10.64/16", "10.64.0.0/33", "fd00::/8", "", "010.1.0.0/16"])(
  "%j is no block",
  (text) => {
    expect(isBlock(text)).toBe(false);
  },
);

test("a slot is always the same block", () => {
  expect([subnet("10.64.0.0/16", 20, 0), subnet("10.64.0.0/16", 20, 3), subnet("10.64.0.0/16", 20, 15)]).toEqual([
    "10.64.0.0/20",
    "10.64.48.0/20",
    "10.64.240.0/20",
  ]);
});

test("a slot that a block does not have is a mistake of the caller", () => {
  expect(() => subnet("10.64.0.0/16", 20, 16)).toThrow("10.64.0.0/16 has no /20 number 16");
  expect(() => subnet("10.64.0.0/16", 12, 0)).toThrow("10.64.0.0/16 has no /12 number 0");
});

test("sixteen addresses need a /28, seventeen a /27", () => {
  expect([prefixFor(1), prefixFor(16), prefixFor(17), sizeOf("10.0.0.0/28")]).toEqual([32, 28, 27, 16]);
});

test("private networks are those that no one on the internet has", () => {
  expect(["10.64.0.0/16", "172.31.0.0/16", "100.64.0.0/16", "172.32.0.0/16", "10.0.0.0/7"].map(isPrivate)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("slots of one block lie in it and never overlap each other", () => {
  fc.assert(
    fc.property(block, fc.integer({ min: 1, max: 4 }), fc.nat(15), fc.nat(15), (outer, bits, i, j) => {
      const prefix = prefixLength(outer) + bits;
      const [a, b] = [i % 2 ** bits, j % 2 ** bits].map((slot) => subnet(outer, prefix, slot)) as [string, string];
      expect([holds(outer, a), isBlock(a), overlaps(a, b)]).toEqual([true, true, a === b]);
    }),
  );
});

test("blocks overlap exactly when one holds the other", () => {
  fc.assert(
    fc.property(block, block, (a, b) => {
      expect(overlaps(a, b)).toBe(holds(a, b) || holds(b, a));
    }),
  );
});
