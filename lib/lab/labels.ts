import * as fs from "node:fs";
import type { LabMachine } from "./lab-machine";

/**
 * Everything that the lab makes carries these labels. They are the only record of a lab: there is no state file that
 * could disagree with what is running.
 */
export const LABEL = {
  run: "beehive.run",
  lab: "beehive.lab",
  suite: "beehive.suite",
  ownerPid: "beehive.owner-pid",
  ownerStart: "beehive.owner-start",
  keep: "beehive.keep",
  machine: "beehive.machine",
  site: "beehive.site",
  zone: "beehive.zone",
  address: "beehive.address",
  privateAddress: "beehive.private-address",
  sshPort: "beehive.ssh-port",
  image: "beehive",
  imageHash: "beehive.hash",
  imageBuilt: "beehive.built",
} as const;

export type Labels = Readonly<Record<string, string>>;

/** The process that a lab lives and dies with. */
export interface Owner {
  readonly pid: number;
  /** Boot id and start time in clock ticks: a process id alone is reused. */
  readonly start: string;
}

/** One lab, as its labels tell. */
export interface RunIdentity {
  readonly runId: string;
  readonly stack: string;
  readonly suite: string;
  readonly owner: Owner;
  /** Stays when its owner ends. */
  readonly keep: boolean;
}

export function runLabels(run: RunIdentity): Labels {
  return {
    [LABEL.run]: run.runId,
    [LABEL.lab]: run.stack,
    [LABEL.suite]: run.suite,
    [LABEL.ownerPid]: String(run.owner.pid),
    [LABEL.ownerStart]: run.owner.start,
    ...(run.keep && { [LABEL.keep]: "1" }),
  };
}

export function machineLabels(machine: LabMachine): Labels {
  return {
    [LABEL.machine]: machine.name,
    [LABEL.site]: machine.site,
    [LABEL.zone]: machine.zone,
    [LABEL.address]: machine.address,
    [LABEL.privateAddress]: machine.privateAddress,
    [LABEL.sshPort]: String(machine.sshPort),
  };
}

/** Absent when the object is no lab's. An owner that cannot be read counts as dead. */
export function parseRun(labels: Labels): RunIdentity | undefined {
  const runId = labels[LABEL.run];
  if (runId === undefined || runId === "") return undefined;
  const pid = Number(labels[LABEL.ownerPid]);
  return {
    runId,
    stack: labels[LABEL.lab] ?? "",
    suite: labels[LABEL.suite] ?? "",
    owner: { pid: Number.isInteger(pid) ? pid : 0, start: labels[LABEL.ownerStart] ?? "" },
    keep: labels[LABEL.keep] === "1",
  };
}

export function parseMachine(labels: Labels, container: string): LabMachine | undefined {
  const name = labels[LABEL.machine];
  const address = labels[LABEL.address];
  if (name === undefined || address === undefined) return undefined;
  return {
    name,
    container,
    site: labels[LABEL.site] ?? "",
    zone: labels[LABEL.zone] ?? "",
    address,
    privateAddress: labels[LABEL.privateAddress] ?? address,
    sshPort: Number(labels[LABEL.sshPort] ?? 22),
  };
}

export function labelArguments(labels: Labels): string[] {
  return Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
}

export function owner(pid: number = process.pid): Owner {
  const start = processStart(pid);
  return { pid, start: start ?? "unknown" };
}

export function isAlive({ pid, start }: Owner): boolean {
  return pid > 0 && processStart(pid) === start;
}

/** Absent when there is no such process, or only its corpse. */
function processStart(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold spaces; state is field 3, start time 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return `${fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8)}-${fields[19]}`;
  } catch {
    return undefined;
  }
}
