import fc from "fast-check";
import { quarter, waves } from "../../../lib/rollout/waves";

test("the first machine changes alone, then as many at once as the group can spare", () => {
  expect(waves([1, 2, 3, 4, 5, 6], 2)).toEqual([[1], [2, 3], [4, 5], [6]]);
});

test("every member is in exactly one wave, in order, and none is wider than allowed", () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 50 }), (members, width) => {
      const result = waves(members, width);
      expect(result.flat()).toEqual(members);
      for (const wave of result) expect(wave.length).toBeLessThanOrEqual(width);
      if (members.length > 0) expect(result[0]).toHaveLength(1);
    }),
  );
});

test("thirty servers change in six waves, not in thirty", () => {
  expect(waves(Array.from({ length: 30 }), quarter(30))).toHaveLength(6);
});
