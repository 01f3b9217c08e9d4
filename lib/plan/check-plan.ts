import type { Manifest } from "../manifest/manifest";
import { covers, type Acknowledgement } from "./acknowledgement";
import { DependencyGraph } from "./dependency-graph";
import { otherStack, otherSynth } from "./errors";
import { list } from "../core/words";
import type { Finding } from "./finding";
import { judgeStores, storeKinds } from "./judge-stores";
import { judgeTier } from "./judge-tier";
import type { Fate } from "./member-fate";
import { isAttachment, isMachine } from "./resource-kinds";
import type { SynthesizedStack } from "./synthesized-stack";
import { baseAddress, changesAnything, isObject, type ResourceChange, type TerraformPlan } from "./terraform-plan";
import { machinesOf, tierChanges, type PlanFacts, type TierChange } from "./tier-change";

export const VERDICT_VERSION = 1;

export interface PlanVerdict {
  readonly version: typeof VERDICT_VERSION;
  readonly verdict: "fine" | "refused";
  readonly stack: string;
  readonly findings: readonly Finding[];
  /** What is no reason to refuse, but worth knowing. */
  readonly notes: readonly string[];
  /** Resources that the plan changes. */
  readonly changes: number;
  /** How many of them were judged. */
  readonly judged: number;
  /** Addresses of the others. */
  readonly notJudged: readonly string[];
}

export interface PlanQuestion {
  readonly plan: TerraformPlan;
  readonly manifest: Manifest;
  /** What cdktf wrote beside the manifest. */
  readonly stack: SynthesizedStack;
  /** The manifest of the last deploy. @default - tiers that left the program are known by what the state tells */
  readonly before?: Manifest;
  /** @default [] */
  readonly acknowledgements?: readonly Acknowledgement[];
}

/**
 * Whether a plan can be applied without more of a tier going away than the tier can spare.
 *
 * @throws PlanError when the plan and the manifest do not belong together.
 */
export function checkPlan({ plan, manifest, stack, before, acknowledgements = [] }: PlanQuestion): PlanVerdict {
  refuseStranger(plan, manifest, stack);
  const graph = new DependencyGraph(plan.configuration.root_module.resources);
  const facts = { plan, manifest, before, stack, graph };
  const tiers = tierChanges(facts);
  const findings = [...tiers.flatMap((tier) => judgeTier(tier, { stack, graph })), ...judgeStores(facts, tiers)].map(
    (finding): Finding => {
      const acknowledged = acknowledgements.find((one) => covers(one, finding))?.reason;
      return acknowledged === undefined ? finding : { ...finding, acknowledged };
    },
  );
  const changed = plan.resource_changes.filter((change) => change.mode === "managed" && changesAnything(change));
  const known = knownTo(tiers, facts);
  const notJudged = changed.filter((change) => !known(change)).map(({ address }) => address);
  return {
    version: VERDICT_VERSION,
    verdict: findings.every(({ acknowledged }) => acknowledged !== undefined) ? "fine" : "refused",
    stack: manifest.stack,
    findings,
    notes: [...tiers.flatMap(notesOn), ...notesOnPlan(plan), ...unused(acknowledgements, findings)],
    changes: changed.length,
    judged: changed.length - notJudged.length,
    notJudged,
  };
}

function refuseStranger(plan: TerraformPlan, { stack: name, tiers }: Manifest, stack: SynthesizedStack): void {
  const managed = plan.configuration.root_module.resources.filter(({ mode }) => mode === "managed");
  const configured = new Set(managed.map(baseAddress));
  const memberships = tiers.map(({ path }) => stack.taskAt(`${path}/members/Resource`));
  const [first] = memberships;
  if (first !== undefined && !memberships.some((address) => configured.has(address))) throw otherStack(name, first);
  for (const address of stack.resources) {
    if (!configured.has(address)) throw otherSynth(name, address, "is not in the plan's configuration");
  }
  for (const address of configured) {
    if (!stack.has(address)) throw otherSynth(name, address, "is not in cdk.tf.json");
  }
  for (const change of plan.resource_changes) {
    const synthesized = stack.contentOf(baseAddress(change));
    const triggers = change.change.after?.triggers_replace;
    const planned = isObject(triggers) ? triggers.content : undefined;
    if (synthesized !== undefined && typeof planned === "string" && planned !== synthesized) {
      throw otherSynth(name, change.address, "delivers something else");
    }
  }
}

/** Tells Beehive's resources, and those that a rule knows, from the rest. */
function knownTo(tiers: readonly TierChange[], facts: PlanFacts): (change: ResourceChange) => boolean {
  const { stack } = facts;
  const kindOf = storeKinds(facts);
  const names = new Set(tiers.flatMap(({ members }) => members.map(({ machine }) => machine)));
  return (change) => {
    if (kindOf(change) !== undefined) return true;
    if (isMachine(change) || isAttachment(change)) return machinesOf(change, names, stack).length > 0;
    return change.type === "terraform_data" && isTask(change, stack.pathOf(baseAddress(change)), tiers);
  };
}

/** A membership, a part of a rollout or a preparation; by its shape when it has left the program. */
function isTask({ name, change }: ResourceChange, path: string | undefined, tiers: readonly TierChange[]): boolean {
  if (path !== undefined) {
    return (
      path.endsWith("/prepare/Resource") ||
      // What a machine brings itself: `shop/aws/db-a/data/db-a`.
      /\/([^/]+)\/[^/]+\/\1$/.test(path) ||
      tiers.some((tier) => path.startsWith(`${tier.path}/members/`) || path.startsWith(`${tier.path}/rollout/`))
    );
  }
  const { triggers_replace: triggers, input } = change.before ?? {};
  if (isObject(triggers) && "machine" in triggers && "content" in triggers) return true;
  if (isObject(input) && "group" in input && "host" in input) return true;
  return /_(rollout_wave-\d+|members_settled)_[0-9A-F]{8}$/.test(name);
}

function notesOn({ path, votes, retiresLast, members }: TierChange): string[] {
  const notes: string[] = [];
  const named = (fate: Fate): string[] => members.filter((m) => m.fate === fate).map(({ machine }) => machine);
  const moving = named("moves");
  if (moving.length > 0) {
    notes.push(
      `${path}: ${list(moving)} ${moving.length === 1 ? "moves" : "move"} to another address; what answers at the old one is told to ` +
        `stop afterwards.`,
    );
  }
  const retiring = named("retires");
  const rolling = members.some(({ fate, rollout }) => fate === "stays" && rollout !== undefined);
  if (votes !== undefined && rolling && retiring.length > 0 && named("stays").length > 0 && !retiresLast) {
    notes.push(
      `${path}: ${list(retiring)} may retire while the others change, because nothing that the plan changes waits for the ` +
        `tier. A member refuses to restart when the others are no majority; the deploy then stops and can be repeated.`,
    );
  }
  return notes;
}

const notesOnPlan = ({ complete }: TerraformPlan): string[] =>
  complete === false ? ["the plan is of a part of the stack (-target); another one will follow."] : [];

const unused = (acknowledgements: readonly Acknowledgement[], findings: readonly Finding[]): string[] =>
  acknowledgements
    .filter((one) => !findings.some((finding) => covers(one, finding)))
    .map(({ rule, subject }) => `--allow ${rule}:${subject} was not needed; remove it.`);
