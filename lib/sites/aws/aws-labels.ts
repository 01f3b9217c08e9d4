import type { Construct } from "constructs";
import type { NameRule } from "../shared/names";
import { SiteNames } from "../shared/site-names";
import { invalidTag, tooManyTags } from "./errors";

/** What AWS takes as names, one rule for each kind of resource. */
export const AWS_NAMES = {
  keyPair: { max: 255, separator: "/", refused: /[^\x21-\x7e]/ },
  securityGroup: { max: 255, separator: "/", refused: /[^\w .:/()#,@[\]+=&;{}!$*-]/ },
  role: { max: 64, separator: ".", refused: /[^\w+=,.@-]/ },
} as const satisfies Record<string, NameRule>;

/** Rules' descriptions take the same characters as names of security groups. */
export function awsDescription(text: string): string {
  return text.replace(/[^\w .:/()#,@[\]+=&;{}!$*-]/g, " ").slice(0, 255);
}

const OWN = "beehive:";
const MOST_TAGS = 50;
const KEY = 128;
const VALUE = 256;

/** Names and tags of everything that a site makes. */
export class AwsLabels extends SiteNames {
  constructor(
    site: Construct,
    private readonly userTags: Readonly<Record<string, string>>,
  ) {
    super(site);
    checkTags(site.node.path, userTags);
  }

  /**
   * @param name for people, in the console
   * @param tiers ids of the tiers that the resource works for
   */
  tags(name: string, ...tiers: readonly string[]): Record<string, string> {
    return {
      ...this.userTags,
      Name: name.slice(0, VALUE),
      [`${OWN}stack`]: this.stack.slice(0, VALUE),
      ...(tiers.length > 0 && { [`${OWN}tier`]: tiers.join("+").slice(0, VALUE) }),
    };
  }

  /** For resources of the site itself: `cloud/public-a`. */
  siteTags(what: string): Record<string, string> {
    return this.tags(`${this.site}/${what}`);
  }
}

function checkTags(path: string, tags: Readonly<Record<string, string>>): void {
  // Ours are three.
  if (Object.keys(tags).length > MOST_TAGS - 3) throw tooManyTags(path, Object.keys(tags).length, MOST_TAGS - 3);
  for (const [key, value] of Object.entries(tags)) {
    if (key === "Name" || key.startsWith(OWN) || key.toLowerCase().startsWith("aws:")) {
      throw invalidTag(path, key, `Beehive and AWS set Name, ${OWN}* and aws:* themselves. Choose another key.`);
    }
    if (key === "" || key.length > KEY) {
      throw invalidTag(path, key, `a key has 1 to ${KEY} characters, this one has ${key.length}. Shorten it.`);
    }
    if (value.length > VALUE) {
      throw invalidTag(path, key, `its value has ${value.length} characters, AWS takes ${VALUE}. Shorten it.`);
    }
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(`${key}${value}`)) {
      throw invalidTag(path, key, `AWS takes letters, digits, spaces and _ . : / = + - @ in keys and values.`);
    }
  }
}
