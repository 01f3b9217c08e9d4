import { Construct } from "constructs";
import { Fn, type FileProvisioner, type ITerraformDependable } from "../cdktf";
import { Hive } from "../stack/hive";
import type { Machine } from "../contracts/site";
import {
  factNames,
  factPlaceholder,
  isPlaceholder,
  selfAddressPlaceholder,
  selfNamePlaceholder,
} from "../software/placeholders";
import { closedFirewall } from "../software/kit/closed-firewall";
import type { Software } from "../software/software";
import { BUNDLE_VERSION, type Bundle } from "./bundle";
import { MachineTask } from "./machine-task";
import { asRoot, CLIENT, delivered, PROGRAM } from "./on-machine";
import { portsOn } from "./ports-on";
import { waves } from "./waves";

/** What a tier brings to its machines, and how carefully. */
export interface RolloutProps {
  /** What the machines remember the tier by; unique on a machine. @internal */
  readonly instance: string;
  /** For messages: `shop/web`. @internal */
  readonly tier: string;
  /** In the order in which they change. @internal */
  readonly machines: readonly Machine[];
  /**
   * What a machine gets; evaluated when the stack is synthesized, so that tiers made later still count. Machines that are
   * given the very same list share its text.
   * @example software: (machine) => [cache(machine.privateAddress)]
   */
  readonly software: (machine: Machine) => readonly Software[];
  /**
   * Terraform expressions of the secrets, by the names that placeholders use.
   * @default {}
   * @example secrets: { "cache-password": password.stringValue }
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * How many machines may change at once, after the first.
   * @default 1
   * @example width: 2
   */
  readonly width?: number;
  /**
   * What must be done before the first machine changes.
   * @default []
   * @example after: cluster.ready
   */
  readonly after?: readonly ITerraformDependable[];
  /**
   * Whether the software may open ports, so that it counts for port conflicts and for the traffic between tiers. @default true
   * @internal
   */
  readonly listens?: boolean;
  /**
   * What comes after the software, from others than the tier; asked when the stack is synthesized. @default - nothing
   * @internal
   */
  readonly added?: RolloutAddition;
}

/** Software that a program adds to a tier after its constructor. */
export interface RolloutAddition {
  /** The same list for machines that get the same. */
  software(machine: Machine): readonly Software[];
  /** As `RolloutProps.secrets`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Brings a tier's software to its machines, one wave after the other: a wave begins when every machine of the wave
 * before has passed its gate. One `terraform_data` for each machine, keyed by its name; it runs again when the content,
 * a secret, a fact that the content names, or the machine changes, and at no other time.
 */
export class Rollout extends Construct {
  /** What needs the tier depends on these: its last wave. */
  readonly done: readonly ITerraformDependable[];
  /** Only Terraform sees the values. Resolved once for all machines; undefined when there are none. */
  private readonly written: () => { readonly json: string; readonly hash: string } | undefined;
  private readonly bundles = new Map<readonly Software[], RenderedBundle>();
  private readonly closings = new Map<string, readonly Software[]>();
  private readonly joined = new Map<readonly Software[], Map<readonly Software[], readonly Software[]>>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RolloutProps,
  ) {
    super(scope, id);
    const hive = Hive.of(this);
    hive.refuseLate(props.tier, "software");
    this.written = hive.rendered(() => {
      if (Object.keys(this.secrets).length === 0) return undefined;
      const expression = Fn.jsonencode(this.secrets);
      return { json: hive.written(expression), hash: hive.written(Fn.sha256(expression)) };
    });
    let before = props.after ?? [];
    for (const [number, wave] of waves(props.machines, props.width ?? 1).entries()) {
      if (wave.length > 1 && before.length > 1 && number > 0) before = [this.barrier(number, before)];
      before = wave.map((machine) => this.task(machine, before));
    }
    this.done = before;
  }

  /** Between two waves of m and n machines it makes m + n dependencies of m * n. */
  private barrier(number: number, before: readonly ITerraformDependable[]): ITerraformDependable {
    return new MachineTask(this, `wave-${number}`, { dependsOn: [...before] });
  }

  private task(machine: Machine, before: readonly ITerraformDependable[]): ITerraformDependable {
    const { instance, tier, listens = true } = this.props;
    const hive = Hive.of(this);
    const own = hive.rendered(() => this.props.software(machine));
    const added = hive.rendered(() => this.props.added?.software(machine) ?? []);
    const declared = hive.rendered(() => this.join(own(), added()));
    const software = hive.rendered(() => this.join(declared(), this.closing(machine)));
    const rendered = hive.rendered(() => {
      const bundle = this.bundle(software());
      // A machine's own address reaches it in another way.
      const facts = bundle.facts.filter((name) => factPlaceholder(name) !== machine.privateAddress);
      return { text: generalize(bundle.text, machine), facts };
    });
    const file = hive.addFile(instance, () => rendered().text);
    machine.install(software);
    if (listens) hive.addListener(machine, tier, () => portsOn(machine, declared()));
    hive.addDelivery({ machine: machine.name, tier, own, added });

    const brought = delivered(instance, ".json");
    const confidential = delivered(instance, ".secrets.json");
    const known = delivered(instance, ".facts.json");
    return new MachineTask(this, machine.name, {
      dependsOn: [...before, machine.prepared],
      connection: machine.connection,
      expressions: () => [machine.id, ...Object.values(this.secrets)],
      work: () => {
        const facts = hive.deliverFacts(rendered().facts);
        const secrets = this.written();
        const self = `--name ${machine.name} --address ${hive.withExpressions(machine.privateAddress)}`;
        const apply = [
          ...[asRoot(machine), PROGRAM, "apply", self, ...(facts === undefined ? [] : ["--facts", known])],
          ...["--content", file().hash, CLIENT, brought, ...(secrets === undefined ? [] : [confidential])],
        ];
        const all = [
          brought,
          ...(facts === undefined ? [] : [known]),
          ...(secrets === undefined ? [] : [confidential]),
        ];
        return {
          triggersReplace: {
            machine: machine.id,
            content: file().hash,
            ...(facts !== undefined && { facts: facts.hash }),
            ...(secrets && { secrets: secrets.hash }),
          },
          provisioners: [
            { type: "file", source: file().source, destination: brought },
            ...contentOf(facts?.json, known),
            ...contentOf(secrets?.json, confidential),
            {
              type: "remote-exec",
              inline: [`${apply.filter(Boolean).join(" ")}; status=$?; rm -f ${all.join(" ")}; exit $status`],
            },
          ],
        };
      },
    });
  }

  /** What drops everything that no tier declares, where the machine's owner wants that. */
  private closing(machine: Machine): readonly Software[] {
    if (machine.closed === undefined || this.props.listens === false) return NOTHING;
    const { instance, tier: constructPath } = this.props;
    const ports = Hive.of(this).portsOn(machine.name);
    const made = [closedFirewall({ instance, constructPath, ports, ssh: machine.closed })];
    // Machines that differ in themselves only share it.
    const text = generalize(JSON.stringify(made), machine);
    const known = this.closings.get(text) ?? (JSON.parse(text) as readonly Software[]);
    this.closings.set(text, known);
    return known;
  }

  private get secrets(): Readonly<Record<string, string>> {
    return { ...this.props.secrets, ...this.props.added?.secrets };
  }

  /** The very same list for the very same two. */
  private join(own: readonly Software[], added: readonly Software[]): readonly Software[] {
    if (added.length === 0) return own;
    const known = this.joined.get(own) ?? new Map<readonly Software[], readonly Software[]>();
    this.joined.set(own, known);
    const all = known.get(added) ?? [...own, ...added];
    known.set(added, all);
    return all;
  }

  /** Machines that get the very same list of software share its text. */
  private bundle(software: readonly Software[]): RenderedBundle {
    const known = this.bundles.get(software);
    if (known !== undefined) return known;
    const content: Bundle = {
      version: BUNDLE_VERSION,
      group: this.props.instance,
      tier: this.props.tier,
      machine: selfNamePlaceholder,
      software,
      secrets: Object.keys(this.secrets).sort(),
    };
    const text = JSON.stringify(content);
    const bundle = { text, facts: factNames(text) };
    this.bundles.set(software, bundle);
    return bundle;
  }
}

const NOTHING: readonly Software[] = [];

/** A bundle as it is delivered, before `generalize`. */
interface RenderedBundle {
  readonly text: string;
  /** Names of the facts in it. */
  readonly facts: readonly string[];
}

/** A delivered file whose content only Terraform sees; none for no content. */
function contentOf(content: string | undefined, destination: string): FileProvisioner[] {
  return content === undefined ? [] : [{ type: "file", content, destination }];
}

/**
 * What is the same on every machine but for its own name and address becomes the same text, and so one file: the machine
 * puts both back (`--name`, `--address`), wherever they stood.
 */
export function generalize(bundle: string, { name, privateAddress }: Pick<Machine, "name" | "privateAddress">): string {
  // Whole words only. Half a word would come back just as well, but would make the text differ between machines.
  const word = (text: string) => new RegExp(`(?<![\\w.:-])${text.replaceAll(".", "\\.")}(?![\\w-]|\\.\\d)`, "g");
  const replaced = (text: string, own: string, by: string) =>
    // A placeholder ends with its braces.
    text.includes(own) ? text.replaceAll(isPlaceholder(own) ? own : word(own), by) : text;
  return replaced(replaced(bundle, privateAddress, selfAddressPlaceholder), name, selfNamePlaceholder);
}
