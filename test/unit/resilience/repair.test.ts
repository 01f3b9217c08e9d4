import {
  downDistribution,
  failoverUnavailability,
  repairedUnavailability,
  waitingForCrew,
} from "../../../lib/resilience";

const pair = { members: 2, atLeast: 1, mtbf: "1000 h", mttr: "10 h" };

describe("repair", () => {
  test("with a crew for each member is the binomial of independent members", () => {
    expect(repairedUnavailability({ ...pair, crews: 2 })).toBeCloseTo((10 / 1010) ** 2, 15);
  });

  test("with one crew is twice as bad for a pair", () => {
    expect(repairedUnavailability({ ...pair, crews: 1 })).toBeCloseTo(1.96e-4, 6);
    expect(repairedUnavailability({ ...pair, crews: 2 })).toBeCloseTo(9.8e-5, 6);
  });

  test("gives a distribution that sums to one", () => {
    const states = downDistribution({ members: 5, atLeast: 3, mtbf: "1 week", mttr: "1 day", crews: 2 });
    expect(states).toHaveLength(6);
    expect(states.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 15);
  });

  test("balances the flow between neighbouring states", () => {
    const states = downDistribution({ members: 3, atLeast: 2, mtbf: "100 h", mttr: "10 h", crews: 1 });
    states.slice(1).forEach((p, i) => expect(((3 - i) / 100) * states[i]!).toBeCloseTo(p / 10, 15));
  });

  test("has no waiting time when there are crews enough", () => {
    expect(waitingForCrew({ ...pair, crews: 2 })).toBe(0);
    expect(waitingForCrew({ ...pair, crews: 1 })).toBeGreaterThan(9e-5);
  });
});

test("four failures a year, 95 % handled, an hour by hand: 2.3e-5 and a little more for the switch itself", () => {
  const by = (switchTime: string) => failoverUnavailability(4, { coverage: 0.95, switchTime, manualTime: "1 h" });
  expect(by("0 s")).toBeCloseTo((4 * 0.05) / 8766, 15);
  expect(by("10 s")).toBeCloseTo(2.4e-5, 6);
});
