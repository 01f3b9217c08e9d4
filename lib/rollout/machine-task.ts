import type { Construct } from "constructs";
import {
  TerraformResource,
  type FileProvisioner,
  type IResolvable,
  type ITerraformDependable,
  type LocalExecProvisioner,
  type RemoteExecProvisioner,
  type TerraformMetaArguments,
} from "../cdktf";
import { dependencyName } from "../core/late";
import { once } from "../core/once";
import { tokensIn } from "../core/tokens";
import { phaseOf } from "./phase";

export interface MachineTaskProps extends Pick<TerraformMetaArguments, "connection" | "lifecycle"> {
  /** What must be done before. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** What is done; evaluated when cdktf writes the stack's resources, with texts that are final. @default - nothing */
  readonly work?: () => MachineWork;
  /** Expressions that the work holds, so that cdktf finds those of other stacks. @default [] */
  readonly expressions?: () => readonly string[];
  /** What Terraform's plan is refused with; asked when cdktf writes the stack. @default - nothing */
  readonly refusal?: () => string | undefined;
}

export interface MachineWork {
  /** The work is done again when one of these changes. */
  readonly triggersReplace: Record<string, string>;
  /** @default - nothing; the task only waits */
  readonly provisioners?: (FileProvisioner | LocalExecProvisioner | RemoteExecProvisioner)[];
}

const TYPE = "terraform_data";

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
  private readonly after: () => readonly string[] | undefined;
  private readonly expressions: () => readonly string[];
  private readonly refusal: () => string | undefined;

  constructor(
    scope: Construct,
    id: string,
    { work, dependsOn, expressions = () => [], refusal = () => undefined, ...props }: MachineTaskProps,
  ) {
    super(scope, id, {
      terraformResourceType: TYPE,
      terraformGeneratorMetadata: { providerName: "terraform" },
      ...props,
    });
    this.after = once(() => dependsOn?.map((other) => this.nameOf(other)));
    this.expressions = expressions;
    this.refusal = phaseOf(this) === "infrastructure" ? () => undefined : refusal;
    this.work = work === undefined ? () => undefined : once(work);
    if (phaseOf(this) === "infrastructure") {
      this.work = () => work && WAITING;
      this.connection = undefined;
      this.lifecycle = { ...this.lifecycle, ignoreChanges: "all" };
    }
  }

  /**
   * cdktf resolves every resource of an app three times: to find references to other stacks, to merge the resources, and all of
   * them together. The first needs only what can hold a reference, and must not render: aspects and validations come between.
   * The second needs nothing that the third does not do: what a post-processor gives is merged as it is.
   */
  override toTerraform(): unknown {
    const resource: IResolvable = {
      creationStack: [],
      resolve: (context) => {
        if (context.preparing) return this.references();
        context.registerPostProcessor({ postProcess: () => this.written() });
        return undefined;
      },
      toString: () => this.node.path,
    };
    return resource;
  }

  override toHclTerraform(): unknown {
    this.provisioners = this.work()?.provisioners;
    return super.toHclTerraform();
  }

  override get terraformMetaArguments(): Record<string, unknown> {
    const { dependsOn = [] } = this;
    const names = this.after();
    return {
      ...super.terraformMetaArguments,
      ...(names !== undefined && { dependsOn: [...names, ...dependsOn] }),
      ...this.refused(),
    };
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

  private refused(): Record<string, unknown> {
    const why = this.refusal();
    if (why === undefined) return {};
    const message = why.replaceAll("${", "$${").replaceAll("%{", "%%{");
    // Terraform wants a condition to be about something.
    const never = { condition: "${path.module == null}", errorMessage: message };
    return { lifecycle: { ...this.lifecycle, precondition: [never] } };
  }

  private written(): unknown {
    this.provisioners = this.work()?.provisioners;
    return super.toTerraform();
  }

  private references(): unknown[] {
    return tokensIn([this.terraformMetaArguments, this.rawOverrides, this.expressions()]);
  }

  /** Resources of the same stack by their plain names: a token for each would take most of a large synth. */
  private nameOf(other: ITerraformDependable): string {
    const near = TerraformResource.isTerraformResource(other) && other.cdktfStack === this.cdktfStack;
    return near ? `${other.terraformResourceType}.${other.friendlyUniqueId}` : dependencyName(other);
  }
}
