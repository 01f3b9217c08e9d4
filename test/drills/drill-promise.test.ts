import { Duration } from "../../lib/core/duration";
import { breaches, limitsOf, PROMISES, promiseFor, promiseForZone } from "../../lib/drills/drill-promise";
import { overallVerdict } from "../../lib/drills/drill-report";
import { drill, report } from "../support/drill-results";

const texts = (...input: Parameters<typeof breaches>): string[] => breaches(...input).map(({ text }) => text);
const noWrites = undefined;
const writes = { acknowledged: 9, lost: 0, recovered: 0, unexpected: 0, unknown: 0, duplicated: 0, lostIds: [] };

test("a machine with one role has the promise of that role", () => {
  expect(promiseFor(["web"])).toEqual(PROMISES.web);
});

test("a machine with several roles has the widest of each limit, because they fail at once", () => {
  expect(promiseFor(["web", "address-holder"])).toEqual(PROMISES["address-holder"]);
  expect(promiseFor(["web", "address-holder", "database"])).toEqual({
    ...PROMISES.database,
    failed: undefined,
    worst: undefined,
  });
});

test("a result within the limits breaks nothing", () => {
  expect(breaches(PROMISES.web, drill({}), writes)).toEqual([]);
});

test("each limit that was passed is named with what was measured and what was promised", () => {
  const result = drill({ failed: 3, worstSeconds: 0.7, writeGapSeconds: 0.65 });
  expect(texts(PROMISES.web, result, writes)).toEqual([
    "3 requests failed; promised are at most 0",
    "the worst answer took 0.70 s; promised are at most 600 ms",
    "no write was acknowledged for 0.65 s; promised are at most 600 ms",
  ]);
});

test("a breach says by how much, where a slow host can do the same", () => {
  const result = drill({ failed: 3, worstSeconds: 0.7 });
  const found = breaches(PROMISES.web, result, { ...writes, lost: 1, lostIds: ["a"], unexpected: 2 });
  expect(found.map(({ excess }) => excess)).toEqual([
    { requests: 3 },
    { measured: 0.7, limit: 0.6 },
    undefined,
    undefined,
  ]);
});

test("connections that were open when the load balancer died are excused, others are not", () => {
  expect(breaches(PROMISES["address-holder"], drill({ failed: 4, failedAfterFault: 0 }), noWrites)).toEqual([]);
  expect(breaches(PROMISES["address-holder"], drill({ failed: 4, failedAfterFault: 1 }), noWrites)).toHaveLength(1);
});

test("a lost write breaks every promise", () => {
  expect(texts(PROMISES.database, drill({}), { ...writes, lost: 1, lostIds: ["a"] })).toEqual([
    "1 acknowledged writes are lost: a",
  ]);
});

test("a zone is promised what the program says for it, for answers, writes and the last failure", () => {
  const rto = Duration.seconds(3);
  expect(promiseForZone(["web", "database"], rto)).toEqual({ worst: rto, writeGap: rto, lastFailure: rto });
});

test("a zone without a promise of the program has the widest limits of the roles in it", () => {
  expect(promiseForZone(["web", "address-holder"], undefined)).toEqual(PROMISES["address-holder"]);
});

test("failures count for as long as those fail that came after the fault", () => {
  const promise = promiseForZone([], Duration.seconds(3));
  const failing = { failed: 2, lastFailureSeconds: 3.5 };
  expect(breaches(promise, drill({ ...failing, failedAfterFault: 0 }), noWrites)).toEqual([]);
  expect(texts(promise, drill({ ...failing, failedAfterFault: 1 }), noWrites)).toEqual([
    "requests that came after the fault failed for 3.50 s; promised are at most 3 s",
  ]);
});

test("limits that nobody promised are null in the file", () => {
  expect(limitsOf(PROMISES.database)).toEqual({
    failed: null,
    worstSeconds: null,
    writeGapSeconds: 2.5,
    lastFailureSeconds: null,
  });
});

test("the verdict of all drills is that of the worst", () => {
  const verdictOf = (...drills: ReturnType<typeof drill>[]) => overallVerdict({ drills, finally: writes });
  expect(verdictOf(drill({}), drill({}))).toBe("kept");
  expect(verdictOf(drill({}), drill({ verdict: "inconclusive" }))).toBe("inconclusive");
  expect(verdictOf(drill({ verdict: "broken" }), drill({ verdict: "inconclusive" }))).toBe("broken");
});

test("a write that is gone at the very end breaks drills that were kept one by one", () => {
  expect(overallVerdict({ drills: [drill({})], finally: { ...writes, lost: 1 } })).toBe("broken");
});

test("without a read-back at the end nothing is promised to be kept", () => {
  expect(overallVerdict({ drills: [drill({})], finally: null })).toBe("inconclusive");
  expect(report.verdict).toBe(overallVerdict(report));
});
