import type { Construct } from "constructs";
import { TerraformStack } from "../../cdktf";
import { providerName, type NameRule } from "./names";

/** Names of what a site makes, out of its place in the program: unique in the account as long as names of stacks are. */
export class SiteNames {
  /** Id of the stack. */
  protected readonly stack: string;
  /** Construct path of the site, without the stack's. */
  protected readonly site: string;
  private readonly stackPath: string;

  constructor(site: Construct) {
    const stack = TerraformStack.of(site);
    this.stack = stack.node.id;
    this.stackPath = stack.node.path;
    this.site = this.inStack(site.node.path);
  }

  /** Stays the same as long as its parts do. Of one kind of resource, always with as many parts. */
  named(rule: NameRule, ...what: readonly string[]): string {
    return providerName([this.stack, this.site, ...what], rule);
  }

  /** `cloud`, `web`, `backend/web`: a construct path without the stack's. */
  inStack(path: string): string {
    return path.slice(this.stackPath.length + 1);
  }
}
