import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { parseAcknowledgements } from "../plan/acknowledgement";
import { checkPlan, type PlanVerdict } from "../plan/check-plan";
import { PlanError } from "../plan/errors";
import { parsePlan } from "../plan/terraform-plan";
import { CommandError, ExitCode } from "./exit-code";
import { exitWith } from "./exit-with";
import { findManifest, MANIFEST_OPTION } from "./find-manifest";
import { planVerdictText } from "./plan-verdict-text";
import { synthesizedBeside } from "./synthesized-beside";

interface Flags {
  readonly manifest?: string;
  readonly before?: string;
  readonly allow: readonly string[];
  readonly reason: readonly string[];
  readonly json?: string;
}

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

/** `beehive check-plan`: for pipelines, between `terraform plan` and `terraform apply`. */
export function checkPlanCommand(): Command {
  return new Command("check-plan")
    .description("refuse a Terraform plan that takes away more of a tier than it can spare, or the last copy of data")
    .argument("<plan>", "what terraform show -json PLANFILE printed; - for standard input")
    .option(...MANIFEST_OPTION)
    .option("--before <file>", "the manifest of the last deploy; it knows tiers that have left the program")
    .option("--allow <rule:subject>", "acknowledge one finding, with a --reason of its own", collect, [])
    .option("--reason <text>", "why the finding before it is meant", collect, [])
    .option("--json <file>", "also write the verdict to a file; - for standard output, without the text")
    .action((file: string, flags: Flags) => {
      const verdict = judge(file, flags);
      const json = `${JSON.stringify(verdict, undefined, 2)}\n`;
      if (flags.json === "-") process.stdout.write(json);
      else console.log(planVerdictText(verdict));
      if (flags.json !== undefined && flags.json !== "-") write(path.resolve(flags.json), json);
      exitWith(verdict.verdict === "fine" ? ExitCode.ok : ExitCode.broken);
    });
}

function judge(file: string, { manifest: given, before, allow, reason }: Flags): PlanVerdict {
  try {
    const acknowledgements = parseAcknowledgements(allow, reason);
    const found = findManifest(given, process.cwd());
    return checkPlan({
      plan: parsePlan(readPlan(file)),
      manifest: found.manifest,
      stack: synthesizedBeside(found.file),
      before: before === undefined ? undefined : findManifest(before, process.cwd()).manifest,
      acknowledgements,
    });
  } catch (error) {
    if (error instanceof PlanError) throw new CommandError(error.message, ExitCode.usage);
    throw error;
  }
}

function readPlan(file: string): string {
  try {
    return fs.readFileSync(file === "-" ? process.stdin.fd : file, "utf8");
  } catch (error) {
    throw new CommandError(
      `the plan ${file} cannot be read (${(error as Error).message}). ` +
        `Make it with: terraform plan -out=FILE && terraform show -json FILE > ${file}`,
      ExitCode.usage,
    );
  }
}

function write(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    throw new CommandError(`--json ${file} cannot be written (${(error as Error).message}).`, ExitCode.usage);
  }
}
