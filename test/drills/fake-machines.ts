import type { CommandResult, Machines } from "../../lib/drills/machines";
import type { Manifest } from "../../lib/manifest/manifest";

/** Machines that answer what a whole hive answers, as far as they have power. */
export class FakeMachines implements Machines {
  readonly off = new Set<string>();
  /** Every machine that lost its power, in order. */
  readonly lost: string[] = [];
  /** Called when a machine loses its power. */
  onPowerOff: (machine: string) => void = () => undefined;
  /** Machines on which cutting the power has no effect. */
  stubborn: (machine: string) => boolean = () => false;
  /** What was done to machines, in order: `network lb-1`, `power lb-1`, `on lb-1`. */
  readonly done: string[] = [];
  /** Machines that come back without their services. */
  readonly broken = new Set<string>();

  constructor(private readonly manifest: Manifest) {}

  async exec(machine: string, command: readonly string[]): Promise<CommandResult> {
    if (this.off.has(machine)) throw new Error(`${machine} is off`);
    if (command[0] === "sh") this.done.push(`network ${machine}`);
    return { status: 0, stdout: this.answer(machine, command), stderr: "" };
  }

  async powerOff(machine: string): Promise<void> {
    this.lost.push(machine);
    this.done.push(`power ${machine}`);
    if (!this.stubborn(machine)) this.off.add(machine);
    this.onPowerOff(machine);
  }

  async powerOn(machine: string): Promise<void> {
    this.done.push(`on ${machine}`);
    this.off.delete(machine);
  }

  async isRunning(machine: string): Promise<boolean> {
    return !this.off.has(machine);
  }

  private firstAlive(tier: string): string | undefined {
    return this.manifest.tiers.find(({ path }) => path === tier)?.machines.find((machine) => !this.off.has(machine));
  }

  private answer(machine: string, command: readonly string[]): string {
    const [question] = command;
    if (question === "holder") return machine === this.firstAlive("shop/entrance") ? "here\n" : "elsewhere\n";
    if (question === "writer") return `writer ${this.firstAlive("shop/db")}\n`;
    if (question === "systemctl") {
      return `beehive-x.service loaded ${this.broken.has(machine) ? "failed failed" : "active running"} X\n`;
    }
    if (question === "rotation") {
      const down = this.manifest.machines.filter(({ name }) => this.off.has(name));
      return down.length === 0 ? "whole\n" : down.map(({ name }) => `${name} is DOWN\n`).join("");
    }
    if (question === "application" || question === "member") return "whole\n";
    return "";
  }
}
