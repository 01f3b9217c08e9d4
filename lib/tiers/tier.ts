import { createHash } from "node:crypto";
import { Construct } from "constructs";
import { TerraformStack, type ITerraformDependable } from "../cdktf";
import { otherSite, otherStack } from "../errors";
import { Hive, type HiveMember } from "../hive";
import type { ManifestTier, TierStructure } from "../manifest";
import { Membership } from "../rollout/membership";
import { Rollout, type RolloutProps } from "../rollout/rollout";
import { Machines } from "../sites/machines";
import type { ISite, Machine } from "../sites/site";
import { sourceLine } from "../source-line";

/** What every tier takes. */
export interface TierProps {
  /** Where the tier runs. */
  readonly site: ISite;
  /**
   * Which machines of the site. Changing it moves the tier: the new machines are added, the old ones retired.
   * @default Machines.automatic()
   */
  readonly machines?: Machines;
}

/** A part of a hive that users import: a group of machines that do one job. */
export abstract class Tier extends Construct implements HiveMember {
  readonly site: ISite;
  /** Construct path, for messages and for the manifest: `shop/db`. */
  readonly path: string;
  /** Names the tier's files and units on its machines: `shop-db`. */
  readonly group: string;
  readonly machines: readonly Machine[];
  private rollout?: Rollout;
  private membership?: Membership;

  protected constructor(scope: Construct, id: string, props: TierProps, noun: string, count: number | undefined) {
    super(scope, id);
    this.site = props.site;
    this.path = this.node.path;
    this.group = groupName(this.path);
    this.refuseStranger("site", props.site);
    this.machines = props.site.provide({
      tier: this.path,
      noun,
      count,
      machines: props.machines ?? Machines.automatic(),
    });
  }

  /** Whoever needs the tier to work depends on these. */
  get ready(): readonly ITerraformDependable[] {
    return [...(this.rollout?.done ?? []), this.members];
  }

  /** @internal */
  get members(): ITerraformDependable {
    return this.membership!.task;
  }

  abstract toManifest(): ManifestTier;

  /** What it needs to work, how long its losses last, and what they cost. */
  abstract structure(): TierStructure;

  /** Once, at the end of a tier's constructor. */
  protected deliver(
    props: Pick<RolloutProps, "software" | "secrets" | "width">,
    needs: readonly (Tier | undefined)[] = [],
  ): void {
    const tiers = needs.filter((tier): tier is Tier => tier !== undefined);
    this.rollout = new Rollout(this, "rollout", {
      ...props,
      group: this.group,
      tier: this.path,
      machines: this.machines,
      after: tiers.flatMap((tier) => tier.ready),
    });
    this.membership = new Membership(this, "members", {
      group: this.group,
      machines: this.machines,
      needs: tiers.map((tier) => tier.members),
      until: this.rollout.done,
    });
    Hive.of(this).addTier(this);
    Hive.of(this).locate(this.path, sourceLine());
  }

  /** Refuses what is not in this tier's stack or, for tiers, on its site. */
  protected refuseStranger(property: string, other: Construct | ISite): void {
    if (TerraformStack.of(other) !== TerraformStack.of(this)) throw otherStack(this.path, property, other.node.path);
    if (other instanceof Tier && other.site !== this.site) {
      throw otherSite(this.path, property, other.path, this.site.name, other.site.name);
    }
  }
}

/** Fits into a Linux account name together with a prefix of 8: 24 characters at most, shortened stably. */
export function groupName(path: string): string {
  const plain = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (plain.length <= 24 && plain === path.replace(/\//g, "-")) return plain;
  return `${plain.slice(0, 15)}-${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
}
