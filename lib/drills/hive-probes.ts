import type { LeaderProbe, LeadingRole, ManifestTier, WholeProbe } from "../manifest/manifest";
import type { LocatedMachine } from "../manifest/located-machines";
import type { CommandResult, Machines } from "./machines";
import { commandOn, leadersBy, missingBy } from "./probe";

/** What a machine does that leads. */
const DOES: Readonly<Record<LeadingRole, readonly [one: string, several: string]>> = {
  address: ["has the address", "have the address"],
  writer: ["takes the writes", "take the writes"],
};

const LIST_SERVICES = "systemctl list-units --all --plain --no-legend --no-pager --type=service beehive-*".split(" ");

/** The manifest's own questions, asked on the machines: what is missing of a tier, and who leads in it. */
export class HiveProbes {
  constructor(
    private readonly located: readonly LocatedMachine[],
    private readonly machines: Pick<Machines, "exec">,
  ) {}

  /** What the tiers' own probes say is missing, in words. */
  async missingIn(tiers: readonly ManifestTier[]): Promise<string[]> {
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
  async missingServices(): Promise<string[]> {
    const found = await Promise.all(
      this.located.map(async ({ name }) => {
        const { status, stdout } = (await this.ask(name, LIST_SERVICES)) ?? { status: 1, stdout: "" };
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

  /** Tiers in which not exactly one machine leads. */
  async missingLeaders(tiers: readonly ManifestTier[]): Promise<string[]> {
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

  /** @param wanted @default - any role */
  async leaders(tier: ManifestTier, wanted?: LeadingRole): Promise<string[]> {
    const probe = leaderProbes(tier).find(({ role }) => wanted === undefined || role === wanted);
    if (probe === undefined) return [];
    const answers = await Promise.all(
      this.machinesOf(tier).map(async (machine) => {
        const result = await this.ask(machine.name, commandOn(probe, machine));
        return { machine: machine.name, printed: result?.status === 0 ? result.stdout : "" };
      }),
    );
    return leadersBy(probe, answers);
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
