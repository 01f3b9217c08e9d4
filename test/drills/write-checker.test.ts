import fc from "fast-check";
import type { RequestRecord } from "../../lib/drills/request-record";
import { WriteChecker } from "../../lib/drills/write-checker";

const write = (id: string, outcome: Partial<RequestRecord> = {}): RequestRecord => ({
  kind: "write",
  id,
  intended: 0,
  sent: 0,
  done: 0.01,
  ...outcome,
});

function check(records: RequestRecord[], present: string[], before: string[] = []) {
  const checker = new WriteChecker(before);
  checker.record(records);
  return checker.check(present);
}

test("an acknowledged write that is not there is lost", () => {
  expect(check([write("a"), write("b")], ["a"])).toMatchObject({ acknowledged: 2, lost: 1, lostIds: ["b"] });
});

test("a write that timed out and is there is recovered, and not unexpected", () => {
  const timeout = { error: "timeout" };
  expect(check([write("a", timeout), write("b", timeout)], ["a"])).toMatchObject({
    unknown: 2,
    recovered: 1,
    unexpected: 0,
    lost: 0,
  });
});

test("an HTTP 503 leaves the outcome unknown, because a server may have done it before another failed", () => {
  expect(check([write("a", { error: "http-503", status: 503 })], ["a"])).toMatchObject({ unknown: 1, recovered: 1 });
});

test.each([["unsent"], ["refused"], ["unreachable"]])("a write that was %s and is there is unexpected", (error) => {
  expect(check([write("a", { error })], ["a"])).toMatchObject({ unknown: 0, unexpected: 1 });
});

test("a write that the application refused and that is there is unexpected", () => {
  expect(check([write("a", { error: "http-400", status: 400 })], ["a"])).toMatchObject({ unexpected: 1 });
});

test("what was there before is nobody's surprise", () => {
  expect(check([write("a")], ["old", "a"], ["old"])).toMatchObject({ unexpected: 0, lost: 0 });
});

test("an order that is there twice is duplicated", () => {
  expect(check([write("a")], ["a", "a"])).toMatchObject({ duplicated: 1, lost: 0, unexpected: 0 });
});

test("reads do not count", () => {
  expect(check([{ ...write("a"), kind: "read" }], [])).toMatchObject({ acknowledged: 0, lost: 0 });
});

test("whatever the order of events, lost and present acknowledged writes make up all acknowledged ones", () => {
  const ids = fc.uniqueArray(fc.uuid(), { maxLength: 40 });
  fc.assert(
    fc.property(ids, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (all, kept) => {
      const present = all.filter((_, index) => kept[index]);
      const result = check(
        all.map((id) => write(id)),
        present,
      );
      expect(result.lost).toBe(all.length - present.length);
      expect(result.acknowledged).toBe(all.length);
      expect(result.unexpected + result.recovered + result.duplicated).toBe(0);
    }),
  );
});
