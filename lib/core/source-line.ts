import * as path from "node:path";

/** This package's own folder, so that its frames are told from the program's. */
const OWN = `${path.resolve(__dirname, "..")}${path.sep}`;
const FRAME = /\(?((?:file:\/\/)?[^\s()]+):(\d+):\d+\)?$/;

/**
 * The line of the user's program that is being executed, relative to where the program runs: `main.ts:23`. Findings point
 * at it. Undefined where the program cannot be told from libraries.
 */
export function sourceLine(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  for (const frame of stack.split("\n").slice(1)) {
    const match = FRAME.exec(frame.trim());
    const file = match?.[1]?.replace(/^file:\/\//, "");
    if (file === undefined || !path.isAbsolute(file)) continue;
    if (file.startsWith(OWN) || file.includes(`${path.sep}node_modules${path.sep}`)) continue;
    return `${path.relative(process.cwd(), file)}:${match![2]}`;
  }
  return undefined;
}
