import { setTimeout as sleep } from "node:timers/promises";
import { Duration } from "../core/duration";
import { locatedMachines, type LocatedMachine } from "../manifest/located-machines";
import type { LeaderProbe, LeadingRole, Manifest, ManifestTier, WholeProbe } from "../manifest/manifest";
import { exchange } from "./http-exchange";
import { type HiveRoles, hiveRoles } from "./hive-roles";
import { addressesUnknown, noProbes } from "./errors";
import type { CommandResult, Machines } from "./machines";
import { orderIds, OrdersWorkload } from "./orders-workload";
import { commandOn, leadersBy, missingBy } from "./probe";
import { SeededRandom } from "./random";

const POLL = Duration.seconds(1);
const HEALTH_TIMEOUT = Duration.seconds(2);
const READ_TIMEOUT = Duration.seconds(20);
/** 64 MiB hold 1.7 million ids. */
const READ_BYTES = 64 * 1024 * 1024;

/** What a machine does that leads. */
const DOES: Readonly<Record<LeadingRole, readonly [one: string, several: string]>> = {
  address: ["has the address", "have the address"],
  writer: ["takes the writes", "take the writes"],
};

/** A running hive, probed from outside: which machine has which role, and whether every machine works. */
export class RunningHive {
  readonly roles: HiveRoles;
  private readonly located: readonly LocatedMachine[];

  /**
   * @throws DrillError when the hive has no HTTP entrance, its manifest has no probes, or its machines have no addresses before
   * they are deployed
   */
  constructor(
    readonly manifest: Manifest,
    readonly machines: Machines,
  ) {
    this.located = locatedMachines(manifest, (names) => addressesUnknown(manifest.stack, names));
    this.roles = hiveRoles(manifest);
    if (manifest.tiers.every(({ probes = [] }) => probes.length === 0)) throw noProbes(manifest.stack);
  }

  /** The machines that have the entrance's address at this moment; one, when all is well. */
  addressHolders(): Promise<string[]> {
    return this.leaders(this.roles.entrance.tier, "address");
  }

  /** The machine that takes the writes; undefined when the database's machines do not agree. */
  async writer(): Promise<string | undefined> {
    const { database } = this.roles;
    const leaders = database === undefined ? [] : await this.leaders(database, "writer");
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
      () => this.missingIn(needed),
      () => this.missingServices(),
      () => this.missingLeaders(tiers),
      () => this.missingIn([entrance.tier]),
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

  /** What the tiers' own probes say. */
  private async missingIn(tiers: readonly ManifestTier[]): Promise<string[]> {
    const asked = tiers.flatMap((tier) =>
      (tier.probes ?? [])
        .filter((probe): probe is WholeProbe => probe.asks === "whole")
        .flatMap((probe) => this.machinesOf(tier).map((machine) => ({ probe, machine }))),
    );
    const found = await Promise.all(
      asked.map(async ({ probe, machine }) => {
        const missing = missingBy(probe, await this.ask(machine.name, commandOn(probe, machine)));
        return missing.map((words) => `${machine.name}: ${words}`);
      }),
    );
    return found.flat();
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
        const { status, stdout } = (await this.ask(name, command)) ?? { status: 1, stdout: "" };
        const units = status === 0 ? stdout : "";
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

  private async missingLeaders(tiers: readonly ManifestTier[]): Promise<string[]> {
    const roles = tiers.flatMap((tier) => leaderProbes(tier).map(({ role }) => ({ tier, role })));
    const found = await Promise.all(
      roles.map(async ({ tier, role }) => {
        const leaders = await this.leaders(tier, role);
        if (leaders.length === 1) return [];
        const [one, several] = DOES[role];
        return [leaders.length === 0 ? `${tier.path}: no machine ${one}` : `${leaders.join(" and ")} both ${several}`];
      }),
    );
    return found.flat();
  }

  private async leaders(tier: ManifestTier, wanted: LeadingRole): Promise<string[]> {
    const probe = leaderProbes(tier).find(({ role }) => role === wanted);
    if (probe === undefined) return [];
    const answers = await Promise.all(
      this.machinesOf(tier).map(async (machine) => {
        const result = await this.ask(machine.name, commandOn(probe, machine));
        return { machine: machine.name, printed: result?.status === 0 ? result.stdout : "" };
      }),
    );
    return leadersBy(probe, answers);
  }

  private async silentEntrance(): Promise<string[]> {
    const { address, port, healthPath } = this.roles.entrance;
    const answer = await exchange({ address, port }, { method: "GET", path: healthPath }, { timeout: HEALTH_TIMEOUT });
    if (answer.status === 200) return [];
    return [`http://${address}:${port}${healthPath} answers ${answer.status ?? answer.error}`];
  }

  private machinesOf(tier: ManifestTier): LocatedMachine[] {
    return tier.machines.flatMap((name) => this.located.filter((machine) => machine.name === name));
  }

  /** What a program on the machine does; undefined when the machine does not answer. */
  private async ask(machine: string, command: readonly string[]): Promise<CommandResult | undefined> {
    try {
      return await this.machines.exec(machine, command);
    } catch {
      return undefined;
    }
  }
}

const leaderProbes = ({ probes = [] }: ManifestTier): LeaderProbe[] =>
  probes.filter((probe): probe is LeaderProbe => probe.asks === "leader");
