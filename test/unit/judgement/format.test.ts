import * as fc from "fast-check";
import {
  counted,
  listed,
  lostData,
  percent,
  percentRange,
  percentsApart,
  recoveryTime,
  seconds,
  share,
  shortPath,
  timePerYear,
} from "../../../lib/judgement/format";

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
  [126, "2.1 min"],
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

test("a share too small to show has no digits", () => {
  expect(share(1e-15)).toBe("less than 0.001 %");
  expect(share(0)).toBe("0 %");
});

test.each([
  [1, "machine", "1 machine"],
  [1200, "machine", "1,200 machines"],
  [2, "entry", "2 entries"],
  [2, "day", "2 days"],
])("%p %s is counted as %s", (count, noun, text) => {
  expect(counted(count, noun)).toBe(text);
});

test("long lists end with how many more there are", () => {
  expect(listed(["a", "b", "c"], 3)).toBe("a, b, c");
  expect(listed(["a", "b", "c", "d"], 3)).toBe("a, b and 2 more");
  expect(listed([])).toBe("");
});

test("a tier's path is short where the stack is known", () => {
  expect(shortPath("shop/web", "shop")).toBe("web");
  expect(shortPath("shop/eu/web", "shop")).toBe("eu/web");
  expect(shortPath("shop2/web", "shop")).toBe("shop2/web");
});

test.each([
  [true, 0, "at once"],
  [true, 2.1, "2.1 s"],
  [true, null, "after a switch by hand"],
  [false, null, "until it is repaired"],
])("works: %p, RTO %p: %s", (works, rtoSeconds, text) => {
  expect(recoveryTime({ works, rtoSeconds })).toBe(text);
});

test.each([
  [0, true, "nothing"],
  [0, false, "nothing, not guaranteed"],
  [5, true, "5 s"],
  [null, false, "no limit"],
])("lost %p, guaranteed %p: %s", (seconds, guaranteed, text) => {
  expect(lostData({ seconds, guaranteed })).toBe(text);
});
