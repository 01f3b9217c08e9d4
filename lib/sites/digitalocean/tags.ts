import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { Tag } from "@cdktf/provider-digitalocean/lib/tag";
import { Construct } from "constructs";
import type { DigitalOceanLabels } from "./digitalocean-labels";

/**
 * The tags that firewalls go by: `Resource` is on all droplets of the site, `tier-web` on those of a tier. Firewalls and
 * droplets refer to them by name, which is known before they are made.
 */
export class DigitalOceanTags extends Construct {
  readonly site: string;
  private readonly tiers = new Map<string, string>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: { readonly provider: DigitaloceanProvider; readonly labels: DigitalOceanLabels },
  ) {
    super(scope, id);
    this.site = new Tag(this, "Resource", { provider: props.provider, name: props.labels.siteTag }).name;
  }

  /** @param path of the tier; its tag is made when it is first asked for. */
  tier(path: string): string {
    const { provider, labels } = this.props;
    let tag = this.tiers.get(path);
    if (tag === undefined) {
      tag = new Tag(this, `tier-${labels.inStack(path)}`, { provider, name: labels.tierTag(path) }).name;
      this.tiers.set(path, tag);
    }
    return tag;
  }
}
