import * as fc from "fast-check";
import { Duration } from "../../../lib/core/duration";
import { Reliability, unavailabilityOf } from "../../../lib/contracts/reliability";

test("a percentage becomes the share that its digits say, to the last one", () => {
  expect(unavailabilityOf("99.99%")).toBe(1e-4);
  expect(unavailabilityOf("99.999999 %")).toBe(1e-8);
  expect(unavailabilityOf("100%")).toBe(0);
  expect(unavailabilityOf("0%")).toBe(1);
});

test("every percentage of up to nine digits is exact", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (rest) => {
      const text = `99.${String(rest).padStart(9, "0")}%`;
      expect(unavailabilityOf(text)).toBe((1_000_000_000 - rest) / 100_000_000_000);
    }),
  );
});

test.each(["99,9%", "99.9", "101%", "100.1%", "-1%", "", "four nines"])("%p is refused", (text) => {
  expect(unavailabilityOf(text)).toBeUndefined();
  expect(() => Reliability.sla(text, "the seller")).toThrow(
    `Reliability.sla: estimate is "${text}"; an availability is a percentage of 0 to 100; write "99.9%", `,
  );
});

test("two percentages are a range whose likely value lies between them in orders of magnitude", () => {
  const node = Reliability.assumed(["99%", "99.99%"]).node("machine");
  const [low, likely, high] = node.probability;
  expect([low, high]).toEqual([1e-4, 1e-2]);
  expect(likely).toBeCloseTo(1e-3, 12);
  expect(node.failuresPerYear).toBeUndefined();
});

test("a range in the wrong order is refused", () => {
  expect(() => Reliability.sla(["99.99%", "99%"], "the seller")).toThrow(
    'Reliability.sla: estimate is ["99.99%","99%"]; write the worst availability first, the best last.',
  );
});

test.each<[unknown, string]>([
  [undefined, "unset"],
  [[], "[]"],
  [["99%"], '["99%"]'],
  [{ mtbf: 5, mttr: 1 }, '{"mtbf":5,"mttr":1}'],
])("%p is refused, with what is allowed", (estimate, message) => {
  expect(() => Reliability.assumed(estimate as never)).toThrow(
    `Reliability.assumed: estimate is ${message}; write "99.9%", `,
  );
});

test("a number without a source is refused", () => {
  expect(() => Reliability.sla("99.9%", " ")).toThrow(
    'Reliability.sla: source is " "; say where the number comes from, for example "contract with the hoster".',
  );
});

test("times between failures and to repair give both the share of time and the rate", () => {
  const node = Reliability.measured({ mtbf: Duration.minutes(60 * 999), mttr: Duration.minutes(60) }, "our log").node(
    "zone",
  );
  expect(node).toEqual({
    kind: "zone",
    in: [],
    probability: [0.001, 0.001, 0.001],
    failuresPerYear: 8.766,
    provenance: "measured",
    source: "our log",
  });
});
