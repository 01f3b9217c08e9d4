import type { ExitCode } from "./exit-code";

/**
 * Sets the exit status, and lets the process end by itself, so that output is written. A worse code that was
 * set before stays.
 */
export function exitWith(code: ExitCode): void {
  if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = code;
}
