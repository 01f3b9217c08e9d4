import type { Construct } from "constructs";
import { providerName, type NameRule } from "../shared/names";
import { SiteNames } from "../shared/site-names";
import { invalidTag } from "./errors";

/** What DigitalOcean takes as names, one rule for each kind of resource. */
export const DIGITALOCEAN_NAMES = {
  /** VPCs, peerings and firewalls; SSH keys take more. */
  resource: { max: 255, separator: ".", refused: /[^A-Za-z0-9.-]/ },
  tag: { max: 255, separator: ":", refused: /[^a-z0-9:_-]/, lowerCase: true },
  volume: { max: 64, separator: "-", refused: /[^a-z0-9-]/, lowerCase: true, letterFirst: true },
  /** Of global ones; regional ones take more (docs, "create global load balancers"). */
  loadBalancer: { max: 32, separator: ".", refused: /[^A-Za-z0-9.-]/ },
  /** Ten characters of a hash and a dash come after it. */
  certificate: { max: 50, separator: ".", refused: /[^A-Za-z0-9.-]/ },
  database: { max: 63, separator: "-", refused: /[^a-z0-9-]/, lowerCase: true, letterFirst: true },
  /** Host names of its droplets begin with it. */
  pool: { max: 50, separator: "-", refused: /[^a-z0-9-]/, lowerCase: true, letterFirst: true },
  alias: { max: 60, separator: "_", refused: /[^A-Za-z0-9_-]/, letterFirst: true },
} as const satisfies Record<string, NameRule>;

const TAG = /^[A-Za-z0-9:_-]{1,255}$/;
const OWN = "beehive";

/** Names and tags of everything that a site makes. Unique in the account as long as its stacks' names are. */
export class DigitalOceanLabels extends SiteNames {
  constructor(
    site: Construct,
    private readonly userTags: readonly string[],
  ) {
    super(site);
    checkTags(site.node.path, userTags);
  }

  /** `shop.cloud.fra1`. Of the same kind of resource, always with as many parts. */
  name(...what: readonly string[]): string {
    return this.named(DIGITALOCEAN_NAMES.resource, ...what);
  }

  /** A droplet's name is its host name, so that the machine's own comes first: `web-fra1.cloud.shop`. */
  dropletName(machine: string): string {
    return providerName([machine, this.site, this.stack], DIGITALOCEAN_NAMES.resource);
  }

  /** The disk's path on the machine is made of it: `/dev/disk/by-id/scsi-0DO_Volume_<name>`. */
  volumeName(machine: string): string {
    return providerName([machine, this.site, this.stack], DIGITALOCEAN_NAMES.volume);
  }

  /** Tells the site's provider from those of other sites. */
  get providerAlias(): string {
    return providerName([this.site], DIGITALOCEAN_NAMES.alias);
  }

  /** A tag that all droplets of the site carry, and nothing else does. */
  get siteTag(): string {
    return providerName([OWN, "site", this.stack, this.site], DIGITALOCEAN_NAMES.tag);
  }

  /** A tag that a tier's droplets carry, and nothing else does. */
  tierTag(tier: string): string {
    return providerName([OWN, "tier", this.stack, this.inStack(tier)], DIGITALOCEAN_NAMES.tag);
  }

  /** What else is on everything that can be tagged: words without a value. */
  get commonTags(): readonly string[] {
    return [...this.userTags, providerName([OWN, "stack", this.stack], DIGITALOCEAN_NAMES.tag)];
  }
}

function checkTags(path: string, tags: readonly string[]): void {
  for (const tag of tags) {
    if (!TAG.test(tag)) throw invalidTag(path, tag, "DigitalOcean takes 1 to 255 letters, digits, and : _ -");
    if (tag.toLowerCase().startsWith(`${OWN}:`)) throw invalidTag(path, tag, `Beehive sets ${OWN}:* itself`);
  }
}
