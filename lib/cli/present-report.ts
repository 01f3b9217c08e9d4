import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import pc from "picocolors";
import type { DrillReport } from "../drills/drill-report";
import { drillTable } from "./drill-table";
import { ExitCode } from "./exit-code";
import { lastDrillsFile } from "./find-drills";

/**
 * Prints the table, leaves the results where `beehive report` finds them, and writes the file when there is one.
 *
 * @returns the exit status
 */
export async function presentReport(report: DrillReport, file?: string): Promise<ExitCode> {
  console.log(`\n${drillTable(report, process.stdout.columns || 120)}\n`);
  const json = `${JSON.stringify(report, toMilliseconds, 2)}\n`;
  if (file !== undefined) await writeFile(file, json);
  await leave(lastDrillsFile(process.cwd(), report.stack), json);
  return { kept: ExitCode.ok, broken: ExitCode.broken, inconclusive: ExitCode.inconclusive }[report.verdict];
}

/** A drill that was measured is not lost for a folder that cannot be written. */
async function leave(file: string, json: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, json);
  } catch (error) {
    console.error(pc.yellow(`beehive report will not find these results: ${(error as Error).message}`));
  }
}

/** Nothing here is known to less than a millisecond. */
const toMilliseconds = (_: string, value: unknown): unknown =>
  typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
