import { list } from "../core/words";

/**
 * Every refusal of the drills, in one place. A message names the property, the value, what is allowed and the fix.
 */
export class DrillError extends Error {
  override readonly name = "DrillError";
}

export function clientLimit(property: string, value: unknown, allowed: string): DrillError {
  return new DrillError(`the client's ${property} is ${String(value)}; allowed is ${allowed}.`);
}

export function unknownFault(value: string, allowed: readonly string[]): DrillError {
  return new DrillError(
    `--drills names "${value}", which is no drill; allowed are ${list(allowed)}, separated by commas: --drills ${allowed.join(",")}.`,
  );
}

export function repeatedFault(value: string): DrillError {
  return new DrillError(`--drills names "${value}" twice; a drill runs once. Leave one of them out.`);
}

export function invalidSeed(value: string): DrillError {
  return new DrillError(
    `--seed is "${value}"; a seed is a whole number from 0 to 4294967295, as an earlier drill printed it. Leave it out for a new one.`,
  );
}

export function noEntrance(stack: string): DrillError {
  return new DrillError(
    `stack ${stack} has no HTTP entrance with an address; a drill measures through it. Add a HealthCheckedLoadBalancer with a ` +
      `FloatingAddress.`,
  );
}

export function addressesUnknown(stack: string, machines: readonly string[]): DrillError {
  return new DrillError(
    `the manifest of stack ${stack} has no address for ${list(machines)}, because a cloud gives it out when Terraform applies; a ` +
      `drill has to reach every machine. Run drills in the lab, with a HostsSite in the place of the cloud's site.`,
  );
}

export function noProbes(stack: string): DrillError {
  return new DrillError(
    `the manifest of stack ${stack} does not say how its tiers are asked whether they are whole, as one that an older ` +
      `cdktf-beehive synthesized. Run cdktf synth again.`,
  );
}

export function noSuchRole(stack: string, fault: string, tier: string): DrillError {
  return new DrillError(
    `drill ${fault} needs ${tier}, and stack ${stack} has none behind its entrance; leave the drill out of --drills.`,
  );
}

export function notRedundant(fault: string, tier: string, machines: readonly string[], atLeast: number): DrillError {
  return new DrillError(
    `drill ${fault} takes one machine from ${tier}, which needs ${atLeast} of its ${machines.length} (${list(machines)}); nothing ` +
      `would be left to show. Give the tier one more machine.`,
  );
}

export function noZoneToSpare(stack: string, fault: string, lacks: readonly string[]): DrillError {
  return new DrillError(
    `drill ${fault} takes all machines of a zone, and stack ${stack} has no zone to spare: ${lacks.join("; ")}. Nothing would be ` +
      `left to show. Spread its tiers over more zones, or leave the drill out of --drills.`,
  );
}

export function noBareServer(problem: string): DrillError {
  return new DrillError(
    `the host does not start a second process of ${process.execPath} (${problem}); a drill exchanges requests with one to know how ` +
      `slow the host itself is. Look for limits on processes and memory.`,
  );
}
