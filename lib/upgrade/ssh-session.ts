import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import * as readline from "node:readline";
import { MACHINE_PROGRAM } from "../manifest/format";
import { ConnectionLost, MachineRefusal, type RemoteMachine } from "./remote-machine";

/** Version of what is said between this file and lib/rollout/machine/beehive_apply/session.py. */
const SESSION_VERSION = 1;
const CLOSE_MILLIS = 5000;

interface Answer {
  readonly id?: number;
  readonly session?: number;
  readonly boot?: string;
  readonly busy?: string;
  readonly say?: string;
  readonly refused?: string;
  readonly done?: unknown;
}

interface Waiting {
  readonly onSay?: (line: string) => void;
  readonly resolve: (done: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What the SSH client runs on a machine: no character of it means anything to any shell. */
export function sessionCommand(user: string, holder: string): string {
  return `${user === "root" ? "" : "sudo -n "}${MACHINE_PROGRAM} session '${holder.replace(/[^\w @.:/+-]/g, "_")}'`;
}

/** A machine, held through one SSH connection by the program that a deploy has brought to it. */
export class SshSession implements RemoteMachine {
  /** @throws Error with the reason, when the machine cannot be held. */
  static async open(name: string, [program = "ssh", ...args]: readonly string[]): Promise<SshSession> {
    // In a process group of its own: Ctrl-C is for the command, which ends in its own order.
    const child = spawn(program, args, { stdio: "pipe", detached: true });
    const session = new SshSession(name, child);
    try {
      await session.begun;
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  boot = "";
  private readonly waiting = new Map<number, Waiting>();
  private readonly ended: Promise<void>;
  private readonly begun: Promise<void>;
  private count = 0;
  private isOver = false;
  private stderr = "";
  private strange: string[] = [];

  private constructor(
    readonly name: string,
    private readonly child: ChildProcessWithoutNullStreams,
  ) {
    let begin: () => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    this.begun = new Promise((resolve, reject) => {
      [begin, fail] = [resolve, reject];
    });
    child.stdin.on("error", () => undefined);
    child.stderr.on("data", (data: Buffer) => (this.stderr = `${this.stderr}${data.toString()}`.slice(-4000)));
    readline.createInterface(child.stdout).on("line", (line) => {
      const answer = parsed(line);
      // What a login prints by itself comes before.
      if (answer === undefined) this.strange.push(line);
      else if (answer.busy !== undefined) fail(new Error(busyText(answer.busy)));
      else if (answer.session !== undefined) {
        this.boot = answer.boot ?? "";
        if (answer.session === SESSION_VERSION) begin();
        else fail(new Error(OTHER_VERSION));
      } else this.take(answer);
    });
    this.ended = new Promise((resolve) => {
      const end = (problem: string) => {
        this.isOver = true;
        fail(new Error(problem));
        for (const { reject } of this.waiting.values()) reject(new ConnectionLost(problem));
        this.waiting.clear();
        resolve();
      };
      child.once("error", (error) => end(`${child.spawnfile} does not start: ${error.message}`));
      child.once("close", (status) => end(this.reasonOf(status)));
    });
  }

  request(message: object, onSay?: (line: string) => void): Promise<unknown> {
    if (this.isOver) return Promise.reject(new ConnectionLost(this.reasonOf(null)));
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { onSay, resolve, reject });
      this.child.stdin.write(`${JSON.stringify({ id, ...message })}\n`);
    });
  }

  async close(): Promise<void> {
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill(), CLOSE_MILLIS);
    await this.ended;
    clearTimeout(timer);
  }

  private take({ id = 0, say, refused, done }: Answer): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    if (say !== undefined) return waiting.onSay?.(say);
    this.waiting.delete(id);
    if (refused !== undefined) waiting.reject(new MachineRefusal(refused));
    else waiting.resolve(done);
  }

  private reasonOf(status: number | null): string {
    const said = this.stderr.trim().split("\n").at(-1) ?? "";
    if (/No such file|not found/.test(said) && status !== 255) return NOT_DEPLOYED;
    // The usage of a program that knows no sessions.
    if (status === 3 && this.strange.some((line) => line.includes("beehive-apply"))) return OTHER_VERSION;
    if (said !== "") return said;
    return this.strange.at(-1) ?? `the connection ended${status === null ? "" : ` (${status})`}`;
  }
}

const NOT_DEPLOYED = "Beehive is not on it: deploy first";
const OTHER_VERSION =
  "what a deploy has brought to it is of another version of cdktf-beehive: run cdktf deploy with this one first";

const busyText = (holder: string): string =>
  `${holder === "" ? "a rollout" : holder} is at work on it; wait until that ends`;

function parsed(line: string): Answer | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return undefined;
  }
}
