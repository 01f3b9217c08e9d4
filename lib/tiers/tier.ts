import { createHash } from "node:crypto";
import { Construct } from "constructs";
import { TerraformStack, type ITerraformDependable } from "../cdktf";
import { groupTaken, otherSite } from "./tier-errors";
import { otherStack } from "../stack/stack-errors";
import { Hive } from "../stack/hive";
import type { ManifestNode, ManifestTier, TierStructure } from "../manifest/manifest";
import { Membership } from "../rollout/membership";
import { Rollout, type RolloutProps } from "../rollout/rollout";
import { Machines } from "../contracts/machines";
import type { ISite, Machine } from "../contracts/site";
import { sourceLine } from "../core/source-line";
import type { Software } from "../software/software";
import { AddedSoftware, noMachines, type AddedSoftwareOptions } from "./added-software";
import {
  checkMachines,
  checkRollOut,
  neverRolledOut,
  twice,
  type RollOutProps,
  type TierMachines,
} from "./check-roll-out";
import { checkDescription } from "./check-description";
import { OwnSoftware } from "./check-software";
import { manifestOf, structureOf, type TierDescription } from "./tier-description";
import { Trait } from "../core/trait";
import { quoted } from "../core/words";

/** Props of every tier. */
export interface TierProps {
  /**
   * Where the tier runs. Changing it makes a new tier, without the old one's data.
   * @example site: site
   */
  readonly site: ISite;
  /**
   * Which machines of the site. Changing it moves the tier: the new machines are added, the old ones retired; their
   * data stays on them.
   * @default Machines.automatic()
   * @example machines: Machines.named("db-1", "db-2", "db-3")
   */
  readonly machines?: Machines;
}

const trait = new Trait<Tier>("Tier");

/** Whether something is a tier. */
export const isTier = trait.has;

/** A part of a hive that users import: a group of machines that do one job, or a managed part that does it. */
export abstract class Tier extends Construct {
  static {
    trait.mark(this.prototype);
  }

  /** The site that the tier runs on. */
  readonly site: ISite;
  /** Construct path, for messages and for the manifest: `shop/db`. */
  readonly path: string;
  /** Names the tier's files and units on its machines: `shop-db`. */
  readonly instance: string;
  /** Its machines; none when a provider does the job. */
  readonly machines: readonly Machine[];
  private rollout?: Rollout;
  private membership?: Membership;
  private resources: readonly ITerraformDependable[] = [];
  private secretNames: readonly string[] = [];
  private registered = false;
  private depends = false;
  private readonly added: AddedSoftware;
  /** cdktf's validations and its output ask for it some ten times. */
  private readonly described = Hive.of(this).settled(() => {
    const description = this.describe();
    checkDescription(this, description);
    return description;
  });

  /** @param wanted nothing for a tier that has no machines of its own */
  protected constructor(scope: Construct, id: string, props: TierProps, wanted?: TierMachines) {
    super(scope, id);
    this.site = props.site;
    this.path = this.node.path;
    this.instance = groupName(this.path);
    this.added = new AddedSoftware(this.path, this.instance, () => this.secretNames);
    const hive = Hive.of(this);
    hive.refuseLate(this.path, "the tier");
    const other = hive.claim(`group ${this.instance}`, this.path);
    if (other !== undefined) throw groupTaken(this.path, this.instance, other);
    this.refuseStranger("site", props.site);
    props.machines?.validate(this.path);
    if (wanted !== undefined) checkMachines(this.path, wanted);
    this.node.addValidation({
      validate: () => (this.registered ? [] : [neverRolledOut(this.path, this.machines.length).message]),
    });
    this.machines =
      wanted === undefined
        ? []
        : props.site.provide({ ...wanted, tier: this.path, machines: props.machines ?? Machines.automatic() });
  }

  /** Resources that are done when the tier works; what needs the tier depends on them. */
  get ready(): readonly ITerraformDependable[] {
    return [...(this.rollout?.done ?? []), ...this.members, ...this.resources];
  }

  /** What takes machines that leave out of the tier; done after `rollOut`. */
  get members(): readonly ITerraformDependable[] {
    return this.membership === undefined ? [] : [this.membership.task];
  }

  /**
   * Brings a daemon of your own to every machine of the tier: packages, files, units and timers. It comes after the
   * tier's software, in the same rollout: validated before and gated after, one wave after the other, and put back
   * together with it. Its ports are opened to whom they name and to nobody else. Software that is no longer added is
   * stopped and removed.
   *
   * @param software what every machine gets, or what a machine gets
   * @throws BeehiveError where the tier has no machines, after the stack was rendered, and for what no machine accepts;
   * synth refuses files, units and ports that are somebody else's already
   */
  addSoftware(software: Software | ((machine: Machine) => Software), options: AddedSoftwareOptions = {}): void {
    const noun =
      typeof software === "function"
        ? "software"
        : `software ${quoted((software as Partial<Software> | undefined)?.name)}`;
    if (this.machines.length === 0) throw noMachines(this.path, noun);
    Hive.of(this).refuseLate(this.path, noun);
    this.added.add(software, options);
  }

  /** Its entry in `beehive.json`. */
  toManifest(): ManifestTier {
    return manifestOf(this, this.described());
  }

  /** What it needs to work, how long its losses last, and what they cost. */
  structure(): TierStructure {
    return structureOf(this, this.described());
  }

  /** What its engine adds to the structure. */
  structureNodes(): Readonly<Record<string, ManifestNode>> {
    return this.described().resilience?.nodes ?? {};
  }

  /**
   * What the tier is, what it needs, and how it fails: everything that the command line tools know of it. Asked when the stack
   * is synthesized, never before the constructor has ended.
   */
  protected abstract describe(): TierDescription;

  /**
   * Once, at the end of a tier's constructor: brings software to its machines. `addSoftware` and this refuse the same.
   *
   * @param needs tiers that must be there before the first machine changes. Deploy order and nothing else: what the tier cannot
   * work without says `needs` of `describe()`
   * @throws BeehiveError for a second call and a secret in plain text; synth refuses what no machine accepts
   */
  protected rollOut(
    props: Pick<RolloutProps, "software" | "secrets" | "width" | "after">,
    needs: readonly (Tier | undefined)[] = [],
  ): void {
    if (this.rollout !== undefined) throw twice(this.path, "rollOut");
    checkRollOut(this.path, props);
    const own = new OwnSoftware(this.path, Object.keys(props.secrets ?? {}));
    this.rollOutTested({ ...props, software: (machine) => own.checked(machine, props.software(machine)) }, needs);
  }

  /**
   * `rollOut` of the library's own tiers: the daemons themselves have checked in its tests what they bring, and some of it lies
   * where only Beehive's may.
   *
   * @internal
   */
  protected rollOutTested(props: RollOutProps, needs: readonly (Tier | undefined)[] = []): void {
    const tiers = needs.filter((tier): tier is Tier => tier !== undefined);
    this.secretNames = Object.keys(props.secrets ?? {});
    this.rollout = new Rollout(this, "rollout", {
      ...props,
      added: this.added,
      instance: this.instance,
      tier: this.path,
      machines: this.machines,
      after: [...tiers.flatMap((tier) => tier.ready), ...(props.after ?? [])],
    });
    this.membership = new Membership(this, "members", {
      instance: this.instance,
      machines: this.machines,
      needs: tiers.flatMap((tier) => tier.members),
      until: this.rollout.done,
    });
    this.register();
  }

  /** Makes the tier's dependents wait for these resources, too. Once, instead of `rollOut` where a provider does the job. */
  protected dependOn(resources: readonly ITerraformDependable[]): void {
    if (this.depends) throw twice(this.path, "dependOn");
    this.depends = true;
    this.resources = resources;
    this.register();
  }

  /** Once, whether `rollOut`, `dependOn` or both are called. */
  private register(): void {
    if (this.registered) return;
    this.registered = true;
    Hive.of(this).addTier(this);
    Hive.of(this).locate(this.path, sourceLine());
  }

  /**
   * To be called before what the tier's software is rendered from changes.
   *
   * @param change what comes, for the message: `client shop/web`
   * @throws BeehiveError when the stack was rendered for synthesis
   */
  protected refuseLate(change: string): void {
    Hive.of(this).refuseLate(this.path, change);
  }

  /** Refuses what is not in this tier's stack or, for tiers, on its site. */
  protected refuseStranger(property: string, other: Construct | ISite): void {
    if (TerraformStack.of(other) !== TerraformStack.of(this)) throw otherStack(this.path, property, other.node.path);
    if (isTier(other) && other.site !== this.site) {
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
