import type { Report } from "../judgement/report";

/**
 * The report as data (docs/commands/report.md has the fields). Counts that no JavaScript number holds are strings; what has no end, such
 * as the nines of something that never fails, is null.
 */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value), 2)}\n`;
}
