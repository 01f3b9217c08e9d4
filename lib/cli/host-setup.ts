import { existsSync } from "node:fs";
import { type HostFacts, hostFacts, hostProblems } from "../lab/host";
import { CommandError, ExitCode } from "./exit-code";
import { runProgram } from "./run-program";

export interface Preparation {
  /** Debian packages that are missing and can be installed. */
  readonly install: readonly string[];
  /** What only the user can provide; with what to do. */
  readonly problems: readonly string[];
}

const hint = "Without a lab, see what would be made: npm run demo -- --synth-only";

/** Pure: what has to be done to this host before the lab runs. `apt`: it is a Debian with apt-get. */
export function planHost(facts: HostFacts, apt: boolean, sshKeygen: boolean): Preparation {
  const engine = facts.engines.podman.works || facts.engines.docker.works;
  const installable = facts.root && apt;
  const install = [
    ...(engine || facts.engines.podman.installed ? [] : ["podman", "runc"]),
    ...(facts.engines.podman.installed && !facts.runtimes.includes("runc") && facts.cgroups === "hybrid"
      ? ["runc"]
      : []),
    ...(facts.mmdebstrap ? [] : ["mmdebstrap"]),
    ...(sshKeygen ? [] : ["openssh-client"]),
  ];
  if (installable && install.length > 0) return { install, problems: [] };
  const problems = hostProblems(facts);
  if (!sshKeygen) problems.push("ssh-keygen is missing: apt-get install openssh-client");
  return { install: [], problems };
}

export async function inspectHost(): Promise<Preparation> {
  return planHost(await hostFacts(), onPath("apt-get") && existsSync("/etc/debian_version"), onPath("ssh-keygen"));
}

/**
 * Refuses a host that can never run a demo, before anything is synthesized or installed.
 *
 * @throws CommandError with everything that is missing and what to do about each
 */
export function refuse(preparation: Preparation): void {
  const problems = [...preparation.problems];
  if (!onPath("terraform"))
    problems.push("Terraform is missing: install Terraform 1.4 or later, so that `terraform version` works");
  if (problems.length === 0) return;
  const list = problems.map((problem) => `  - ${problem}`).join("\n");
  throw new CommandError(`this host cannot run the demo:\n${list}\n${hint}`, ExitCode.environment);
}

/** Installs with the package's own defaults, and says what. */
export async function installPackages(
  packages: readonly string[],
  onLine: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "--yes", ...packages]]) {
    const { status, output } = await runProgram("apt-get", args, { environment, onLine, signal });
    if (status === 0) continue;
    const tail = output.trim().split("\n").slice(-6).join("\n  ");
    throw new CommandError(
      `apt-get ${args.join(" ")} ended with ${status}:\n  ${tail}\nInstall ${packages.join(", ")} by hand and try again. ${hint}`,
      ExitCode.environment,
    );
  }
}

export function onPath(program: string): boolean {
  const folders = (process.env.PATH ?? "").split(":");
  return [...folders, "/usr/sbin", "/sbin"].some((folder) => folder !== "" && existsSync(`${folder}/${program}`));
}
