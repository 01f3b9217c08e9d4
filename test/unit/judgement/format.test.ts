import * as fc from "fast-check";
import { percent, percentRange, percentsApart, seconds, share, timePerYear } from "../../../lib/judgement/format";

test.each([
  [1e-4, "99.99 %"],
  [1.26624e-4, "99.9873 %"],
  [3e-13, "99.99999999997 %"],
  [0.05, "95 %"],
  [0, "100 %"],
  [1, "0 %"],
])("unavailability %p is %s", (value, text) => {
  expect(percent(value)).toBe(text);
});

test("nothing that fails is ever shown as 100 %", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-15, max: 0.9, noNaN: true }), (value) => {
      expect(percent(value)).not.toBe("100 %");
    }),
  );
});

test.each([
  [1.6e-5, 1.11e-3, ["99.9984 %", "99.889 %"]],
  [1.6e-5, 1.608e-5, ["99.99840 %", "99.99839 %"]],
  [1.2e-4, 1.5e-4, ["99.988 %", "99.985 %"]],
  [1.2e-4, 1.52e-4, ["99.9880 %", "99.9848 %"]],
  [1e-4, 1e-4, ["99.99 %", "99.99 %"]],
  [0, 1e-4, ["100 %", "99.99 %"]],
])("unavailabilities %p and %p can be told apart", (a, b, texts) => {
  expect(percentsApart(a, b)).toEqual(texts);
});

test("a range is left out where there is none", () => {
  expect(percentRange({ low: 1e-4, likely: 1e-4, high: 1e-4 })).toBe("99.99 %");
  expect(percentRange({ low: 1e-5, likely: 1e-4, high: 1e-3 })).toBe("99.99 % (99.9 % to 99.999 %)");
});

test.each([
  [0, "0 s"],
  [0.0004, "less than 1 ms"],
  [0.34, "0.34 s"],
  [2.1, "2.1 s"],
  [75, "75 s"],
  [600, "10 min"],
  [23_400, "6.5 h"],
  [700_000, "8.1 days"],
])("%p seconds are %s", (value, text) => {
  expect(seconds(value)).toBe(text);
});

test("minutes a year and shares", () => {
  expect(timePerYear(66.6)).toBe("67 min");
  expect(share(0.2527)).toBe("25 %");
  expect(share(0.001763)).toBe("0.18 %");
});
