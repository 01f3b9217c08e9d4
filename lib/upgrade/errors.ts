import type { Duration } from "../core/duration";
import { count, list } from "../core/words";

/** What an upgrade ends with. `usage`: another command line or program. `environment`: a machine. `stopped`: nothing goes on. */
export type UpgradeProblem = "usage" | "environment" | "stopped";

/** Every refusal of `beehive upgrade`, in one place. A message names the machine or tier, what is wrong, and the fix. */
export class UpgradeError extends Error {
  override readonly name = "UpgradeError";
  constructor(
    message: string,
    readonly problem: UpgradeProblem,
  ) {
    super(message);
  }
}

export function addressesUnknown(stack: string, machines: readonly string[]): UpgradeError {
  return new UpgradeError(
    `the manifest of stack ${stack} has no address for ${list(machines)}, because a cloud gives it out when Terraform applies. ` +
      `beehive upgrade reaches machines of a HostsSite; upgrade these in another way, one machine of a tier at a time.`,
    "usage",
  );
}

export function loginUnknown(machine: string): UpgradeError {
  return new UpgradeError(
    `what cdktf synth wrote does not say how to log in to ${machine}. Run cdktf synth again.`,
    "usage",
  );
}

export function unknownTier(tier: string, known: readonly string[]): UpgradeError {
  return new UpgradeError(`--accept-outage names "${tier}", which is no tier; allowed are ${list(known)}.`, "usage");
}

export function unreachable(problems: readonly string[]): UpgradeError {
  return new UpgradeError(
    `${count(problems.length, "machine")} cannot be worked on, and an upgrade needs all of them, to see that the hive is whole:\n` +
      `${problems.map((line) => `  ${line}`).join("\n")}\nNo package was touched.`,
    "environment",
  );
}

export function notSurveyed(problems: readonly string[]): UpgradeError {
  return new UpgradeError(
    `not every machine knows what it would upgrade:\n${problems.map((line) => `  ${line}`).join("\n")}\nNo package was touched.`,
    "environment",
  );
}

export function cannotSpare(tier: string, machines: readonly string[], needs: string): UpgradeError {
  return new UpgradeError(
    `${tier} cannot spare a machine: ${needs}, and it has ${list(machines)}. It would be down while one of them is upgraded. ` +
      `Give it another machine, or accept that: --accept-outage ${tier}`,
    "usage",
  );
}

export function notWhole(missing: readonly string[]): UpgradeError {
  return new UpgradeError(
    `the hive is not whole before the upgrade: ${list(missing)}. Mend that first (cdktf deploy, or on the machine). No package was touched.`,
    "stopped",
  );
}

export function gateFailed(
  wave: readonly string[],
  missing: readonly string[],
  patience: Duration,
  left: readonly string[],
) {
  return new UpgradeError(
    `after ${list(wave)} the hive is not whole again within ${String(patience)}: ${list(missing)}. ` +
      `${untouched(left)} Mend it, and run the command again: it goes on from here.`,
    "stopped",
  );
}

export function machineFailed(problems: readonly string[], left: readonly string[]): UpgradeError {
  return new UpgradeError(`${problems.join("\n")}\n${untouched(left)}`, "stopped");
}

const untouched = (left: readonly string[]): string =>
  left.length === 0 ? "It was the last one." : `Not touched: ${list(left)}.`;

export function mixedReleases(
  tier: string,
  old: readonly string[],
  next: readonly string[],
  versions: string,
): UpgradeError {
  return new UpgradeError(
    `${tier} runs on two releases of Debian: ${list(old)} on the older one, ${list(next)} on the newer one${versions}. A node of ` +
      `the older one that has to be filled again cannot join while the newer ones give the data, so that no package of this tier is ` +
      `upgraded now. First bring ${list(old)} to the newer release, one at a time, as docs/commands/upgrade.md says; then upgrade.`,
    "usage",
  );
}
