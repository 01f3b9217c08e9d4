import { list } from "../core/words";

/** Every refusal of the lab, in one place: what, the offending value, what is allowed, the fix. */
export class LabError extends Error {
  override readonly name: string = "LabError";
}

/** The user interrupted the lab; everything has been removed when this is thrown. */
export class LabInterrupted extends LabError {
  override readonly name = "LabInterrupted";
  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}; the lab is removed`);
  }
}

export function hostNotReady(problems: readonly string[]): LabError {
  return new LabError(
    `this host cannot run the lab:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\n` +
      `Without a lab, the stack can still be synthesized and inspected.`,
  );
}

export function commandFailed(what: string, status: number | null, stderr: string): LabError {
  const tail = stderr.trim().split("\n").slice(-8).join("\n");
  return new LabError(
    `${what} failed (${status === null ? "killed" : `status ${status}`})${tail === "" ? "" : `:\n${tail}`}`,
  );
}

export function commandTimedOut(what: string, seconds: number): LabError {
  return new LabError(`${what} did not end within ${seconds} s`);
}

export function noBase(suite: string, image: string): LabError {
  return new LabError(
    `there is nothing to make a Debian ${suite} machine from: mmdebstrap is missing, and so is the image ${image}. ` +
      `Run apt-get install mmdebstrap, or pull ${image}.`,
  );
}

export function packagesUnknown(suite: string, packages: readonly string[], detail: string): LabError {
  return new LabError(
    `Debian ${suite} cannot install ${list(packages)}; correct the packages of the tier, or choose the other suite ` +
      `(--suite trixie or --suite bookworm). apt-get says:\n${detail.trim().split("\n").slice(-6).join("\n")}`,
  );
}

export function unknownSuite(suite: string, allowed: readonly string[]): LabError {
  return new LabError(`suite is "${suite}"; allowed are ${list(allowed)}.`);
}

export function noMachines(stack: string): LabError {
  return new LabError(
    `the manifest of stack ${stack} has no machines, so there is nothing to boot. Add hosts to a site and run cdktf synth.`,
  );
}

export function addressesUnknown(machines: readonly string[]): LabError {
  return new LabError(
    `the manifest has no address for ${list(machines)}, because a cloud gives it out when Terraform applies. The lab boots ` +
      `machines with the addresses of the program: synthesize the stack with a HostsSite in the place of the cloud's site.`,
  );
}

export function unusableAddress(machine: string, address: string, problem: string): LabError {
  return new LabError(`machine ${machine} has the address ${address}; ${problem}`);
}

export function duplicateMachineAddress(address: string, first: string, second: string): LabError {
  return new LabError(
    `machines ${first} and ${second} both have the address ${address}. Give each its own and run cdktf synth.`,
  );
}

export function noFreeGateway(subnet: string): LabError {
  return new LabError(
    `the network ${subnet} has no address left for the lab's own gateway. Use a larger network, or leave one address free.`,
  );
}

export function subnetTaken(subnet: string, holder: string): LabError {
  return new LabError(
    `the lab needs the network ${subnet}, which ${holder} already uses on this host. ` +
      `Remove that (beehive lab down or beehive lab clean, when it is a lab), or give the site's hosts other addresses.`,
  );
}

export function noPublicKey(site: string, tried: readonly string[]): LabError {
  return new LabError(
    `there is no public key to let in to the machines of site ${site}; tried ${list(tried)}. ` +
      `Pass --key FILE.pub, or set ssh.privateKeyFile on the site, or add a key to the SSH agent (ssh-add).`,
  );
}

export function notAPublicKey(source: string): LabError {
  return new LabError(
    `${source} holds no public key; a public key is one line like "ssh-ed25519 AAAA… name". Give the file that ends in .pub.`,
  );
}

export function unknownMachine(machine: string, known: readonly string[]): LabError {
  return new LabError(`the lab has no machine "${machine}"; its machines are ${list(known)}.`);
}

export function machineIsOff(machine: string): LabError {
  return new LabError(`machine ${machine} is not running, so nothing can run on it. Power it on first.`);
}

export function machineDidNotBoot(
  machine: string,
  address: string,
  port: number,
  seconds: number,
  log: string,
): LabError {
  return new LabError(
    `machine ${machine} did not answer with SSH on ${address}:${port} within ${seconds} s` +
      `${log.trim() === "" ? "." : `; its last words:\n${log.trim()}`}`,
  );
}

export function labExists(stack: string, runId: string): LabError {
  return new LabError(
    `stack ${stack} already has a lab, run ${runId}. Remove it with beehive lab down before booting another.`,
  );
}

export function noSuchLab(name: string, known: readonly string[]): LabError {
  return new LabError(`there is no lab "${name}"; running labs are ${list(known)}. Boot one with beehive lab up.`);
}

export function severalLabs(stack: string, runs: readonly string[]): LabError {
  return new LabError(
    `stack ${stack} has several labs: ${list(runs)}. Name one run, or remove them all with beehive lab clean.`,
  );
}

export function leftovers(runId: string, proof: string): LabError {
  return new LabError(`run ${runId} could not be removed completely: ${proof}. Look at them with beehive lab status.`);
}
