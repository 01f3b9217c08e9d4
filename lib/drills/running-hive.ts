import { setTimeout as sleep } from "node:timers/promises";
import { Duration } from "../core/duration";
import { locatedMachines, type LocatedMachine } from "../manifest/located-machines";
import type { Manifest, ManifestTier } from "../manifest/manifest";
import { askAgent, type DatabaseMember, databaseMember } from "./database-member";
import { exchange } from "./http-exchange";
import { agentPort, type HiveRoles, hiveRoles } from "./hive-roles";
import { missingServers, SHOW_SERVERS } from "./load-balancer-state";
import { addressesUnknown } from "./errors";
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
  private readonly located: readonly LocatedMachine[];

  /** @throws DrillError when the hive has no HTTP entrance, or its machines have no addresses before they are deployed */
  constructor(
    readonly manifest: Manifest,
    readonly machines: Machines,
  ) {
    this.located = locatedMachines(manifest, (names) => addressesUnknown(manifest.stack, names));
    this.roles = hiveRoles(manifest);
  }

  /** The machines that have the entrance's address on an interface at this moment; one, when all is well. */
  async addressHolders(): Promise<string[]> {
    const { tier, address } = this.roles.entrance;
    const holders = await Promise.all(
      tier.machines.map(async (machine) => {
        const result = await this.ask(machine, ["ip", "-o", "addr", "show"]);
        return new RegExp(`\\sinet6? ${address.replaceAll(".", "\\.")}/`).test(result) ? [machine] : [];
      }),
    );
    return holders.flat();
  }

  /** The machine that takes the writes, as a majority of the database's agents says; undefined when they do not agree. */
  async writer(): Promise<string | undefined> {
    const { database } = this.roles;
    if (database === undefined) return undefined;
    const votes = new Map<string, number>();
    for (const { writer } of await this.databaseMembers(database)) {
      if (writer !== undefined) votes.set(writer, (votes.get(writer) ?? 0) + 1);
    }
    const [winner] = [...votes].sort((a, b) => b[1] - a[1]);
    return winner !== undefined && winner[1] * 2 > database.machines.length ? winner[0] : undefined;
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
    const questions = [
      () => this.stoppedMachines(),
      () => this.missingMembers(),
      () => this.missingServices(),
      () => this.missingAddress(),
      () => this.missingFromRotation(),
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

  private async missingMembers(): Promise<string[]> {
    const { database } = this.roles;
    if (database === undefined) return [];
    const members = await this.databaseMembers(database);
    return members.flatMap(({ machine, problem }) => (problem === undefined ? [] : [`${machine}: ${problem}`]));
  }

  /** Every unit of Beehive that is enabled must run, and none may have failed. */
  private async missingServices(): Promise<string[]> {
    const found = await Promise.all(
      this.manifest.machines.map(async ({ name }) => {
        const command = [
          "systemctl",
          "list-units",
          "--all",
          "--plain",
          "--no-legend",
          "--no-pager",
          "--type=service",
          "beehive-*",
        ];
        const units = await this.ask(name, command);
        if (units.trim() === "") return [`${name}: its services are not up yet`];
        return units.split("\n").flatMap((line) => {
          const [unit, , active = "", sub = ""] = line.trim().split(/\s+/);
          return /^(failed|activating|deactivating|reloading)$/.test(active)
            ? [`${name}: ${unit} is ${active} (${sub})`]
            : [];
        });
      }),
    );
    return found.flat();
  }

  private async missingAddress(): Promise<string[]> {
    const { address, virtual } = this.roles.entrance;
    if (!virtual) return [];
    const holders = await this.addressHolders();
    if (holders.length === 1) return [];
    return [holders.length === 0 ? `nobody holds ${address}` : `${holders.join(" and ")} both hold ${address}`];
  }

  private async missingFromRotation(): Promise<string[]> {
    const expected = this.roles.web.flatMap((tier) =>
      this.machinesOf(tier).map(({ name, privateAddress }) => ({
        name,
        address: `${privateAddress}:${agentPort(tier)}`,
      })),
    );
    const found = await Promise.all(
      this.roles.entrance.tier.machines.map(async (machine) =>
        missingServers(machine, await this.ask(machine, SHOW_SERVERS), expected),
      ),
    );
    return found.flat();
  }

  private async silentEntrance(): Promise<string[]> {
    const { address, port, healthPath } = this.roles.entrance;
    const answer = await exchange({ address, port }, { method: "GET", path: healthPath }, { timeout: HEALTH_TIMEOUT });
    if (answer.status === 200) return [];
    return [`http://${address}:${port}${healthPath} answers ${answer.status ?? answer.error}`];
  }

  private databaseMembers(database: ManifestTier): Promise<DatabaseMember[]> {
    const port = agentPort(database);
    const machines = this.machinesOf(database);
    return Promise.all(
      machines.map(async ({ name, privateAddress }) => {
        if (port === undefined)
          return { machine: name, problem: `${database.path} has no health endpoint in the manifest` };
        return databaseMember(name, await this.ask(name, askAgent(privateAddress, port)), machines.length);
      }),
    );
  }

  private machinesOf(tier: ManifestTier): LocatedMachine[] {
    return tier.machines.flatMap((name) => this.located.filter((machine) => machine.name === name));
  }

  /** What a program on the machine prints; nothing when the machine does not answer or the program fails. */
  private async ask(machine: string, command: readonly string[]): Promise<string> {
    try {
      const { status, stdout } = await this.machines.exec(machine, command);
      return status === 0 ? stdout : "";
    } catch {
      return "";
    }
  }
}
