import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import pc from "picocolors";
import { Duration } from "../core/duration";
import { MANIFEST_FILE, UNKNOWN_HOST_KEY } from "../manifest/format";
import type { LocatedMachine } from "../manifest/located-machines";
import type { Manifest } from "../manifest/manifest";
import { loginUnknown, UpgradeError, type UpgradeProblem } from "../upgrade/errors";
import { sessionCommand, SshSession } from "../upgrade/ssh-session";
import { Upgrade } from "../upgrade/upgrade";
import { CommandError, ExitCode } from "./exit-code";
import { findManifest, MANIFEST_OPTION } from "./find-manifest";
import { interruptible } from "./interruption";
import { machineLogins } from "./machine-logins";
import { makeProgress } from "./progress";
import { knownHostsIn, sshCommand } from "./ssh-command";
import { upgradeDoneText, upgradePlanText } from "./upgrade-text";

interface Flags {
  readonly manifest?: string;
  readonly dryRun?: boolean;
  readonly reboot?: boolean;
  readonly foreign?: boolean;
  readonly acceptOutage: readonly string[];
  readonly patience: string;
}

const EXITS: Readonly<Record<UpgradeProblem, ExitCode>> = {
  usage: ExitCode.usage,
  environment: ExitCode.environment,
  stopped: ExitCode.broken,
};

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

/** `beehive upgrade`: newer Debian packages on all machines, one failure domain at a time. */
export function upgradeCommand(): Command {
  return new Command("upgrade")
    .description("upgrade the machines' packages, one failure domain at a time, with a gate after each")
    .argument("[stack]", "where cdktf.out holds several")
    .option(...MANIFEST_OPTION)
    .option(
      "--dry-run",
      "print what would be upgraded, and in which order; refreshes apt's lists and touches nothing else",
    )
    .option("--reboot", "reboot the machines that want it")
    .option("--foreign", "also upgrade packages that come from elsewhere than Debian")
    .option("--accept-outage <tier>", "a tier that may be down while its machine is upgraded", collect, [])
    .option("--patience <minutes>", "how long a gate may take until the upgrade stops", "10")
    .action(async (stack: string | undefined, flags: Flags) => {
      const patience = parsePatience(flags.patience);
      const found = findManifest(flags.manifest ?? manifestOf(stack), process.cwd());
      try {
        await interruptible((signal) => upgrade(found.manifest, path.dirname(found.file), flags, patience, signal), {
          first: "stopping after the machine that is being upgraded, and its gate",
          again: "still at it; a machine is never left in the middle",
        });
      } catch (error) {
        if (error instanceof UpgradeError) throw new CommandError(error.message, EXITS[error.problem]);
        throw error;
      }
    });
}

async function upgrade(manifest: Manifest, folder: string, flags: Flags, patience: Duration, signal: AbortSignal) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-upgrade-"));
  const reporter = makeProgress();
  const begin = performance.now();
  let running: Upgrade | undefined;
  try {
    running = await Upgrade.begin({
      manifest,
      connect: connector(folder, scratch),
      reboot: flags.reboot === true,
      foreign: flags.foreign === true,
      acceptOutage: flags.acceptOutage,
      patience,
      signal,
      reporter,
    });
    const plan = await running.plan();
    console.log(upgradePlanText(manifest, plan, flags.reboot === true));
    if (flags.dryRun === true) return;
    await running.run(plan, (done) => console.log(upgradeDoneText(done)));
    if (plan.waves.length > 0) console.log(`Whole, after ${((performance.now() - begin) / 1000).toFixed(0)} s.`);
  } catch (error) {
    // Ctrl-C would hide in which state the hive is.
    if (signal.aborted && error instanceof UpgradeError) console.error(pc.red(`beehive: ${error.message}`));
    throw error;
  } finally {
    await running?.end();
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function manifestOf(stack: string | undefined): string | undefined {
  if (stack === undefined) return undefined;
  return path.join("cdktf.out", "stacks", stack, MANIFEST_FILE);
}

function connector(folder: string, scratch: string) {
  const logins = machineLogins(folder);
  const holder = `beehive upgrade by ${os.userInfo().username}@${os.hostname()}`;
  const keep = knownHostsIn(scratch);
  return async (machine: LocatedMachine) => {
    const login = logins(machine.address, machine.sshPort);
    if (login === undefined) throw loginUnknown(machine.name);
    if ([login, login.bastion].some((server) => server?.hostKey === UNKNOWN_HOST_KEY))
      throw new Error(
        "its SSH host key was not known when the program was synthesized: record it, and run cdktf synth",
      );
    const command = sessionCommand(login.user, holder);
    return SshSession.open(machine.name, sshCommand(machine, login, command, keep));
  };
}

function parsePatience(text: string): Duration {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1)
    throw new CommandError(`--patience is "${text}"; allowed are 1 to 9999 minutes.`, ExitCode.usage);
  return Duration.minutes(Number(text));
}
