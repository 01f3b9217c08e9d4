import { Command } from "commander";
import pc from "picocolors";
import { diffOf, type HiveDiff, isLoss } from "../judgement/diff";
import { diffMarkdown } from "../render/text/diff-markdown";
import { diffTerminal } from "../render/text/diff-terminal";
import type { Manifest } from "../manifest/manifest";
import { InvalidModelError } from "../resilience/errors";
import { CommandError, ExitCode } from "./exit-code";
import { exitWith } from "./exit-with";
import { findManifest } from "./find-manifest";
import { STANDARD_OUTPUT, standardOutputOf, writeOutput } from "./write-output";

interface Flags {
  readonly markdown?: string | true;
  readonly json?: string;
  readonly failOnLoss?: boolean;
}

/** `beehive diff`: what a change of the program does to nines, single points of failure, RTO and machines. */
export function diffCommand(): Command {
  return new Command("diff")
    .description("compare two manifests: nines, single points of failure, RTO, RPO, machines, zones, settings")
    .argument("<old>", "the manifest before the change, such as that of the main branch")
    .argument("<new>", "the manifest after it")
    .option("--markdown [file]", "write Markdown for a pull request; default where the output is no terminal")
    .option("--json <file>", "also write everything as JSON; - for standard output, without the text")
    .option("--fail-on-loss", "end with 1 when availability went down or a single point of failure was gained")
    .action((before: string, after: string, { markdown, json, failOnLoss }: Flags) => {
      const file = markdown === true ? STANDARD_OUTPUT : markdown;
      const alone = standardOutputOf({ markdown: file, json });
      const diff = compare(manifestOf(before), manifestOf(after));
      if (file !== undefined) writeOutput("markdown", file, diffMarkdown(diff));
      if (json !== undefined) writeOutput("json", json, `${JSON.stringify(diff, undefined, 2)}\n`);
      if (alone === undefined) show(diff);
      exitWith(failOnLoss === true && isLoss(diff) ? ExitCode.broken : ExitCode.ok);
    });
}

const manifestOf = (file: string): Manifest => findManifest(file, process.cwd()).manifest;

function show(diff: HiveDiff): void {
  const { columns = 120, isTTY } = process.stdout;
  if (isTTY) console.log(diffTerminal(diff, { columns, colours: pc.isColorSupported }));
  else process.stdout.write(diffMarkdown(diff));
}

function compare(before: Manifest, after: Manifest): HiveDiff {
  try {
    return diffOf(before, after);
  } catch (error) {
    if (!(error instanceof InvalidModelError)) throw error;
    throw new CommandError(`one of the manifests contradicts itself: ${error.message}`, ExitCode.usage);
  }
}
