import { stripVTControlCharacters } from "node:util";
import { drillTable } from "../../lib/cli/drill-table";
import { drill, report, zoneDrill } from "../support/drill-results";

const table = (columns: number, drills = report.drills): string[] =>
  stripVTControlCharacters(drillTable({ ...report, drills }, columns)).split("\n");
const rows = (columns: number): string[] => table(columns).filter((line) => /^[│├┌└]/.test(line));

test.each([[80], [120]])("every row of the table fits into %d columns", (columns) => {
  expect(Math.max(...rows(columns).map((row) => row.length))).toBeLessThanOrEqual(columns);
});

test("measured, promised and stock stand in one column, with their units", () => {
  const [measured, promised, stock] = ["web-power-loss", "promised", "stock*"].map(
    (label) =>
      rows(120)
        .find((row) => row.includes(label))
        ?.split("│")
        .map((cell) => cell.trim()) ?? [],
  );
  expect(measured?.slice(1, 9)).toEqual([
    "web-power-loss",
    "web-2",
    "0 of 1400",
    "0.41 s",
    "0.20 s",
    "0 of 951",
    "9 s",
    "kept",
  ]);
  expect(promised?.slice(1, 7)).toEqual(["promised", "", "0", "0.60 s", "0.60 s", "0"]);
  expect(stock?.slice(1, 5)).toEqual(["stock*", "", "334 of 1400", ""]);
});

test("the reason of a broken promise stands below the table", () => {
  expect(table(80)).toContain("db-writer-power-loss: no write was acknowledged for 3.05 s; promised are at most 2.5 s");
});

test("a drill that could not be run shows dashes and no zeros", () => {
  const aborted = drill({
    requests: 0,
    worstSeconds: null,
    writeGapSeconds: null,
    lost: null,
    healedSeconds: null,
    verdict: "inconclusive",
  });
  const row = table(120, [aborted])
    .find((line) => line.includes("web-power-loss"))
    ?.split("│");
  expect(row?.map((cell) => cell.trim()).slice(3, 9)).toEqual(["-", "-", "-", "-", "-", "inconclusive"]);
});

test("the source of the stock numbers and the seed are named", () => {
  const text = table(120).join("\n");
  expect(text).toContain("measured 2026-11-21");
  expect(text).toContain("seed 42");
});

test("a zone is named in its row, its machines and who took over below the table, and it has no stock row", () => {
  const text = table(120, [zoneDrill()]);
  const cells = (label: string) =>
    text
      .find((line) => line.includes(label))
      ?.split("│")
      .map((cell) => cell.trim()) ?? [];
  expect(cells("zone-power-loss").slice(1, 4)).toEqual(["zone-power-loss", "rack/c", "0 of 1400"]);
  expect(cells("  promised").slice(1, 7)).toEqual(["promised", "", "no limit", "10.00 s", "10.00 s", "0"]);
  expect(text.some((line) => line.includes("  stock*"))).toBe(false);
  expect(text).toContain(
    "zone-power-loss: rack/c is lb, db-3; the address moved from lb to lb-2; the writer moved from db-3 to db-1.",
  );
});

test("a drill that was left out is named with the reason", () => {
  const leftOut = [{ fault: "zone-power-loss" as const, reason: "no zone to spare: everything is in rack/a" }];
  expect(drillTable({ ...report, leftOut }, 120)).toContain(
    "zone-power-loss was left out: no zone to spare: everything is in rack/a.",
  );
});
