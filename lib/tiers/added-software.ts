import { BeehiveError } from "../core/errors";
import { checkProps, propsSchema } from "../core/props";
import { quoted } from "../core/words";
import type { Machine } from "../contracts/site";
import type { RolloutAddition } from "../rollout/rollout";
import { firewallOf } from "../software/kit/firewall";
import type { Software } from "../software/software";
import { refusePlainSecrets, secretsSchema } from "./check-roll-out";
import { checkSoftware, refuseSameNames } from "./check-software";

/** What `addSoftware` takes beside the software. */
export interface AddedSoftwareOptions {
  /**
   * Terraform expressions of the secrets that `secretPlaceholder(name)` stands for in the software's files, by their
   * names. They reach the machines in files that only root can read on the way. Changing one rolls through the tier.
   * @default {}
   * @example secrets: { "exporter-password": password.stringValue }
   */
  readonly secrets?: Readonly<Record<string, string>>;
}

interface Addition {
  /** For messages: its name, or that it is a function. */
  readonly noun: string;
  readonly make: (machine: Machine) => Software;
  readonly secrets: Readonly<Record<string, string>>;
}

const optionsSchema = propsSchema<AddedSoftwareOptions>()({
  secrets: secretsSchema.optional(),
});

/** Software that the program adds to a tier of somebody else. It comes after the tier's own, in the same bundle. */
export class AddedSoftware implements RolloutAddition {
  private readonly additions: Addition[] = [];
  private readonly alike = new Map<string, readonly Software[]>();

  /** @param taken names of secrets that the tier has already */
  constructor(
    private readonly path: string,
    private readonly instance: string,
    private readonly taken: () => readonly string[],
  ) {}

  add(software: Software | ((machine: Machine) => Software), options: AddedSoftwareOptions): void {
    checkProps(this.path, optionsSchema, options, "options");
    const { secrets = {} } = options;
    refusePlainSecrets(this.path, "options.secrets", secrets);
    for (const name of Object.keys(secrets)) {
      if (this.taken().includes(name) || Object.hasOwn(this.secrets, name)) throw secretTaken(this.path, name);
    }
    if (typeof software === "function") {
      const made = (machine: Machine) => this.checked(software(machine), secrets);
      this.additions.push({ noun: "software", make: made, secrets });
      return;
    }
    const checked = this.checked(software, secrets);
    this.additions.push({ noun: software.name, make: () => checked, secrets });
  }

  get secrets(): Readonly<Record<string, string>> {
    return Object.assign({}, ...this.additions.map(({ secrets }) => secrets)) as Record<string, string>;
  }

  /** Machines that get the same get the very same list, so that its text is made once. */
  software(machine: Machine): readonly Software[] {
    if (this.additions.length === 0) return NOTHING;
    const added = this.additions.map(({ make }) => make(machine));
    refuseSameNames(this.path, "addSoftware", added, machine);
    const text = JSON.stringify(added);
    const known = this.alike.get(text);
    if (known !== undefined) return known;
    // Two dashes: no tier's group has them, so that the table is nobody else's.
    const protection = firewallOf(added, { instance: `${this.instance}--added`, constructPath: this.path });
    const closes = added.some(({ ports }) => ports.some(({ from }) => from !== "world"));
    const all = closes ? [protection, ...added] : added;
    this.alike.set(text, all);
    return all;
  }

  private checked(software: Software, secrets: Readonly<Record<string, string>>): Software {
    checkSoftware(this.path, software, Object.keys(secrets));
    return software;
  }
}

const NOTHING: readonly Software[] = [];

export function noMachines(path: string, software: string): BeehiveError {
  return new BeehiveError(
    path,
    `addSoftware was given ${software}, but this tier has no machines of its site: a provider runs it, or its servers come and ` +
      `go. Add it to a tier with fixed machines.`,
  );
}

function secretTaken(path: string, name: string): BeehiveError {
  return new BeehiveError(
    path,
    `options.secrets has ${quoted(name)}, which is a secret of the tier itself or of other added software; ` +
      `choose another name, such as "my-${name}".`,
  );
}
