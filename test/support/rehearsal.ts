import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { TerraformStack } from "../../lib/cdktf";
import { fullSynth } from "./hive";
import type { Mirror } from "./mirror";

/** A line of `terraform plan -json`. */
interface PlanLine {
  readonly type: string;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
}

/** What a plan would do, by address. */
export interface PlannedChanges {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly replaced: readonly string[];
  readonly destroyed: readonly string[];
}

/** One Terraform state, and one program after the other applied to it, as a user's folder sees it over the months. */
export class Rehearsal {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-rehearsal-"));

  constructor(
    private readonly mirror: Mirror,
    private readonly variables: Readonly<Record<string, string>> = {},
  ) {}

  /** The same state once more, for another way to go on. */
  copy(): Rehearsal {
    const copy = new Rehearsal(this.mirror, this.variables);
    fs.cpSync(this.folder, copy.folder, { recursive: true, verbatimSymlinks: true });
    return copy;
  }

  /** Puts a program in the place of the one before; the state stays. */
  program(stack: TerraformStack): this {
    const { folder } = fullSynth(stack);
    fs.cpSync(folder, this.folder, { recursive: true });
    this.terraform("init");
    return this;
  }

  validate(): { readonly valid: boolean; readonly warning_count: number; readonly diagnostics: unknown[] } {
    return JSON.parse(this.terraform("validate", "-json")) as ReturnType<Rehearsal["validate"]>;
  }

  plan(): PlannedChanges {
    const lines = this.terraform("plan", "-out=plan", "-json").trimEnd().split("\n");
    const changes = lines
      .map((line) => JSON.parse(line) as PlanLine)
      .flatMap(({ type, change }) => (type === "planned_change" && change !== undefined ? [change] : []));
    const those = (wanted: string) =>
      changes
        .filter(({ action }) => action === wanted)
        .map(({ resource }) => resource.addr)
        .sort();
    return {
      created: those("create"),
      updated: those("update"),
      replaced: those("replace"),
      destroyed: those("delete"),
    };
  }

  /** Applies the last plan. @returns what Terraform says, in the order of its work */
  apply(): string {
    return this.terraform("apply", "plan");
  }

  /** Terraform's refusal of the program. */
  refusal(): string {
    try {
      this.terraform("plan");
    } catch (error) {
      return unwrapped(String((error as { stderr?: string }).stderr));
    }
    throw new Error("Terraform refuses nothing");
  }

  /** What Terraform knows of a resource whose address begins so: `aws_launch_template.web_template_`. */
  values(address: string): Record<string, unknown> {
    const { values } = JSON.parse(this.terraform("show", "-json")) as {
      values: { root_module: { resources: { address: string; values: Record<string, unknown> }[] } };
    };
    const found = values.root_module.resources.find((one) => one.address.startsWith(address));
    if (found === undefined) throw new Error(`the state has no ${address}`);
    return found.values;
  }

  destroy(): string {
    return this.terraform("destroy", "-auto-approve");
  }

  state(): string[] {
    return this.terraform("state", "list").split("\n").filter(Boolean);
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private terraform(...args: string[]): string {
    return execFileSync("terraform", [...args, "-no-color"], {
      cwd: this.folder,
      env: {
        ...withoutLogins(process.env),
        ...Object.fromEntries(Object.entries(this.variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
        CHECKPOINT_DISABLE: "1",
        TF_CLI_CONFIG_FILE: this.mirror.configuration,
      },
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 64 * 1024 * 1024,
    });
  }
}

/** Nothing of the account of whoever runs the tests. */
function withoutLogins(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(AWS_|DIGITALOCEAN_|SPACES_|TF_VAR_|BEEHIVE_)/.test(name)),
  );
}

/** Terraform breaks messages into lines between bars. */
function unwrapped(message: string): string {
  return message
    .split("\n")
    .map((line) => line.replace(/^[│╷╵]\s?/, "").trim())
    .join(" ")
    .replace(/\s+/g, " ");
}
