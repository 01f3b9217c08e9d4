import { spawn } from "node:child_process";
import { commandFailed, commandTimedOut } from "./errors";

export interface CommandResult {
  /** Exit status; 128 + n when signal n ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Seconds until it is killed and the call rejects. @default - none */
  readonly timeout?: number;
  /** Sent to standard input, which is closed after it. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the command; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with each line that the command writes, on either stream. */
  readonly onLine?: (line: string) => void;
}

export type Argv = readonly [program: string, ...args: string[]];

/** Output that is kept of one stream; what a daemon floods after that is dropped. */
const KEPT = 4 * 1024 * 1024;

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs a program without a shell. Rejects when it cannot start, runs out of time or is aborted, not for its status. */
export function run(argv: Argv, options: CommandOptions = {}): Promise<CommandResult> {
  const { timeout, input, env, signal, onLine } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const [program, ...args] = argv;
    // In a process group of its own: Ctrl-C reaches the owner only, which then ends its commands in order.
    const child = spawn(program, args, { env: env ?? process.env, detached: true, stdio: "pipe" });
    let failure: unknown;
    const end = (reason: unknown) => {
      failure ??= reason;
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 3000).unref();
    };
    const abort = () => end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const timer =
      timeout === undefined ? undefined : setTimeout(() => end(commandTimedOut(program, timeout)), timeout * 1000);

    const stdout = collect(child.stdout, onLine);
    const stderr = collect(child.stderr, onLine);
    child.stdin.on("error", () => undefined); // the program may end without reading its input
    child.stdin.end(input ?? "");
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (status, killedBy) => {
      settle();
      if (failure !== undefined) return reject(failure);
      resolve({
        status: status ?? 128 + ((killedBy && SIGNAL_NUMBERS[killedBy]) ?? 0),
        stdout: stdout(),
        stderr: stderr(),
      });
    });
  });
}

/** Like `run`, and rejects when the status is not 0. Resolves with the standard output. */
export async function output(argv: Argv, options: CommandOptions = {}): Promise<string> {
  const result = await run(argv, options);
  if (result.status !== 0) throw commandFailed(argv.slice(0, 6).join(" "), result.status, result.stderr);
  return result.stdout;
}

/** Connects the first program's standard output to the second one's input. Rejects when either fails. */
export function pipe(
  from: Argv,
  to: Argv,
  options: Pick<CommandOptions, "env" | "signal" | "onLine"> = {},
): Promise<string> {
  const { env = process.env, signal, onLine } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const [source, ...sourceArgs] = from;
    const [sink, ...sinkArgs] = to;
    const left = spawn(source, sourceArgs, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const right = spawn(sink, sinkArgs, { env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const abort = () => [left, right].forEach((child) => child.kill("SIGTERM"));
    signal?.addEventListener("abort", abort, { once: true });
    const leftErrors = collect(left.stderr, onLine);
    const rightErrors = collect(right.stderr);
    const result = collect(right.stdout);
    right.stdin.on("error", () => undefined); // reported by the exit status of the sink
    left.stdout.pipe(right.stdin);
    const ended = (child: typeof left | typeof right) =>
      new Promise<number | null>((done, failed) => child.on("error", failed).on("close", done));
    Promise.all([ended(left), ended(right)])
      .then(([leftStatus, rightStatus]) => {
        if (signal?.aborted) throw signal.reason;
        if (leftStatus !== 0) throw commandFailed(source, leftStatus, leftErrors());
        if (rightStatus !== 0) throw commandFailed(`${sink} ${sinkArgs[0]}`, rightStatus, rightErrors());
        resolve(result());
      })
      .catch((error: unknown) => {
        abort();
        reject(error);
      })
      .finally(() => signal?.removeEventListener("abort", abort));
  });
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  let text = "";
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    if (text.length < KEPT) text += chunk;
    if (onLine === undefined) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.filter((line) => line.trim() !== "").forEach(onLine);
  });
  return () => text;
}
