import { InterruptedError } from "./exit-code";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a command that has something to clean up. The first Ctrl-C aborts its signal, and the command cleans up in its
 * own order; more of them change nothing, because what is left behind half removed is worse than waiting.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  words = { first: "stopping and removing what was made", again: "still removing; a moment" },
): Promise<T> {
  const interruption = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    const first = !interruption.signal.aborted;
    console.error(first ? `${signal}: ${words.first}` : words.again);
    if (first) interruption.abort(new InterruptedError(signal));
  };
  SIGNALS.forEach((signal) => process.on(signal, onSignal));
  try {
    return await work(interruption.signal);
  } catch (error) {
    // Whatever broke on the way out, broke because of the interruption.
    throw interruption.signal.aborted ? interruption.signal.reason : error;
  } finally {
    SIGNALS.forEach((signal) => process.off(signal, onSignal));
  }
}
