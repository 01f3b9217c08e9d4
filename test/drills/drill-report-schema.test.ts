import { drillReportSchema } from "../../lib/drills/drill-report-schema";
import { PROMISES, limitsOf } from "../../lib/drills/drill-promise";
import { drill, report, zoneDrill } from "../support/drill-results";

/** What was written before there were drills of zones. */
function old(machine: string | null): unknown {
  const newer = ["host", "machines", "zone", "promised", "moved", "cutSeconds", "leftOut"];
  const written = { ...report, drills: [drill({ machine })] };
  return JSON.parse(JSON.stringify(written, (key, value: unknown) => (newer.includes(key) ? undefined : value)));
}

test("what is written is what is read", () => {
  const leftOut = [{ fault: "zone-power-loss", reason: "one zone" }];
  const written = { ...report, drills: [drill({}), zoneDrill()], leftOut };
  expect(drillReportSchema.parse(JSON.parse(JSON.stringify(written)))).toEqual(written);
});

test("an older file names one machine, and the limits that it had", () => {
  const read = drillReportSchema.parse(old("web-2"));
  expect(read.leftOut).toEqual([]);
  expect(read.drills[0]).toMatchObject({
    machine: "web-2",
    machines: ["web-2"],
    zone: null,
    promised: limitsOf(PROMISES.web),
    moved: [],
    cutSeconds: null,
    host: null,
  });
});

test("an older drill that chose nobody has no machine and no limits", () => {
  expect(drillReportSchema.parse(old(null)).drills[0]).toMatchObject({ machine: null, machines: [], promised: null });
});

test("a drill of a zone without a name is not what a drill writes", () => {
  const nameless = { ...report, drills: [{ ...zoneDrill(), zone: 7 }] };
  expect(drillReportSchema.safeParse(nameless).success).toBe(false);
});

test("a fault that this version does not know is not what a drill writes", () => {
  const other = { ...report, drills: [drill({ fault: "flood" })] };
  expect(drillReportSchema.safeParse(other).success).toBe(false);
});
