import { invalidProperty } from "../core/errors";
import { quoted } from "../core/words";

/** Which machines of a site a tier wants. */
export class Machines {
  private constructor(
    /** Their names, where the program gives them. @default - undefined: it does not */
    readonly names?: readonly string[],
    private readonly labels: Readonly<Record<string, string>> = {},
  ) {}

  /** Machines that no other tier uses, spread over the zones. The default. */
  static automatic(): Machines {
    return new Machines();
  }

  /** Exactly these, in this order. Tiers may name the same machines. */
  static named(...names: string[]): Machines {
    return new Machines(names);
  }

  /** Those that carry all these labels, spread over the zones. Tiers may ask for the same labels. */
  static labelled(labels: Record<string, string>): Machines {
    return new Machines(undefined, labels);
  }

  /** Whether the program says which machines, so that sharing them is meant. @internal */
  get explicit(): boolean {
    return this.names !== undefined || Object.keys(this.labels).length > 0;
  }

  /** Whether a machine with these labels may be taken. */
  accepts(labels: Readonly<Record<string, string>>): boolean {
    return Object.entries(this.labels).every(([key, value]) => labels[key] === value);
  }

  /** Refuses what no site could answer. @param path construct path of the tier @internal */
  validate(path: string): void {
    const { names, labels } = this;
    if (names?.length === 0)
      throw invalidProperty(
        path,
        "machines",
        "Machines.named()",
        'name at least one machine: Machines.named("web-1").',
      );
    const twice = names?.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      const why = `${quoted(twice)} stands there twice; a machine does a tier's job once. Name each machine once.`;
      throw invalidProperty(path, "machines", this.toString(), why);
    }
    if (typeof labels !== "object" || labels === null)
      throw invalidProperty(path, "machines", labels, 'labels are an object: Machines.labelled({ role: "db" }).');
  }

  /** For messages. @internal */
  toString(): string {
    if (this.names !== undefined) return `named ${this.names.join(", ")}`;
    const labels = Object.entries(this.labels).map(([key, value]) => `${key}=${value}`);
    return labels.length === 0 ? "" : `with label ${labels.join(", ")}`;
  }
}
