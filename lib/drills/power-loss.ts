import type { Machines } from "./machines";

const CUT_NETWORK = [
  "sh",
  "-c",
  'for i in /sys/class/net/*; do [ "${i##*/}" = lo ] || ip link set "${i##*/}" down; done',
];

/** Takes the power from machines, and owes it back to each of them until it has it. */
export class PowerLoss {
  private readonly owed = new Set<string>();

  constructor(private readonly machines: Machines) {}

  /**
   * All machines at the same moment. The network goes first and the processes after it, because a kernel that ends processes
   * says goodbye for them: it closes their connections and refuses new ones, for as long as it takes to end them all. A machine
   * without power is silent from one moment to the next, and of a zone no machine speaks after another one is gone.
   *
   * @returns the moment at which the last of them was silent
   * @throws the first failure, after every machine was tried: one that stays without network gets it back with its power
   */
  async cut(names: readonly string[], now: () => number): Promise<number> {
    for (const name of names) this.owed.add(name);
    const silenced = await Promise.allSettled(
      names.map(async (name) => {
        const { status } = await this.machines.exec(name, CUT_NETWORK);
        return status === 0;
      }),
    );
    const silent = now();
    const ended = await Promise.allSettled(names.map((name) => this.machines.powerOff(name)));
    throwFirst([...silenced, ...ended]);
    return silenced.every((result) => result.status === "fulfilled" && result.value) ? silent : now();
  }

  /** Those that run all the same. */
  async survivors(names: readonly string[]): Promise<string[]> {
    const running = await Promise.all(names.map((name) => this.machines.isRunning(name)));
    return names.filter((_, index) => running[index]);
  }

  /**
   * All that are owed at the same moment.
   *
   * @throws the first failure, after every machine was tried; those that failed are still owed
   */
  async restore(): Promise<void> {
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
