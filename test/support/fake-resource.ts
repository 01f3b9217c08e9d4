import type { Construct } from "constructs";
import { TerraformResource, type TerraformResourceLifecycle } from "../../lib/cdktf";

/** Something that Terraform makes and whose output it knows only then, without a provider. */
export class FakeResource extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly input: string,
    private readonly image?: string,
    lifecycle?: TerraformResourceLifecycle,
  ) {
    super(scope, id, {
      terraformResourceType: "terraform_data",
      terraformGeneratorMetadata: { providerName: "terraform" },
      lifecycle,
    });
  }

  get id(): string {
    return this.getStringAttribute("id");
  }

  get output(): string {
    return this.getStringAttribute("output");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { input: this.input, triggers_replace: this.image };
  }
}
