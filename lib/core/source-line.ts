import { currentFrames } from "./program-frames";

/**
 * The line of the user's program that is being executed, relative to where the program runs: `main.ts:23`. Findings point
 * at it. Undefined where the program cannot be told from libraries.
 */
export function sourceLine(): string | undefined {
  return currentFrames()[0]?.line;
}
