import { otherSize, twoDataVolumes } from "./cloud-errors";

/** What a tier wants of a machine that it uses. */
export interface MachineUse {
  /** Construct path of the tier. */
  readonly tier: string;
  /** What the provider calls it: `t3.small`. */
  readonly size: string;
  /** Whether the program names the size for this tier, and not for all. */
  readonly sizeNamed: boolean;
  /** Whether visitors connect to the machine. */
  readonly entrance: boolean;
}

/** The tiers that share a machine, and what follows from all of them together. Read when the stack is synthesized. */
export class MachineUses {
  private readonly uses: MachineUse[];
  private dataOf?: string;

  /** @param first of the tier for which the machine is made */
  constructor(
    private readonly machine: string,
    first: MachineUse,
  ) {
    this.uses = [first];
  }

  /** Lets another tier use the machine. Throws when the two want different sizes. */
  add(use: MachineUse): void {
    const other = this.uses.find(({ sizeNamed, size }) => sizeNamed && use.sizeNamed && size !== use.size);
    if (other !== undefined) throw otherSize(use.tier, this.machine, use.size, other.tier, other.size);
    this.uses.push(use);
  }

  /** Gives the machine's one data volume to a tier. Throws when another tier has it. */
  keepData(tier: string): void {
    if (this.dataOf !== undefined) throw twoDataVolumes(tier, this.machine, this.dataOf);
    this.dataOf = tier;
  }

  get keepsData(): boolean {
    return this.dataOf !== undefined;
  }

  /** A size that the program names for a tier wins over the size for all. */
  get size(): string {
    return (this.uses.find(({ sizeNamed }) => sizeNamed) ?? this.uses[0]!).size;
  }

  get entrance(): boolean {
    return this.uses.some(({ entrance }) => entrance);
  }

  /** Construct paths, each once, in the order in which they came. */
  get tiers(): readonly string[] {
    return [...new Set(this.uses.map(({ tier }) => tier))];
  }
}
