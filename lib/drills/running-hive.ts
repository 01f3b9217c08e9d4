import { setTimeout as sleep } from "node:timers/promises";
import { Duration } from "../core/duration";
import { locatedMachines } from "../manifest/located-machines";
import type { Manifest } from "../manifest/manifest";
import { exchange } from "./http-exchange";
import { type HiveRoles, hiveRoles } from "./hive-roles";
import { addressesUnknown, noProbes } from "./errors";
import { HiveProbes } from "./hive-probes";
import type { Machines } from "./machines";
import { orderIds, OrdersWorkload } from "./orders-workload";
import { SeededRandom } from "./random";

const POLL = Duration.seconds(1);
const HEALTH_TIMEOUT = Duration.seconds(2);
const READ_TIMEOUT = Duration.seconds(20);
/** 64 MiB hold 1.7 million ids. */
const READ_BYTES = 64 * 1024 * 1024;

/** A running hive, probed from outside: which machine has which role, and whether every machine works. */
export class RunningHive {
  readonly roles: HiveRoles;
  private readonly probes: HiveProbes;

  /**
   * @throws DrillError when the hive has no HTTP entrance, its manifest has no probes, or its machines have no addresses before
   * they are deployed
   */
  constructor(
    readonly manifest: Manifest,
    readonly machines: Machines,
  ) {
    const located = locatedMachines(manifest, (names) => addressesUnknown(manifest.stack, names));
    this.probes = new HiveProbes(located, machines);
    this.roles = hiveRoles(manifest);
    if (manifest.tiers.every(({ probes = [] }) => probes.length === 0)) throw noProbes(manifest.stack);
  }

  /** The machines that have the entrance's address at this moment; one, when all is well. */
  addressHolders(): Promise<string[]> {
    return this.probes.leaders(this.roles.entrance.tier, "address");
  }

  /** The machine that takes the writes; undefined when the database's machines do not agree. */
  async writer(): Promise<string | undefined> {
    const { database } = this.roles;
    const leaders = database === undefined ? [] : await this.probes.leaders(database, "writer");
    return leaders.length === 1 ? leaders[0] : undefined;
  }

  /** Every id that the application lists, or undefined when it did not answer three times in a row. */
  async readOrders(signal?: AbortSignal): Promise<readonly string[] | undefined> {
    const { address, port } = this.roles.entrance;
    const { path } = new OrdersWorkload({ random: new SeededRandom(0) });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const options = { timeout: READ_TIMEOUT, signal, maxBodyBytes: READ_BYTES };
      const answer = await exchange({ address, port }, { method: "GET", path }, options);
      if (answer.status === 200) return orderIds(answer.body);
      signal?.throwIfAborted();
      await sleep(POLL.toMillis(), undefined, { signal });
    }
    return undefined;
  }

  /**
   * Asks again and again until nothing is missing or the time is over.
   *
   * @param onMissing gets, after each round, the first thing that is not as it should be
   * @returns in words, what is still not as it should be; empty when the hive is whole
   */
  async waitUntilWhole(
    patience: Duration,
    signal?: AbortSignal,
    onMissing: (first: string) => void = () => undefined,
  ): Promise<readonly string[]> {
    const deadline = performance.now() + patience.toMillis();
    for (;;) {
      signal?.throwIfAborted();
      const missing = await this.missing();
      const [first] = missing;
      if (first === undefined || performance.now() > deadline) return missing;
      onMissing(first);
      await sleep(POLL.toMillis(), undefined, { signal });
    }
  }

  /** What is not as it should be. The cheap questions come first, and the next ones only when they have no complaint. */
  async missing(): Promise<string[]> {
    const { tiers, entrance } = this.roles;
    const needed = tiers.filter((tier) => tier !== entrance.tier);
    const questions = [
      () => this.stoppedMachines(),
      () => this.probes.missingIn(needed),
      () => this.probes.missingServices(),
      () => this.probes.missingLeaders(tiers),
      () => this.probes.missingIn([entrance.tier]),
      () => this.silentEntrance(),
    ];
    for (const question of questions) {
      const missing = await question();
      if (missing.length > 0) return missing;
    }
    return [];
  }

  private async stoppedMachines(): Promise<string[]> {
    const running = await Promise.all(
      this.manifest.machines.map(async ({ name }) => ({ name, up: await this.machines.isRunning(name) })),
    );
    return running.filter(({ up }) => !up).map(({ name }) => `${name} has no power`);
  }

  private async silentEntrance(): Promise<string[]> {
    const { address, port, healthPath } = this.roles.entrance;
    const answer = await exchange({ address, port }, { method: "GET", path: healthPath }, { timeout: HEALTH_TIMEOUT });
    if (answer.status === 200) return [];
    return [`http://${address}:${port}${healthPath} answers ${answer.status ?? answer.error}`];
  }
}
