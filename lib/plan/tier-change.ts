import type { Manifest, ManifestData, ManifestTier, ManifestVotes } from "../manifest/manifest";
import { holdsData } from "../manifest/votes";
import type { DependencyGraph } from "./dependency-graph";
import { otherMembers } from "./errors";
import { memberOf, type Member } from "./member-fate";
import { isAttachment, isMachine, storeKind } from "./resource-kinds";
import type { SynthesizedStack } from "./synthesized-stack";
import {
  baseAddress,
  changesAnything,
  creates,
  isObject,
  type ResourceChange,
  type TerraformPlan,
} from "./terraform-plan";

/** What the plan does to one tier. */
export interface TierChange {
  /** Construct path; the group's name for a tier that left the program and that no older manifest names. */
  readonly path: string;
  readonly kind?: string;
  /** The program has no such tier any more. */
  readonly gone: boolean;
  /** Absent when its members do not vote. Those that have left the program are named, too, where an older manifest does. */
  readonly votes?: ManifestVotes;
  /** Undefined when it is unknown. */
  readonly holdsData: boolean | undefined;
  readonly data: readonly ManifestData[];
  /** The tier works while so many of its members do. */
  readonly atLeast: number;
  /** How many members the program gives it. */
  readonly size: number;
  readonly members: readonly Member[];
  /** Who votes: the members, and arbitrators on machines of other tiers. */
  readonly voters: readonly Member[];
  /** Members retire only after every new one works and the tiers that use this one have its address. */
  readonly retiresLast: boolean;
}

export interface PlanFacts {
  readonly plan: TerraformPlan;
  readonly manifest: Manifest;
  /** The manifest of the last deploy: it knows tiers that have left the program. */
  readonly before?: Manifest;
  readonly stack: SynthesizedStack;
  readonly graph: DependencyGraph;
}

/** One object of the membership that `Membership` makes: `terraform_data.db_members_2072AB5E["db-1"]`. */
interface Seat {
  readonly resource: string;
  readonly machine: string;
  readonly group: string;
}

/** Every tier of the program, and every one that the state still has. */
export function tierChanges(facts: PlanFacts): TierChange[] {
  const { plan, manifest, before, stack } = facts;
  const changes = new Map(plan.resource_changes.filter((c) => c.deposed === undefined).map((c) => [c.address, c]));
  const prior = priorAddresses(plan);
  const seats = seatsOf(plan, prior);
  const names = new Set([...manifest.machines.map(({ name }) => name), ...seats.map(({ machine }) => machine)]);
  const hardware = hardwareByMachine(plan.resource_changes, names, stack);

  const describe = (path: string, membership: string, tier: ManifestTier | undefined, gone: boolean): TierChange => {
    const mine = seats.filter(({ resource }) => resource === membership).map(({ machine }) => machine);
    const wanted = gone || tier === undefined ? [] : tier.machines;
    const known = tier !== undefined;
    const members = [...new Set([...mine, ...wanted])].map((machine) => {
      const rollout = stack.taskAt(`${path}/rollout/${machine}`);
      return memberOf({
        machine,
        membership: changes.get(`${membership}["${machine}"]`),
        before: mine.includes(machine) && (!known || prior.has(rollout)),
        rollout: changes.get(rollout),
        hardware: hardware.get(machine) ?? [],
      });
    });
    const old = before?.tiers.find((one) => one.path === path)?.votes;
    return {
      path,
      kind: tier?.kind,
      gone,
      votes: tier?.votes && { ...tier.votes, members: { ...old?.members, ...tier.votes.members } },
      holdsData: tier === undefined ? undefined : holdsData(tier),
      data: tier?.data ?? [],
      atLeast: tier?.atLeast ?? 1,
      size: wanted.length,
      members,
      voters: tier?.votes === undefined ? [] : [...members, ...outsiders(tier.votes, old, members, hardware)],
      retiresLast: retiresLast(membership, members, changes, facts.graph),
    };
  };

  const found: TierChange[] = [];
  const taken = new Set<string>();
  for (const tier of manifest.tiers) {
    const membership = stack.taskAt(`${tier.path}/members/Resource`);
    if ([...tier.machines].sort().join() !== [...stack.keysOf(membership)].sort().join()) {
      throw otherMembers(manifest.stack, tier.path, tier.machines, stack.keysOf(membership));
    }
    taken.add(membership);
    found.push(describe(tier.path, membership, tier, false));
  }
  for (const tier of before?.tiers ?? []) {
    const membership = stack.taskAt(`${tier.path}/members/Resource`);
    if (taken.has(membership) || !seats.some(({ resource }) => resource === membership)) continue;
    taken.add(membership);
    found.push(describe(tier.path, membership, tier, true));
  }
  for (const { resource, group } of seats) {
    if (taken.has(resource)) continue;
    taken.add(resource);
    found.push(describe(group, resource, undefined, true));
  }
  return found;
}

/** Arbitrators on machines of other tiers: each is away when its machine is. One that the last deploy did not have joins. */
function outsiders(
  votes: ManifestVotes,
  old: ManifestVotes | undefined,
  members: readonly Member[],
  hardware: ReadonlyMap<string, ResourceChange[]>,
): Member[] {
  return Object.keys(votes.members)
    .filter((name) => !members.some(({ machine }) => machine === name))
    .map((machine) => {
      const before = old === undefined || machine in old.members;
      return memberOf({ machine, before, hardware: hardware.get(machine) ?? [] });
    });
}

/** Addresses of the objects that exist now. Without a list in the plan, those that have a value before the change. */
function priorAddresses(plan: TerraformPlan): Set<string> {
  const state = plan.prior_state?.values?.root_module?.resources ?? [];
  const changed = plan.resource_changes.filter(({ change }) => isObject(change.before));
  return new Set([...state, ...changed].map(({ address }) => address));
}

function seatsOf(plan: TerraformPlan, prior: ReadonlySet<string>): Seat[] {
  const seats = new Map<string, Seat>();
  const add = (
    resource: { address: string; type: string; name: string; index?: string | number },
    values: unknown,
  ): void => {
    const seat = isObject(values) ? (values.output ?? values.input) : undefined;
    if (resource.type !== "terraform_data" || typeof resource.index !== "string" || !isObject(seat)) return;
    if (typeof seat.group !== "string" || typeof seat.host !== "string" || !prior.has(resource.address)) return;
    seats.set(resource.address, { resource: baseAddress(resource), machine: resource.index, group: seat.group });
  };
  for (const resource of plan.prior_state?.values?.root_module?.resources ?? []) add(resource, resource.values);
  for (const resource of plan.resource_changes) add(resource, resource.change.before);
  return [...seats.values()];
}

function hardwareByMachine(
  changes: readonly ResourceChange[],
  names: ReadonlySet<string>,
  stack: SynthesizedStack,
): Map<string, ResourceChange[]> {
  const found = new Map<string, ResourceChange[]>();
  for (const change of changes.filter(changesAnything)) {
    if (!isMachine(change) && !isAttachment(change) && storeKind(change) === undefined) continue;
    for (const name of machinesOf(change, names, stack)) found.set(name, [...(found.get(name) ?? []), change]);
  }
  return found;
}

/**
 * The machines that a resource belongs to: a construct on the way to it carries the machine's name, or, when it has left
 * the program, its logical id does.
 */
export function machinesOf(resource: ResourceChange, names: ReadonlySet<string>, stack: SynthesizedStack): string[] {
  const words = [...(stack.pathOf(baseAddress(resource))?.split("/") ?? resource.name.split("_")), resource.index];
  return [...new Set(words.filter((word): word is string => typeof word === "string" && names.has(word)))];
}

/**
 * The membership is created before it is destroyed, so that Terraform retires a member after it has updated what depends
 * on the membership. A dependent that changes and that waits for the tier's whole rollout puts the retirement last; with
 * none, Terraform retires at once, while new members are still being installed (measured with Terraform 1.11).
 */
function retiresLast(
  membership: string,
  members: readonly Member[],
  changes: ReadonlyMap<string, ResourceChange>,
  graph: DependencyGraph,
): boolean {
  const rollouts = members.flatMap(({ rollout }) => (rollout === undefined ? [] : [rollout.address]));
  return graph.dependentsOf(membership).some((dependent) => {
    const change = changes.get(dependent);
    return change !== undefined && creates(change) && rollouts.every((rollout) => graph.waitsFor(dependent, rollout));
  });
}
