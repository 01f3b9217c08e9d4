import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { Command } from "commander";
import { didYouMean, list, quoted } from "../core/words";
import { CommandError, ExitCode } from "./exit-code";
import { exitWith } from "./exit-with";
import { findManifest, MANIFEST_OPTION } from "./find-manifest";
import { synthesizedBeside } from "./synthesized-beside";

interface Flags {
  readonly manifest?: string;
  readonly autoApprove?: boolean;
  readonly print?: boolean;
}

/** `beehive redeploy`: for a machine that lost what it was given, which no plan can see. */
export function redeployCommand(): Command {
  return new Command("redeploy")
    .description("bring a machine everything again, as after it was installed anew; Terraform takes it for deployed")
    .argument("<machine...>", "names of machines, as in the manifest")
    .option(...MANIFEST_OPTION)
    .option("--auto-approve", "do not let Terraform ask before it applies")
    .option("--print", "only print the Terraform command")
    .action((machines: readonly string[], flags: Flags) => redeploy(machines, flags));
}

function redeploy(machines: readonly string[], { manifest: given, autoApprove = false, print = false }: Flags): void {
  const { file, manifest } = findManifest(given, process.cwd());
  const stack = synthesizedBeside(file);
  const known = manifest.machines.map(({ name }) => name);
  const tasks = [...new Set(machines)].flatMap((machine) => {
    if (!known.includes(machine)) throw unknownMachine(machine, known);
    const found = stack.tasksOn(machine);
    if (found.length === 0) throw reachesNone(machine);
    return found;
  });
  const folder = path.dirname(file);
  const args = ["apply", ...(autoApprove ? ["-auto-approve"] : []), ...tasks.map((task) => `-replace=${task}`)];
  if (print) {
    console.log(`terraform ${[`-chdir=${folder}`, ...args].join(" ")}`);
    return;
  }
  const { status, error } = spawnSync("terraform", args, { cwd: folder, env: process.env, stdio: "inherit" });
  if (error !== undefined) throw noTerraform(error);
  if (status !== 0) exitWith(ExitCode.broken);
}

function unknownMachine(machine: string, known: readonly string[]): CommandError {
  return new CommandError(
    `there is no machine ${quoted(machine)}; those of the stack are ${list(known)}.${didYouMean(machine, known)}`,
    ExitCode.usage,
  );
}

function reachesNone(machine: string): CommandError {
  return new CommandError(
    `nothing is brought to ${machine} by what was synthesized: the phase was "infrastructure". Run cdktf synth without BEEHIVE_PHASE.`,
    ExitCode.usage,
  );
}

function noTerraform(error: Error): CommandError {
  return new CommandError(
    `terraform cannot be started (${error.message}); install it, or use --print.`,
    ExitCode.environment,
  );
}
