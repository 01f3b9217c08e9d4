import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { promisify } from "node:util";
import { hostNotReady } from "./errors";

export type EngineName = "podman" | "docker";
export type CgroupMode = "unified" | "hybrid" | "legacy";

/** What was found on the host, before anything is decided. */
export interface HostFacts {
  readonly root: boolean;
  /** Engines that answer, and why the others do not. */
  readonly engines: Readonly<Record<EngineName, EngineFacts>>;
  /** OCI runtimes on the path. */
  readonly runtimes: readonly string[];
  readonly cgroups: CgroupMode;
  /** Whether limits above the present hard limits may be set. */
  readonly sysResource: boolean;
  /** Hard limits; absent where there is none. */
  readonly openFiles?: number;
  readonly processes?: number;
  /** `kernel.pid_max`; podman lowers its own process limit to it. */
  readonly pidMax?: number;
  readonly mmdebstrap: boolean;
  readonly tun: boolean;
  readonly fuse: boolean;
  readonly nft: boolean;
}

export interface EngineFacts {
  readonly installed: boolean;
  readonly works: boolean;
  /** What the engine said when it did not work. */
  readonly reason?: string;
}

/** A host that can run the lab, with everything chosen. */
export interface LabHost {
  readonly engine: EngineName;
  /** Given before the engine's subcommand. */
  readonly globalArguments: readonly string[];
  /** Given to every `run` and `create`. */
  readonly limitArguments: readonly string[];
  /** What systemd needs to run as process 1 of a machine. */
  readonly systemdArguments: readonly string[];
  readonly mmdebstrap: boolean;
  /** WireGuard in user space needs it. */
  readonly tun: boolean;
  /** GlusterFS clients need it. */
  readonly fuse: boolean;
  readonly nft: boolean;
}

/** Finds out what the host offers and chooses; refuses with everything that is missing, and what to install. */
export async function probeHost(): Promise<LabHost> {
  return chooseHost(await hostFacts());
}

/** Pure, so that every kind of host can be tested on one. */
export function chooseHost(facts: HostFacts): LabHost {
  const problems = hostProblems(facts);
  if (problems.length > 0) throw hostNotReady(problems);
  const engine: EngineName = facts.engines.podman.works ? "podman" : "docker";
  // crun refuses hybrid cgroups ("cgroups in hybrid mode not supported"), runc takes them all.
  const needsRunc = engine === "podman" && facts.cgroups !== "unified" && facts.runtimes.includes("runc");
  return {
    engine,
    globalArguments: needsRunc ? ["--runtime", "runc"] : [],
    limitArguments: limits(facts),
    systemdArguments: engine === "podman" ? ["--systemd=always", "--privileged"] : dockerSystemd(facts.cgroups),
    mmdebstrap: facts.mmdebstrap,
    tun: facts.tun,
    fuse: facts.fuse,
    nft: facts.nft,
  };
}

export function hostProblems(facts: HostFacts): string[] {
  const problems: string[] = [];
  const { podman, docker } = facts.engines;
  if (!facts.root) problems.push("it needs root, because machines get addresses of their own: run it with sudo");
  if (!podman.installed && !docker.installed) {
    problems.push("there is no container engine: apt-get install podman runc mmdebstrap");
  } else if (!podman.works && !docker.works && facts.root) {
    const reasons = [podman.installed && `podman: ${podman.reason}`, docker.installed && `docker: ${docker.reason}`];
    const install = podman.installed ? "" : "; apt-get install podman runc mmdebstrap brings one that needs no daemon";
    problems.push(`no container engine works (${reasons.filter(Boolean).join("; ")})${install}`);
  }
  if (podman.works && facts.cgroups === "hybrid" && !facts.runtimes.includes("runc")) {
    problems.push("its cgroups are hybrid, which crun refuses: apt-get install runc");
  }
  return problems;
}

function limits(facts: HostFacts): string[] {
  if (facts.sysResource) return [];
  // Raising a hard limit needs CAP_SYS_RESOURCE, and the engines' defaults are above these.
  const limit = (name: string, ...bounds: (number | undefined)[]) => {
    const most = Math.min(...bounds.filter((bound): bound is number => bound !== undefined));
    return Number.isFinite(most) ? ["--ulimit", `${name}=${most}:${most}`] : [];
  };
  return [...limit("nofile", facts.openFiles, 1_048_576), ...limit("nproc", facts.processes, facts.pidMax)];
}

function dockerSystemd(cgroups: CgroupMode): string[] {
  const shared = [
    "--privileged",
    "--tmpfs",
    "/run",
    "--tmpfs",
    "/run/lock",
    "--tmpfs",
    "/tmp",
    "--env",
    "container=docker",
  ];
  return cgroups === "unified"
    ? [...shared, "--cgroupns=private"]
    : [...shared, "--cgroupns=host", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"];
}

const execute = promisify(execFile);

export async function hostFacts(): Promise<HostFacts> {
  const [podman, docker] = await Promise.all([engineFacts("podman"), engineFacts("docker")]);
  const limitsText = readText("/proc/self/limits");
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(readText("/proc/self/status"))?.[1] ?? "0"}`);
  const pidMax = Number(readText("/proc/sys/kernel/pid_max")) || undefined;
  return {
    root: process.getuid?.() === 0,
    engines: { podman, docker },
    runtimes: ["runc", "crun"].filter(onPath),
    cgroups: cgroupMode(fs.existsSync),
    sysResource: (capabilities & (1n << 24n)) !== 0n,
    openFiles: hardLimit(limitsText, "Max open files"),
    processes: hardLimit(limitsText, "Max processes"),
    pidMax,
    mmdebstrap: onPath("mmdebstrap"),
    tun: fs.existsSync("/dev/net/tun"),
    fuse: fs.existsSync("/dev/fuse"),
    nft: onPath("nft"),
  };
}

/** Unified: version 2 alone. Hybrid: version 2 beside version 1. */
export function cgroupMode(exists: (path: string) => boolean): CgroupMode {
  if (exists("/sys/fs/cgroup/cgroup.controllers")) return "unified";
  return exists("/sys/fs/cgroup/unified/cgroup.controllers") ? "hybrid" : "legacy";
}

/** Of `/proc/self/limits`: name, soft limit, hard limit, unit. Absent when unlimited. */
export function hardLimit(limitsText: string, name: string): number | undefined {
  const line = limitsText.split("\n").find((candidate) => candidate.startsWith(name));
  const value = Number(line?.slice(name.length).trim().split(/\s+/)[1]);
  return Number.isFinite(value) ? value : undefined;
}

async function engineFacts(engine: EngineName): Promise<EngineFacts> {
  if (!onPath(engine)) return { installed: false, works: false };
  try {
    // Asks the daemon where there is one; `version` alone may answer from the client.
    await execute(engine, ["ps", "--quiet"], { timeout: 20_000 });
    return { installed: true, works: true };
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    return { installed: true, works: false, reason: said.trim().split("\n").at(-1) ?? "no answer" };
  }
}

function onPath(program: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];
  return folders.some((folder) => folder !== "" && fs.existsSync(`${folder}/${program}`));
}

function readText(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
