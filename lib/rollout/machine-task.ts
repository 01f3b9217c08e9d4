import type { Construct } from "constructs";
import {
  TerraformResource,
  type FileProvisioner,
  type LocalExecProvisioner,
  type RemoteExecProvisioner,
  type TerraformMetaArguments,
} from "../cdktf";
import { phaseOf } from "./phase";

export interface MachineTaskProps extends Pick<TerraformMetaArguments, "dependsOn" | "connection" | "lifecycle"> {
  /** What is done; evaluated when the stack is synthesized. @default - nothing */
  readonly work?: () => MachineWork;
}

export interface MachineWork {
  /** The work is done again when one of these changes. */
  readonly triggersReplace: Record<string, string>;
  /** @default - nothing; the task only waits */
  readonly provisioners?: (FileProvisioner | LocalExecProvisioner | RemoteExecProvisioner)[];
}

/** What a task has for triggers until its work is done. No work has the same: the first plan of everything does it. */
const WAITING: MachineWork = { triggersReplace: { phase: "infrastructure" } };

/**
 * Terraform's built-in `terraform_data`: something done to a machine, remembered in the state.
 *
 * In the phase `infrastructure` it does nothing: work that was done is kept as it is, and new work waits.
 *
 * cdktf's own `DataResource` is the same resource, but every instance starts the `terraform` binary at synth to ask
 * for its version: 1,000 machines would be minutes.
 */
export class MachineTask extends TerraformResource {
  private readonly work: () => MachineWork | undefined;

  constructor(scope: Construct, id: string, { work, ...props }: MachineTaskProps) {
    super(scope, id, {
      terraformResourceType: "terraform_data",
      terraformGeneratorMetadata: { providerName: "terraform" },
      ...props,
    });
    this.work = work ?? (() => undefined);
    if (phaseOf(this) === "infrastructure") {
      this.work = () => work && WAITING;
      this.connection = undefined;
      this.lifecycle = { ...this.lifecycle, ignoreChanges: "all" };
    }
  }

  override toTerraform(): unknown {
    this.provisioners = this.work()?.provisioners;
    return super.toTerraform();
  }

  override toHclTerraform(): unknown {
    this.provisioners = this.work()?.provisioners;
    return super.toHclTerraform();
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { triggers_replace: this.work()?.triggersReplace };
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    const value = this.work()?.triggersReplace;
    return value === undefined
      ? {}
      : { triggers_replace: { value, isBlock: false, type: "map", storageClassType: "stringMap" } };
  }
}
