import * as path from "node:path";
import * as vm from "node:vm";

/** This package's own folder, so that its frames are told from the program's. */
const OWN = `${path.resolve(__dirname, "..")}${path.sep}`;
const FRAME = /\(?((?:file:\/\/)?[^\s()]+):(\d+):\d+\)?$/;

/** One call of the user's program, as a stack trace has it. */
export interface ProgramFrame {
  /** `    at shop (/home/me/shop/main.ts:18:3)`, as Node writes it. */
  readonly text: string;
  /** Relative to where the program runs: `main.ts:18`. */
  readonly line: string;
}

/** The calls of the user's program in a stack trace, the innermost first; those of this package, of libraries and of Node left out. */
export function programFrames(stack: string): ProgramFrame[] {
  const frames: ProgramFrame[] = [];
  for (const text of stack.split("\n")) {
    const match = /^\s+at /.test(text) ? FRAME.exec(text.trim()) : null;
    const file = match?.[1]?.replace(/^file:\/\//, "");
    if (file === undefined || !path.isAbsolute(file)) continue;
    if (file.startsWith(OWN) || file.includes(`${path.sep}node_modules${path.sep}`)) continue;
    // tsx wraps a module into a function, so that its top level is there twice.
    if (text.includes("at Object.<anonymous> ") && frames.at(-1)?.text.includes("at <anonymous> ")) continue;
    frames.push({ text, line: `${path.relative(process.cwd(), file)}:${match![2]}` });
  }
  return frames;
}

/** Where the program is. The trace has a length of its own: the program may have chosen a short one. */
export function currentFrames(): ProgramFrame[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  return programFrames(stack);
}

/**
 * Makes an uncaught error print its sentence and the program's own calls, and nothing of this package. Where the program
 * cannot be told from libraries, the error stays as it is.
 */
export function forProgram<E extends Error>(error: E): E {
  const frames = currentFrames();
  if (frames.length === 0) return error;
  const stack = [`${error.name}: ${error.message}`, ...frames.map(({ text }) => text)].join("\n");
  hideThrowSite(error);
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true, enumerable: false });
  return error;
}

let room: vm.Context | undefined;

/**
 * Before an uncaught error, Node prints the line that threw it: a line of this package. It leaves that out for an error that has
 * passed through the end of a script of `node:vm`, because then the line stands in its stack already.
 */
function hideThrowSite(error: Error): void {
  room ??= vm.createContext({});
  room.refusal = error;
  try {
    vm.runInContext("throw refusal", room);
  } catch {
    room.refusal = undefined;
  }
}
