import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

export interface ProgramOptions {
  readonly directory?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Gets every line of both outputs, without colours. */
  readonly onLine?: (line: string) => void;
  /** Interrupts the program, and everything that it started, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

export interface ProgramResult {
  readonly status: number;
  /** Both outputs as they came, without colours. */
  readonly output: string;
}

/** Time for a program to end in good order after an interrupt: Terraform writes its state and releases its lock. */
const GRACE_MILLIS = 20_000;

/**
 * Runs a program in a process group of its own, so that Ctrl-C in the terminal reaches it once, from here, and so that
 * nothing of it is left behind.
 *
 * @throws the signal's reason when it was aborted, after the program has ended; or when it cannot be started
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { directory, environment, onLine, signal } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, args, {
      cwd: directory,
      env: environment ?? process.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const tell = (how: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how);
      } catch {
        // The group has ended already.
      }
    };
    let grace: NodeJS.Timeout | undefined;
    const abort = (): void => {
      tell("SIGINT");
      grace = setTimeout(() => tell("SIGKILL"), GRACE_MILLIS);
    };
    signal?.addEventListener("abort", abort, { once: true });

    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) take(line);
      });
      stream.on("end", () => rest !== "" && take(rest));
    }
    const take = (line: string): void => {
      const plain = stripVTControlCharacters(line).trimEnd();
      output.push(plain);
      onLine?.(plain);
    };
    const finish = (): void => {
      clearTimeout(grace);
      signal?.removeEventListener("abort", abort);
    };
    child.on("error", (error) => {
      finish();
      reject(error);
    });
    child.on("close", (code) => {
      finish();
      if (signal?.aborted) {
        // The group leader is gone; what it started and left behind goes too.
        tell("SIGKILL");
        reject(signal.reason);
      } else resolve({ status: code ?? 1, output: output.join("\n") });
    });
  });
}
