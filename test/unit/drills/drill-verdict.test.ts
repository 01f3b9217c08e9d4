import type { Breach } from "../../../lib/drills/drill-promise";
import { drillVerdict, type Judgement } from "../../../lib/drills/drill-verdict";

const slowAnswer: Breach = { text: "slow", excess: { measured: 0.7, limit: 0.6 } };
const notHealed: Breach = { text: "not whole" };
const judged = (rest: Partial<Judgement>): Judgement => ({
  doubts: [],
  slow: false,
  broken: [],
  doubtful: [],
  lost: 0,
  ...rest,
});

test.each<[string, Partial<Judgement>, string]>([
  ["nothing was broken", {}, "kept"],
  ["a limit was passed", { broken: [slowAnswer] }, "broken"],
  ["the host can have passed it", { broken: [slowAnswer], doubtful: [slowAnswer], slow: true }, "inconclusive"],
  [
    "the host can have made one breach of two",
    { broken: [slowAnswer, notHealed], doubtful: [slowAnswer], slow: true },
    "broken",
  ],
  ["the client was late and nothing was broken", { slow: true }, "inconclusive"],
  ["the client was late and a breach is beyond that", { broken: [slowAnswer], slow: true }, "broken"],
  ["the fault had no effect", { doubts: ["db-a still runs"], broken: [slowAnswer] }, "inconclusive"],
  ["a write is lost, however the rest was", { doubts: ["db-a still runs"], slow: true, lost: 1 }, "broken"],
])("%s", (_, judgement, verdict) => {
  expect(drillVerdict(judged(judgement))).toBe(verdict);
});
