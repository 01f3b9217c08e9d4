import fc from "fast-check";
import { isStarved, longestWriteGap, measure } from "../../lib/drills/drill-metrics";
import type { RequestRecord } from "../../lib/drills/request-record";

const fault = { from: 1, to: 1.2 };
const request = (intended: number, done: number, rest: Partial<RequestRecord> = {}): RequestRecord => ({
  kind: "write",
  id: "id",
  intended,
  sent: intended,
  done,
  ...rest,
});

describe("write gap", () => {
  test("is the longest time without an acknowledgement while writes were waiting", () => {
    const writes = [request(0, 0.01), request(0.1, 0.11), request(0.2, 2.5), request(0.3, 2.6), request(2.7, 2.71)];
    expect(longestWriteGap(writes)).toBeCloseTo(2.3, 6);
  });

  test("does not count time in which nobody wrote", () => {
    expect(longestWriteGap([request(0, 0.01), request(10, 10.02)])).toBeCloseTo(0.02, 6);
  });

  test("is not ended by a write that fails at once", () => {
    const refused = { error: "http-503" };
    const writes = [request(0, 0.01), request(1, 1.01, refused), request(2, 2.01, refused), request(3, 3.01)];
    expect(longestWriteGap(writes)).toBeCloseTo(2.01, 6);
  });

  test("runs to the last write when none comes back", () => {
    const timeout = { error: "timeout" };
    const writes = [request(0, 0.01), request(1, 7, timeout), request(3, 9, timeout), request(5, 11, timeout)];
    expect(longestWriteGap(writes)).toBeCloseTo(4, 6);
  });

  test("does not grow by a failure that shows after the last write", () => {
    const writes = [request(0, 0.01), request(1, 6, { error: "http-503" }), request(1.1, 1.11), request(1.2, 1.21)];
    expect(longestWriteGap(writes)).toBeLessThan(0.2);
  });

  test("is null when nothing was written", () => {
    expect(longestWriteGap([request(0, 1, { kind: "read" })])).toBeNull();
  });

  test("is never longer than the whole time and never shorter than the slowest write", () => {
    const writes = fc.array(
      fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 6, noNaN: true })),
      {
        minLength: 1,
        maxLength: 50,
      },
    );
    fc.assert(
      fc.property(writes, (all) => {
        const records = all.map(([at, took]) => request(at, at + took));
        const gap = longestWriteGap(records) ?? NaN;
        const end = Math.max(...records.map(({ done }) => done));
        const begin = Math.min(...records.map(({ intended }) => intended));
        expect(gap).toBeLessThanOrEqual(end - begin + 1e-9);
        expect(gap).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

test("the worst answer is the longest of the right ones; failures are counted and timed apart", () => {
  const records = [request(0, 0.1), request(1, 1.5), request(1.1, 7.1, { error: "timeout" })];
  const metrics = measure(records, fault);
  expect(metrics).toMatchObject({ requests: 3, failed: 1, errors: { timeout: 1 } });
  expect(metrics.worstSeconds).toBeCloseTo(0.5, 6);
  expect(metrics.worstFailureSeconds).toBeCloseTo(6, 6);
  expect(metrics.firstFailureSeconds).toBeCloseTo(6.1, 6);
});

test("only a connection that was open when the power went excuses a failure", () => {
  const reset = { error: "reset" };
  const records = [
    request(0.9, 1.1, reset), // open when it began
    request(1.1, 1.15, reset), // opened before the power was gone
    request(1.3, 1.4, reset), // opened after it
    request(0.5, 0.6, reset), // finished before it
    request(1, 1, { sent: undefined, error: "unsent" }),
  ];
  expect(measure(records, fault)).toMatchObject({ failed: 5, failedAfterFault: 3 });
});

test("percentiles are values that were measured", () => {
  const records = Array.from({ length: 1000 }, (_, index) => request(0, (index + 1) / 1000));
  expect(measure(records, fault).percentiles).toEqual({ p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 });
});

test("without requests there is nothing to claim", () => {
  const metrics = measure([], fault);
  expect(metrics).toMatchObject({
    requests: 0,
    failed: 0,
    worstSeconds: null,
    writeGapSeconds: null,
    percentiles: null,
  });
});

test("a client that left late is starved, one that was on time is not", () => {
  const late = Array.from({ length: 100 }, (_, index) =>
    request(index, index + 1, { sent: index + (index === 50 ? 0.5 : 0) }),
  );
  expect(isStarved(measure(late, fault))).toBe(true);
  expect(isStarved(measure([request(0, 1), request(1, 2)], fault))).toBe(false);
});
