import type { Manifest } from "../manifest/manifest";
import { LabInterrupted } from "./errors";
import { Lab, type LabOptions } from "./lab";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** How long work that ignores its signal may hold up the end of the process. */
const GRACE_MILLISECONDS = 5000;

/**
 * Boots the lab, hands it to `use`, and removes it afterwards, whatever happens: success, an error, Ctrl-C. A lab with
 * `keep` stays once it has booted.
 *
 * @param use its second argument is aborted on Ctrl-C; the lab is removed at once, and the call rejects
 *   with `LabInterrupted`.
 */
export async function withLab<T>(
  manifest: Manifest,
  options: LabOptions,
  use: (lab: Lab, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interruption = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    interruption.signal.addEventListener("abort", () => reject(interruption.signal.reason));
  });
  interrupted.catch(() => undefined); // it may reject when no caller awaits it any more
  const onSignal = (signal: NodeJS.Signals) => {
    const reason = new LabInterrupted(signal);
    interruption.abort(reason);
    process.exitCode = signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : 129;
  };
  const outer = () => interruption.abort(options.signal?.reason);
  SIGNALS.forEach((signal) => process.on(signal, onSignal));
  options.signal?.addEventListener("abort", outer, { once: true });
  let lab: Lab | undefined;
  try {
    lab = await Lab.up(manifest, { ...options, signal: interruption.signal });
    return await Promise.race([use(lab, interruption.signal), interrupted]);
  } finally {
    if (lab !== undefined && options.keep !== true) await lab.down();
    options.signal?.removeEventListener("abort", outer);
    SIGNALS.forEach((signal) => process.off(signal, onSignal));
    if (interruption.signal.reason instanceof LabInterrupted) {
      setTimeout(() => process.exit(), GRACE_MILLISECONDS).unref();
    }
  }
}
