import type { TerraformProvider } from "../../cdktf";
import type { AwsLabels } from "./aws-labels";
import type { AwsRegion } from "./aws-region";

/** What everything of a site is made with: its own provider instance, handed to each resource, its names and its tags. */
export interface AwsScope {
  /** Construct path of the site, for messages. */
  readonly path: string;
  /** AWS's provider of the site's region. */
  readonly provider: TerraformProvider;
  /** The region, and what its names begin with. */
  readonly region: AwsRegion;
  /** @internal */
  readonly labels: AwsLabels;
}
