import { writeFile } from "node:fs/promises";
import type { DrillReport } from "../drills/drill-report";
import { drillTable } from "./drill-table";
import { ExitCode } from "./exit-code";

/**
 * Prints the table, and writes the file when there is one.
 *
 * @returns what to tell the shell
 */
export async function presentReport(report: DrillReport, file?: string): Promise<ExitCode> {
  console.log(`\n${drillTable(report, process.stdout.columns || 120)}\n`);
  if (file !== undefined) await writeFile(file, `${JSON.stringify(report, toMilliseconds, 2)}\n`);
  return { kept: ExitCode.ok, broken: ExitCode.broken, inconclusive: ExitCode.inconclusive }[report.verdict];
}

/** Nothing here is known to less than a millisecond. */
const toMilliseconds = (_: string, value: unknown): unknown =>
  typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
