import * as fs from "node:fs";
import * as path from "node:path";
import { REPORT_VERSION } from "../drills/drill-report";
import { drillReportSchema } from "../drills/drill-report-schema";
import type { DrillSource } from "../judgement/drill-evidence";
import { CommandError, ExitCode } from "./exit-code";

/** Where `beehive demo` and `beehive drill` leave the last results of a stack, so that `beehive report` finds them. */
export function lastDrillsFile(directory: string, stack: string): string {
  return path.join(directory, ".beehive", "drills", `${stack}.json`);
}

/**
 * Drill results for a report: the given file, which has to be right, or the last ones that were left in the directory. Those
 * may be of another version or another user's; that is worth a word and no reason to say nothing at all.
 */
export function findDrills(
  given: string | undefined,
  directory: string,
  stack: string,
): { readonly drills?: DrillSource; readonly warning?: string } {
  if (given !== undefined) return { drills: readDrills(path.resolve(directory, given), stack) };
  const file = lastDrillsFile(directory, stack);
  try {
    fs.statSync(file);
  } catch (error) {
    // Missing, or in a folder that belongs to root, because root ran the demo.
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    return { warning: `the last drills in ${path.relative(directory, file)} cannot be read (${message})` };
  }
  try {
    return { drills: readDrills(file, stack) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { warning: error.message };
  }
}

function readDrills(file: string, stack: string): DrillSource {
  const refuse = (problem: string) => new CommandError(`the drill results ${file} ${problem}`, ExitCode.usage);
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw refuse(`are no JSON (${error.message}). Drill again, or name another file.`);
    throw refuse(
      `cannot be read (${(error as Error).message}). beehive demo --json FILE and beehive drill --json FILE write some.`,
    );
  }
  const version = (content as { version?: unknown } | null)?.version;
  if (version !== undefined && version !== REPORT_VERSION) {
    throw refuse(
      `have version ${String(version)}; this beehive reads version ${REPORT_VERSION}. Drill again with this version.`,
    );
  }
  const parsed = drillReportSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(
      `are not what a drill writes: ${issue?.path.join(".") || "the whole file"}: ${issue?.message}. ` +
        `Name a file that beehive demo --json or beehive drill --json wrote.`,
    );
  }
  if (parsed.data.stack !== stack) {
    throw refuse(`are of stack ${parsed.data.stack}, and the manifest is of ${stack}. Name the results of ${stack}.`);
  }
  return { file, report: parsed.data };
}
