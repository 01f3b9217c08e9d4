import type { Construct } from "constructs";
import { TerraformResource, type TerraformMetaArguments } from "../cdktf";

export interface MachineTaskProps extends Pick<
  TerraformMetaArguments,
  "dependsOn" | "provisioners" | "connection" | "lifecycle"
> {
  /** The task runs again when one of these changes. */
  readonly triggersReplace?: Record<string, string>;
}

/**
 * Terraform's built-in `terraform_data`: something done to a machine, remembered in the state.
 *
 * cdktf's own `DataResource` is the same resource, but every instance starts the `terraform` binary at synth to ask
 * for its version: 1,000 machines would be minutes.
 */
export class MachineTask extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: MachineTaskProps,
  ) {
    super(scope, id, {
      terraformResourceType: "terraform_data",
      terraformGeneratorMetadata: { providerName: "terraform" },
      ...props,
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { triggers_replace: this.props.triggersReplace };
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    const value = this.props.triggersReplace;
    return value === undefined
      ? {}
      : { triggers_replace: { value, isBlock: false, type: "map", storageClassType: "stringMap" } };
  }
}
