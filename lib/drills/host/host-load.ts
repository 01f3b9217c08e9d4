import { quantile } from "../drill-metrics";
import { OpenLoopClient, type Workload } from "../open-loop-client";
import { type RequestRecord, responseTime } from "../request-record";
import type { HttpTarget } from "../http-exchange";
import { type Pressure, pressureBetween, readPressure } from "./pressure";

/** What the host itself was like while a drill measured. Times are seconds. */
export interface HostLoad {
  /** How long it was looked at: the drill's window, until its last answer. */
  readonly seconds: number;
  /** In how much of that work waited; null where the kernel does not count it. */
  readonly pressure: Pressure | null;
  /** An HTTP exchange with a process that does nothing, by the same client in the same window. */
  readonly bare: BareExchanges;
}

export interface BareExchanges {
  readonly requests: number;
  /** Longer than 0.1 s, a hundred times of what one takes on an idle host. */
  readonly late: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/** Requests per second: enough to meet a delay that visitors meet, and 3 % of a core. */
const RATE = 25;
const LATE_SECONDS = 0.1;

const workload: Workload = {
  next: () => ({ kind: "read", id: "", method: "GET", path: "/" }),
  judge: (_, { error, status }) => error ?? (status === 200 ? undefined : `http-${status}`),
};

/**
 * Looks at the host for a drill's window, and until the drill has its last answer.
 *
 * @param target a `BareServer`
 * @param seconds of the window
 * @param answered resolves with the drill's last answer
 * @throws the signal's reason when it is aborted
 */
export async function watchHost(
  target: HttpTarget,
  seconds: number,
  answered: Promise<unknown>,
  signal?: AbortSignal,
): Promise<HostLoad> {
  const begin = performance.now();
  const before = await readPressure();
  const client = new OpenLoopClient({ target, workload, rate: RATE });
  const records = await client.run(Math.max(1, Math.round(seconds * RATE)), signal);
  await answered;
  const after = await readPressure();
  return {
    seconds: (performance.now() - begin) / 1000,
    pressure: before && after ? pressureBetween(before, after) : null,
    bare: bareExchanges(records),
  };
}

/** A failed exchange counts with the time that it took to fail. */
function bareExchanges(records: readonly RequestRecord[]): BareExchanges {
  const times = records.map(responseTime).sort((a, b) => a - b);
  return {
    requests: times.length,
    late: times.filter((time) => time > LATE_SECONDS).length,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    worst: times.at(-1) ?? 0,
  };
}
