import * as fs from "node:fs";
import * as path from "node:path";
import { makeReport } from "../../../lib/judgement/make-report";
import { jsonReport } from "../../../lib/render/json";
import { report as measured } from "../../support/drill-results";
import { smallHive } from "../judgement/small-hive";

const manifest = smallHive();
const report = makeReport({ manifest, drills: { file: "drills.json", report: measured } });

test("the JSON is the report, with counts that no number holds as strings", () => {
  const huge = 10n ** 52n;
  const { cutSets, ...prediction } = report.prediction;
  const large = { ...report, prediction: { ...prediction, cutSets: { ...cutSets!, countByOrder: [0n, 3n, huge] } } };
  const read = JSON.parse(jsonReport(large));
  expect(read.prediction.cutSets.countByOrder).toEqual(["0", "3", `1${"0".repeat(52)}`]);
  expect(read).toMatchObject({
    version: 2,
    table: JSON.parse(JSON.stringify(report.table)),
    findings: JSON.parse(JSON.stringify(report.findings)),
    drills: { file: "drills.json", stale: false, report: { seed: 42 } },
  });
});

test("the nines of what never fails are null", () => {
  const never = { low: 0, likely: 0, high: 0 };
  const endless = { low: Infinity, likely: Infinity, high: Infinity };
  const total = { unavailability: never, nines: endless, minutesPerYear: never };
  const read = JSON.parse(jsonReport({ ...report, prediction: { ...report.prediction, total } }));
  expect(read.prediction.total.nines).toEqual({ low: null, likely: null, high: null });
});

test("docs/commands/report.md names every field", () => {
  const page = fs.readFileSync(path.resolve(__dirname, "../../../docs/commands/report.md"), "utf8");
  const documented = new Set([...page.matchAll(/`([A-Za-z]+)(?:\[\])?`/g)].map(([, name]) => name));
  const fields = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      fields.add(name);
      visit(inner);
    }
  };
  const { drills, ...own } = JSON.parse(jsonReport(report));
  visit(own);
  Object.keys(drills).forEach((name) => fields.add(name));
  expect([...fields].filter((name) => !documented.has(name))).toEqual([]);
});
