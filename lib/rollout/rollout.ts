import { Construct } from "constructs";
import { Fn, type FileProvisioner, type ITerraformDependable } from "../cdktf";
import { Hive } from "../stack/hive";
import type { Machine } from "../contracts/site";
import { isPlaceholder } from "../software/placeholders";
import type { Software } from "../software/software";
import { BUNDLE_VERSION, type Bundle } from "./bundle";
import { MachineTask } from "./machine-task";
import { asRoot, DELIVERY, PROGRAM } from "./on-machine";
import { waves } from "./waves";

export interface RolloutProps {
  /** What the machines remember the tier by; unique on a machine. */
  readonly group: string;
  /** For messages: `shop/web`. */
  readonly tier: string;
  /** In the order in which they change. */
  readonly machines: readonly Machine[];
  /** Evaluated when the stack is synthesized, so that tiers made later still count. */
  readonly software: (machine: Machine) => readonly Software[];
  /** Terraform expressions of the secrets, by the names that placeholders use. @default {} */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How many machines may change at once, after the first. @default 1 */
  readonly width?: number;
  /** What must be done before the first machine changes. @default [] */
  readonly after?: readonly ITerraformDependable[];
  /** Whether the software may open ports, so that it counts for port conflicts and for the traffic between tiers. @default true */
  readonly listens?: boolean;
}

/**
 * Brings a tier's software to its machines, one wave after the other: a wave begins when every machine of the wave
 * before has passed its gate. One `terraform_data` for each machine, keyed by its name; it runs again when the content,
 * a secret, a fact that the content names, or the machine changes, and at no other time.
 */
export class Rollout extends Construct {
  /** What needs the tier depends on these: its last wave. */
  readonly done: readonly ITerraformDependable[];
  /** Terraform expressions: only Terraform sees the values. */
  private readonly secretsJson: string;
  private readonly secretsHash: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RolloutProps,
  ) {
    super(scope, id);
    this.secretsJson = Fn.jsonencode(props.secrets ?? {});
    this.secretsHash = Fn.sha256(this.secretsJson);
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
    const { group, secrets = {}, listens = true } = this.props;
    const hive = Hive.of(this);
    const bundle = hive.remember(() => this.bundle(machine));
    const rendered = hive.remember(() => {
      const text = JSON.stringify(bundle());
      return { text: generalize(text, machine), facts: hive.factsIn(text, machine.privateAddress) };
    });
    const file = hive.addFile(group, () => rendered().text);
    machine.install(() => bundle().software);
    if (listens) {
      hive.addListener(machine, this.props.tier, () => bundle().software.flatMap((software) => software.ports));
    }

    const delivered = `${DELIVERY}/${group}.json`;
    const confidential = `${DELIVERY}/${group}.secrets.json`;
    const hasSecrets = Object.keys(secrets).length > 0;
    const secretsFile: FileProvisioner = { type: "file", content: this.secretsJson, destination: confidential };
    const self = `--name ${machine.name} --address ${hive.withExpressions(machine.privateAddress)}`;
    const known = `${DELIVERY}/${group}.facts.json`;
    const apply = `${asRoot(machine)} ${PROGRAM} apply ${self}`;
    const files = `${delivered}${hasSecrets ? ` ${confidential}` : ""}`;
    return new MachineTask(this, machine.name, {
      dependsOn: [...before, machine.prepared],
      connection: machine.connection,
      work: hive.remember(() => {
        const { facts } = rendered();
        const command = facts === undefined ? `${apply} ${files}` : `${apply} --facts ${known} ${files}`;
        const factsFile: FileProvisioner[] =
          facts === undefined ? [] : [{ type: "file", content: facts, destination: known }];
        return {
          triggersReplace: {
            machine: machine.id,
            content: file().hash,
            ...(facts !== undefined && { facts: Fn.sha256(facts) }),
            ...(hasSecrets && { secrets: this.secretsHash }),
          },
          provisioners: [
            { type: "file", source: file().source, destination: delivered },
            ...factsFile,
            ...(hasSecrets ? [secretsFile] : []),
            { type: "remote-exec", inline: [`${command}; status=$?; rm -f ${confidential}; exit $status`] },
          ],
        };
      }),
    });
  }

  private bundle(machine: Machine): Bundle {
    return {
      version: BUNDLE_VERSION,
      group: this.props.group,
      tier: this.props.tier,
      machine: machine.name,
      software: this.props.software(machine),
      secrets: Object.keys(this.props.secrets ?? {}).sort(),
    };
  }
}

/**
 * What is the same on every machine but for its own name and address becomes the same text, and so one file: the machine
 * puts both back (`--name`, `--address`), wherever they stood.
 */
export function generalize(bundle: string, { name, privateAddress }: Pick<Machine, "name" | "privateAddress">): string {
  // Whole words only. Half a word would come back just as well, but would make the text differ between machines.
  const word = (text: string) => new RegExp(`(?<![\\w.:-])${text.replaceAll(".", "\\.")}(?![\\w-]|\\.\\d)`, "g");
  // A placeholder ends with its braces.
  const address = isPlaceholder(privateAddress) ? privateAddress : word(privateAddress);
  return bundle.replaceAll(address, "{{beehive:self:address}}").replace(word(name), "{{beehive:self:name}}");
}
