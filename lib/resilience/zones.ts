import { atLeastIndependent } from "./at-least";
import { UnsupportedQuestionError } from "./errors";
import type { ResolvedStructure } from "./resolve";
import type { Need } from "./structure";

/** 2^20 combinations are about a minute. */
const MAX_DOMAINS = 20;
const MAX_REPEATED = 10;

/** Members of a block that fail with the same places. */
interface Group {
  readonly block: number;
  readonly domains: readonly number[];
  /** For each member, its private nodes. */
  readonly members: readonly (readonly string[])[];
  /** The block's states below this one no longer matter: with all members of the groups that follow they stay below `limit`. */
  readonly least: number;
}

/** A k-of-n over nodes; it is down when `limit` members are. */
interface Block {
  readonly limit: number;
  /** Nodes that take down every member of this block and nothing else. */
  readonly local: readonly string[];
  readonly size: number;
  /** Where its states begin: 0, 1, … `limit` members down. */
  readonly offset: number;
}

type Skeleton = { readonly block: number } | { readonly down: number; readonly of: readonly Skeleton[] };

/** How a structure falls apart once its shared nodes are decided. */
export interface ConditioningPlan {
  readonly domains: readonly string[];
  readonly blocks: readonly Block[];
  /** `ready[d]`: groups whose domains are all decided at depth d. */
  readonly ready: readonly (readonly Group[])[];
  readonly goals: readonly { readonly skeleton: Skeleton; readonly repeated: readonly number[] }[];
  /** Multiplications, roughly. */
  readonly cost: number;
}

/**
 * Zone conditioning: decide every shared node (zones, sites, machines of two tiers) each way; the tiers are then
 * independent, and each is a convolution. 2^shared steps instead of a diagram whose size is unknown in advance, and
 * the second method that the decision diagram is checked against.
 *
 * @param goals what is wanted, each for itself.
 * @throws UnsupportedQuestionError when too much is shared.
 */
export function planConditioning(structure: ResolvedStructure, goals: readonly Need[]): ConditioningPlan {
  const drafts: { key: string; limit: number; members: string[] }[] = [];
  const blockOf = new Map<string, number>();
  const block = (key: string, k: number, members: string[]): Skeleton => {
    const index = blockOf.get(key) ?? drafts.push({ key, limit: members.length - k + 1, members }) - 1;
    blockOf.set(key, index);
    return { block: index };
  };
  const skeletonOf = (need: Need): Skeleton => {
    if (typeof need !== "string") {
      if ("all" in need) return combine(1, need.all.map(skeletonOf));
      if ("any" in need) return combine(need.any.length, need.any.map(skeletonOf));
      return threshold(need.atLeast, need.of);
    }
    const tier = structure.tiers.get(need);
    if (!tier) return block(`1 ${need}`, 1, [need]);
    return combine(1, [threshold(tier.atLeast, tier.of), ...tier.needs.map(skeletonOf)]);
  };
  const threshold = (k: number, of: readonly Need[]): Skeleton => {
    const nodes = of.filter((need): need is string => typeof need === "string" && structure.nodes.has(need));
    if (nodes.length === of.length) return block(`${k} ${nodes.join("\n")}`, k, nodes);
    return combine(of.length - k + 1, of.map(skeletonOf));
  };
  const skeletons = goals.map(skeletonOf);

  // A node is private to the one member that it belongs to, local to the one block all of whose members it takes
  // down, or a domain.
  const uses = new Map<string, { block: number; members: number }[]>();
  drafts.forEach(({ members }, index) => {
    for (const member of members) {
      for (const cause of structure.nodes.get(member)!.causes) {
        const seen = uses.get(cause) ?? [];
        const here = seen.find((use) => use.block === index);
        if (here) here.members++;
        else seen.push({ block: index, members: 1 });
        uses.set(cause, seen);
      }
    }
  });
  const kindOf = ([use, ...others]: readonly { block: number; members: number }[]) => {
    if (others.length > 0) return "domain";
    if (use!.members === 1) return "private";
    return use!.members === drafts[use!.block]!.members.length ? "local" : "domain";
  };
  const kinds = new Map([...uses].map(([name, used]) => [name, kindOf(used)]));
  const isPrivate = (name: string) => kinds.get(name) === "private";
  const isLocal = (name: string) => kinds.get(name) === "local";
  const domains = [...kinds.keys()].filter((name) => kinds.get(name) === "domain");
  if (domains.length > MAX_DOMAINS) {
    throw new UnsupportedQuestionError(
      `zone conditioning would have to decide ${domains.length} shared nodes; it stops at ${MAX_DOMAINS}`,
    );
  }

  const numberOf = new Map(domains.map((name, i) => [name, i]));
  const ready: Group[][] = Array.from({ length: domains.length + 1 }, () => []);
  let states = 0;
  let cost = 0;
  const blocks = drafts.map(({ limit, members }, index): Block => {
    const groups = new Map<string, { domains: number[]; members: string[][] }>();
    for (const member of members) {
      const { causes } = structure.nodes.get(member)!;
      const places = causes.flatMap((cause) => numberOf.get(cause) ?? []).sort((a, b) => a - b);
      const key = places.join();
      const group = groups.get(key) ?? { domains: places, members: [] };
      group.members.push(causes.filter(isPrivate));
      groups.set(key, group);
    }
    let following = members.length;
    for (const group of [...groups.values()].sort((a, b) => depthOf(a) - depthOf(b))) {
      const depth = depthOf(group);
      following -= group.members.length;
      ready[depth]!.push({ block: index, ...group, least: Math.max(0, limit - following) });
      cost += 2 ** depth * limit * (Math.min(group.members.length, limit) + 1);
    }
    const local = [...new Set(members.flatMap((member) => structure.nodes.get(member)!.causes))].filter(isLocal);
    const offset = states;
    states += limit + 1;
    return { limit, local, size: members.length, offset };
  });
  cost += 2 ** (domains.length + 1) * states;

  return {
    domains,
    blocks,
    ready,
    goals: skeletons.map((skeleton) => ({ skeleton, repeated: repeatedBlocks(skeleton) })),
    cost,
  };
}

/** Where the last of its domains is decided. */
const depthOf = ({ domains }: { readonly domains: readonly number[] }): number => (domains.at(-1) ?? -1) + 1;

/** Series within a series is one series, and what it names twice counts once. */
function combine(down: number, parts: readonly Skeleton[]): Skeleton {
  if (down !== 1) return { down, of: parts };
  const flat = parts.flatMap((part) => ("of" in part && part.down === 1 ? part.of : [part]));
  const seen = new Set<number>();
  return {
    down: 1,
    of: flat.filter((part) => {
      if (!("block" in part)) return true;
      if (seen.has(part.block)) return false;
      seen.add(part.block);
      return true;
    }),
  };
}

/** Blocks that stand at two places of a goal, so that its parts are not independent. */
function repeatedBlocks(skeleton: Skeleton): number[] {
  const count = new Map<number, number>();
  const visit = (part: Skeleton): void => {
    if ("block" in part) count.set(part.block, (count.get(part.block) ?? 0) + 1);
    else part.of.forEach(visit);
  };
  visit(skeleton);
  const repeated = [...count].filter(([, times]) => times > 1).map(([block]) => block);
  if (repeated.length > MAX_REPEATED) {
    throw new UnsupportedQuestionError(
      `zone conditioning would have to decide ${repeated.length} tiers that are needed twice; it stops at ${MAX_REPEATED}`,
    );
  }
  return repeated;
}

/** The unavailability of each goal. Only positive terms are added, so that 1e-13 is as precise as 0.1. */
export function conditionedUnavailability(plan: ConditioningPlan, probability: (node: string) => number): number[] {
  const { blocks, ready, goals, domains } = plan;
  const downOf = (nodes: readonly string[]) =>
    nodes.length === 1 ? probability(nodes[0]!) : atLeastIndependent(1, nodes.map(probability));
  const domainDown = domains.map(probability);
  const localDown = blocks.map(({ local }) => downOf(local));
  // Of each group: how likely 0, 1, … of its members are down by themselves; the last entry means "limit or more".
  const counts = ready.map((groups) =>
    groups.map(({ block, members }) => downCounts(members.map(downOf), blocks[block]!.limit)),
  );
  const width = blocks.reduce((sum, { limit }) => sum + limit + 1, 0);
  const states = Array.from({ length: domains.length + 2 }, () => new Float64Array(width));
  for (const { offset } of blocks) states[0]![offset] = 1;
  const dead = domains.map(() => false);
  const result = goals.map(() => 0);
  const down = new Float64Array(blocks.length);

  const descend = (depth: number, weight: number): void => {
    // What is known at this depth: fold the groups whose places are all decided into their blocks.
    const state = states[depth + 1]!;
    state.set(states[depth]!);
    ready[depth]!.forEach((group, i) => {
      const { offset, limit } = blocks[group.block]!;
      if (group.domains.some((domain) => dead[domain])) shift(state, offset, limit, group.members.length);
      else convolve(state, offset, limit, counts[depth]![i]!, group.least);
    });
    if (depth < domains.length) {
      for (const isDead of [true, false]) {
        const share = isDead ? domainDown[depth]! : 1 - domainDown[depth]!;
        dead[depth] = isDead;
        if (share > 0) descend(depth + 1, weight * share);
      }
      return;
    }
    blocks.forEach(({ offset, limit }, i) => {
      down[i] = localDown[i]! + (1 - localDown[i]!) * state[offset + limit]!;
    });
    goals.forEach(({ skeleton, repeated }, i) => (result[i]! += weight * goalDown(skeleton, repeated, down)));
  };
  descend(0, 1);
  return result;
}

function goalDown(skeleton: Skeleton, repeated: readonly number[], down: Float64Array): number {
  const [block, ...others] = repeated;
  if (block === undefined) return skeletonDown(skeleton, down);
  const p = down[block]!;
  down[block] = 1;
  let sum = p * goalDown(skeleton, others, down);
  down[block] = 0;
  sum += (1 - p) * goalDown(skeleton, others, down);
  down[block] = p;
  return sum;
}

function skeletonDown(skeleton: Skeleton, down: Float64Array): number {
  if ("block" in skeleton) return down[skeleton.block]!;
  if (skeleton.down > 1) {
    return atLeastIndependent(
      skeleton.down,
      skeleton.of.map((part) => skeletonDown(part, down)),
    );
  }
  // A series, the usual case, once for each of up to a million combinations: without a list.
  let sum = 0;
  for (const part of skeleton.of) sum += (1 - sum) * skeletonDown(part, down);
  return sum;
}

function downCounts(members: readonly number[], limit: number): Float64Array {
  const counts = new Float64Array(Math.min(members.length, limit) + 1);
  counts[0] = 1;
  const last = counts.length - 1;
  for (const p of members) {
    // Nothing leaves "limit or more"; with fewer members than that, the last entry is an ordinary one.
    const stays = last === limit ? 1 : 1 - p;
    counts[last] = counts[last]! * stays + counts[last - 1]! * p;
    for (let j = last - 1; j >= 1; j--) counts[j] = counts[j]! * (1 - p) + counts[j - 1]! * p;
    counts[0]! *= 1 - p;
  }
  return counts;
}

/** All of a group are down: every state moves up by its size, and stays at the limit. */
function shift(state: Float64Array, offset: number, limit: number, by: number): void {
  for (let j = limit - 1; j >= 0; j--) {
    const to = Math.min(limit, j + by);
    state[offset + to]! += state[offset + j]!;
    state[offset + j] = 0;
  }
}

/** @param least states below it are left as they come: nothing reads them any more. */
function convolve(state: Float64Array, offset: number, limit: number, counts: Float64Array, least: number): void {
  const last = counts.length - 1;
  // From the top, in place: state j only feeds states j and above.
  for (let j = limit - 1; j >= Math.max(0, least - last); j--) {
    const here = state[offset + j]!;
    if (here === 0) continue;
    let i = last;
    for (; i >= limit - j; i--) state[offset + limit]! += here * counts[i]!;
    for (; i >= Math.max(1, least - j); i--) state[offset + j + i]! += here * counts[i]!;
    state[offset + j] = here * counts[0]!;
  }
}
