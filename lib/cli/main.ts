import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { ZodError } from "../core/zod-parts";
import { DrillError } from "../drills/errors";
import { LabError, LabInterrupted } from "../lab";
import { checkHostsCommand } from "./check-hosts-command";
import { checkPlanCommand } from "./check-plan-command";
import { demoCommand } from "./demo-command";
import { diffCommand } from "./diff-command";
import { drillCommand } from "./drill-command";
import { CommandError, ExitCode } from "./exit-code";
import { labCommand } from "./lab-command";
import { packageVersion } from "./package-root";
import { redeployCommand } from "./redeploy-command";
import { reportCommand } from "./report-command";
import { upgradeCommand } from "./upgrade-command";

/** The `beehive` command. Sets the exit code and returns, so that everything that was printed is written. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const program = new Command("beehive")
    .description("what a hive promises, what it can deliver and what drills show; its machines as local containers")
    .version(packageVersion())
    .addCommand(checkHostsCommand())
    .addCommand(checkPlanCommand())
    .addCommand(demoCommand())
    .addCommand(diffCommand())
    .addCommand(drillCommand())
    .addCommand(labCommand())
    .addCommand(redeployCommand())
    .addCommand(reportCommand())
    .addCommand(upgradeCommand());
  throwInsteadOfExit(program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    const code = exitCodeOf(error);
    if (!(error instanceof CommanderError)) console.error(pc.red(`beehive: ${messageOf(error)}`));
    process.exitCode = code;
  }
}

/** Commander has printed usage and its own errors already when it throws. */
function throwInsteadOfExit(command: Command, name = command.name()): void {
  command.exitOverride().showHelpAfterError(`See ${name} --help.`);
  for (const part of command.commands) throwInsteadOfExit(part, `${name} ${part.name()}`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof DrillError) return ExitCode.usage;
  if (error instanceof LabInterrupted) return ExitCode.interrupted;
  if (error instanceof LabError) return ExitCode.environment;
  return error instanceof ZodError ? ExitCode.usage : ExitCode.broken;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = [CommandError, DrillError, LabError].some((kind) => error instanceof kind);
  return expected ? error.message : (error.stack ?? error.message);
}
