import * as path from "node:path";
import { Command } from "commander";
import pc from "picocolors";
import type { DrillSource } from "../judgement/drill-evidence";
import { failuresOf, makeReport } from "../judgement/make-report";
import { jsonReport } from "../render/json";
import { markdownReport } from "../render/text/markdown";
import { sarifReport } from "../render/sarif";
import { terminalReport } from "../render/text/terminal";
import type { Report } from "../judgement/report";
import type { Manifest } from "../manifest/manifest";
import { InvalidModelError } from "../resilience/errors";
import { CommandError, ExitCode } from "./exit-code";
import { exitWith } from "./exit-with";
import { findDrills } from "./find-drills";
import { findManifest, MANIFEST_OPTION } from "./find-manifest";
import { packageVersion } from "./package-root";
import { programFolder } from "./program-folder";
import { standardOutputOf, writeOutput } from "./write-output";

const FORMATS = ["json", "markdown", "sarif", "html"] as const;
type Format = (typeof FORMATS)[number];

interface Flags extends Partial<Record<Format, string>> {
  readonly manifest?: string;
  readonly drills?: string;
}

/** `beehive report`: promise, prediction and proof of what `cdktf synth` wrote. */
export function reportCommand(): Command {
  return new Command("report")
    .description("what the hive promises, what its structure can deliver, and what the last drill measured")
    .option(...MANIFEST_OPTION)
    .option("--drills <file>", "results of a demo or a drill; default: the last ones that ran in this folder")
    .option("--json <file>", "also write everything as JSON; - for standard output, without the text")
    .option("--markdown <file>", "also write Markdown for a job summary or a comment; - as above")
    .option("--sarif <file>", "also write the findings as SARIF 2.1.0; - as above")
    .option("--html <file>", "also write a page with a picture, in one file; - as above")
    .action(async (flags: Flags) => {
      const given = Object.fromEntries(FORMATS.map((format) => [format, flags[format]]));
      const alone = standardOutputOf(given);
      const directory = process.cwd();
      const { file, manifest } = findManifest(flags.manifest, directory);
      const { drills, warning } = findDrills(flags.drills, directory, manifest.stack);
      if (warning !== undefined) console.error(pc.yellow(`beehive: ${warning} The report is made without drills.`));
      const shown = drills && { ...drills, file: path.relative(directory, drills.file) };
      const report = judge(manifest, shown);
      if (alone === undefined) {
        const columns = process.stdout.columns || 120;
        console.log(terminalReport(report, manifest, { columns, colours: pc.isColorSupported }));
      }
      for (const format of FORMATS) {
        const target = flags[format];
        if (target === undefined) continue;
        writeOutput(format, target, await render(format, report, manifest, programFolder(file, directory)));
      }
      exitWith(failuresOf(manifest, report).length === 0 ? ExitCode.ok : ExitCode.broken);
    });
}

function judge(manifest: Manifest, drills: DrillSource | undefined): Report {
  try {
    return makeReport({ manifest, drills });
  } catch (error) {
    if (!(error instanceof InvalidModelError)) throw error;
    throw new CommandError(`the manifest contradicts itself: ${error.message}`, ExitCode.usage);
  }
}

async function render(format: Format, report: Report, manifest: Manifest, folder: string): Promise<string> {
  if (format === "json") return jsonReport(report);
  if (format === "markdown") return markdownReport(report, manifest);
  if (format === "sarif") return sarifReport(report, { version: packageVersion(), folder });
  // The page's layout is a megabyte of code that no other command needs.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { htmlReport } = require("../render/html/html-report") as typeof import("../render/html/html-report");
  return htmlReport(report, manifest);
}
