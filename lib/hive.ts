import * as fs from "node:fs";
import * as path from "node:path";
import { createHash } from "node:crypto";
import { Construct, type IConstruct } from "constructs";
import { addCustomSynthesis, TerraformStack, type ISynthesisSession } from "./cdktf";
import { MANIFEST_FILE, MANIFEST_VERSION, type Manifest, type ManifestTier } from "./manifest";
import type { ISite, Machine } from "./sites/site";
import type { Port } from "./software/software";
import { portConflict } from "./errors";

/** A tier, as the hive sees it. */
export interface HiveMember {
  /** Construct path: `shop/db`. */
  readonly path: string;
  toManifest(): ManifestTier;
}

const ID = "beehive";

/**
 * Everything that Beehive makes in one stack. There is one for each stack, made when it is first needed; it writes the
 * manifest and the files that rollouts deliver, and sees what no tier can see alone: two daemons on one port.
 */
export class Hive extends Construct {
  static of(scope: IConstruct): Hive {
    const stack = TerraformStack.of(scope);
    return (stack.node.tryFindChild(ID) as Hive | undefined) ?? new Hive(stack, ID);
  }

  private readonly tiers: HiveMember[] = [];
  private readonly machines = new Map<string, Machine>();
  private readonly files = new Map<string, () => string>();
  private readonly claims = new Map<string, string>();
  private readonly listeners: { machine: string; tier: string; ports: () => readonly Port[] }[] = [];

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.node.addValidation({ validate: () => this.findPortConflicts() });
    addCustomSynthesis(this, { onSynthesize: (session) => this.write(session) });
  }

  addTier(tier: HiveMember): void {
    this.tiers.push(tier);
  }

  addMachine(machine: Machine): void {
    this.machines.set(machine.name, machine);
  }

  addListener(machine: Machine, tier: string, ports: () => readonly Port[]): void {
    this.listeners.push({ machine: machine.name, tier, ports });
  }

  /** Takes something that only one tier may have. @returns the path of the tier that has it already. */
  claim(what: string, tier: string): string | undefined {
    const owner = this.claims.get(what);
    if (owner === undefined) this.claims.set(what, tier);
    return owner;
  }

  /**
   * A file that Terraform delivers: written beside `cdk.tf.json` when the stack is synthesized.
   * @returns its path as Terraform sees it.
   */
  addFile(name: string, content: () => string): string {
    this.files.set(name, content);
    return `\${path.module}/${ID}/${name}`;
  }

  manifest(): Manifest {
    const sites = new Map<string, ISite>();
    for (const machine of this.machines.values()) sites.set(machine.site.name, machine.site);
    const content = {
      sites: [...sites.values()].map((site) => site.toManifest()),
      machines: [...this.machines.values()].map((machine) => machine.toManifest()),
      tiers: this.tiers.map((tier) => tier.toManifest()),
    };
    const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
    return { version: MANIFEST_VERSION, stack: TerraformStack.of(this).node.id, hash, ...content };
  }

  private findPortConflicts(): string[] {
    const conflicts: string[] = [];
    const taken = new Map<string, { tier: string; port: Port }[]>();
    for (const { machine, tier, ports } of this.listeners) {
      for (const port of ports()) {
        const key = `${machine} ${port.protocol} ${port.port}`;
        const others = taken.get(key) ?? [];
        const other = others.find((o) => overlap(o.port.address, port.address));
        if (other !== undefined) {
          conflicts.push(
            portConflict(
              machine,
              port.port,
              port.address,
              { tier: other.tier, purpose: other.port.purpose },
              { tier, purpose: port.purpose },
            ).message,
          );
        }
        taken.set(key, [...others, { tier, port }]);
      }
    }
    return conflicts;
  }

  private write(session: ISynthesisSession): void {
    const stack = session.manifest.forStack(TerraformStack.of(this));
    const folder = path.join(session.outdir, stack.workingDirectory);
    const delivered = path.join(folder, ID);
    fs.rmSync(delivered, { recursive: true, force: true });
    fs.mkdirSync(delivered, { recursive: true });
    for (const [name, content] of this.files) fs.writeFileSync(path.join(delivered, name), content());
    fs.writeFileSync(path.join(folder, MANIFEST_FILE), `${JSON.stringify(this.manifest(), undefined, 2)}\n`);
  }
}

function overlap(a: string, b: string): boolean {
  return a === b || a === "*" || b === "*";
}
