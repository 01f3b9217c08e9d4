import { Duration } from "../core/duration";
import type { FaultInstant } from "./drill-metrics";
import type { Injection } from "./faults/fault";
import type { Machines } from "./machines";

/** Waits for an instant, seconds since 1970, takes every network down and prints when that was done. */
const cutNetworkAt = (instant: number): string[] => [
  "sh",
  "-c",
  `sleep "$(awk "BEGIN { left = ${instant.toFixed(3)} - $(date +%s.%N); print (left > 0 ? left : 0) }")"
for i in /sys/class/net/*; do [ "\${i##*/}" = lo ] || ip link set "\${i##*/}" down || exit 1; done
date +%s.%N`,
];

/** Takes the power from machines, and owes it back to each of them until it has it. */
export class PowerLoss implements Injection {
  readonly undoing = "power on";
  private readonly owed = new Set<string>();

  /** @param notice how long before it happens the machines are told, so that all can do it at one instant of their common clock */
  constructor(
    private readonly machines: Machines,
    private readonly notice = Duration.seconds(1),
  ) {}

  /**
   * All machines at the same moment. The network goes first and the processes after it, because a kernel that ends processes
   * says goodbye for them: it closes their connections and refuses new ones, for as long as it takes to end them all. A machine
   * without power is silent from one moment to the next, and of a zone no machine speaks after another one is gone.
   *
   * @param now the clock of what is returned, seconds
   * @returns the moment that was agreed, and the one at which the last of them was silent
   * @throws the first failure, after every machine was tried: one that stays without network gets it back with its power
   */
  async inject(names: readonly string[], now: () => number): Promise<FaultInstant> {
    for (const name of names) this.owed.add(name);
    const notice = this.notice.toSeconds();
    const instant = Date.now() / 1000 + notice;
    const from = now() + notice;
    const cuts = await Promise.allSettled(
      names.map(async (name) => {
        const { status, stdout } = await this.machines.exec(name, cutNetworkAt(instant));
        const done = Number.parseFloat(stdout);
        return status !== 0 ? undefined : Number.isNaN(done) ? now() : from + done - instant;
      }),
    );
    const ended = await Promise.allSettled(names.map((name) => this.machines.powerOff(name)));
    throwFirst([...cuts, ...ended]);
    const silent = cuts.map((cut) => (cut.status === "fulfilled" ? cut.value : undefined));
    return { from, to: Math.max(...silent.map((moment) => moment ?? now())) };
  }

  async doubts(names: readonly string[]): Promise<string[]> {
    const running = await Promise.all(names.map((name) => this.machines.isRunning(name)));
    return names
      .filter((_, index) => running[index])
      .map((name) => `${name} still runs: the fault did not take effect`);
  }

  /**
   * All that are owed at the same moment.
   *
   * @throws the first failure, after every machine was tried; those that failed are still owed
   */
  async undo(): Promise<void> {
    const results = await Promise.allSettled(
      [...this.owed].map(async (name) => {
        await this.machines.powerOn(name);
        this.owed.delete(name);
      }),
    );
    throwFirst(results);
  }
}

function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
