import { betaFactor } from "./common-cause";
import { quoted } from "../core/words";
import { InvalidModelError } from "./errors";
import type { Provenance, Range } from "./estimate";
import { HOURS_PER_YEAR, toHours, toRange, unavailabilityOf } from "./estimate";
import { failoverUnavailability } from "./failover";
import { waitingForCrew } from "./repair";
import type { Need, Structure, StructureNode, StructureTier } from "./structure";

/**
 * A structure without options: common causes, waiting for a repair crew and switching have become nodes of their own.
 * The fault tree and zone conditioning both begin here.
 */
export interface ResolvedStructure {
  readonly nodes: ReadonlyMap<string, ResolvedNode>;
  readonly tiers: ReadonlyMap<string, ResolvedTier>;
  readonly entrance: Need;
  /** The share of time in which planned work keeps a node out. */
  readonly planned: ReadonlyMap<string, number>;
}

export interface ResolvedNode {
  readonly name: string;
  readonly kind: string;
  readonly range: Range;
  readonly provenance: Provenance;
  /** Every node whose failure takes this one down: places first, itself last. */
  readonly causes: readonly string[];
}

export interface ResolvedTier {
  readonly atLeast: number;
  readonly of: readonly Need[];
  readonly needs: readonly Need[];
}

/** Kinds of the nodes that are no things but ways of losing time; they never count as single points of failure. */
export const TIME_KINDS: readonly string[] = ["failover", "waiting for a crew"];

interface DraftNode {
  readonly input: StructureNode;
  readonly kind: string;
  range: Range;
  readonly within: string[];
}

/** @throws InvalidModelError for unknown names, thresholds that cannot be reached, and cycles, which are printed. */
export function resolveStructure(structure: Structure): ResolvedStructure {
  const issues: string[] = [];
  checkReferences(structure, issues);
  if (issues.length > 0) throw new InvalidModelError("the structure", issues);

  const drafts = new Map(Object.entries(structure.nodes).map(([name, node]) => [name, draft(node)]));
  const planned = new Map<string, number>();
  const tiers = new Map<string, ResolvedTier>();
  const addNode = (name: string, kind: string, range: Range) => {
    if (drafts.has(name)) issues.push(`nodes/${name}: this name is made for a ${kind}; give the node another one.`);
    drafts.set(name, { input: {}, kind, range, within: [] });
    return name;
  };

  addCommonCauses(structure, drafts, addNode, issues);
  for (const [name, tier] of Object.entries(structure.tiers)) {
    const at = `tiers/${name}`;
    const members = plainMembers(tier, structure);
    const extras: Need[] = [];
    if (tier.failover) {
      const perYear = members && failuresPerYear(tier, members);
      if (perYear === undefined) {
        issues.push(
          `${at}/failover: how often its members fail is unknown. Give failuresPerYear (of one member), or mtbf and mttr of every member.`,
        );
      } else {
        const p = failoverUnavailability(perYear, tier.failover);
        extras.push(addNode(`${name}: failover`, "failover", toRange(p)));
      }
    }
    if (tier.crews !== undefined) {
      const like = members && identicalRepair(members);
      if (!like)
        issues.push(
          `${at}/crews: needs members that are nodes with the same mtbf and mttr, to know the length of the queue.`,
        );
      else {
        const group = { ...like, members: members.length, atLeast: tier.atLeast ?? members.length, crews: tier.crews };
        const p = waitingForCrew(group);
        if (p > 0) extras.push(addNode(`${name}: waiting for a crew`, "waiting for a crew", toRange(p)));
      }
    }
    if (tier.plannedWork) {
      const share = toHours(tier.plannedWork.takes) / toHours(tier.plannedWork.every);
      if (!members) issues.push(`${at}/plannedWork: needs members that are nodes.`);
      else for (const [node] of members) planned.set(node, (planned.get(node) ?? 0) + share / members.length);
    }
    tiers.set(name, {
      atLeast: tier.atLeast ?? tier.of.length,
      of: tier.of,
      needs: [...(tier.needs ?? []), ...extras],
    });
  }
  const total = [...planned.values()].reduce((sum, share) => sum + share, 0);
  if (!(total <= 1))
    issues.push(`tiers: planned work takes ${total} of all time; shorten "takes" or lengthen "every".`);

  const nodes = new Map<string, ResolvedNode>();
  for (const [name, { input, kind, range }] of drafts) {
    const causes = causesOf(name, drafts, issues);
    nodes.set(name, { name, kind, range, provenance: input.provenance ?? "assumed", causes });
  }
  if (issues.length > 0) throw new InvalidModelError("the structure", [...new Set(issues)]);
  return { nodes, tiers, entrance: structure.entrance, planned };
}

function draft(input: StructureNode): DraftNode {
  const within = input.in === undefined ? [] : typeof input.in === "string" ? [input.in] : [...input.in];
  const range = toRange(input.probability ?? unavailabilityOf(input.mtbf!, input.mttr!));
  return { input, kind: input.kind ?? "node", range, within };
}

/**
 * Tiers with the same members are one group, named by all of them: the same machines have one template, not one for each tier.
 * A tier that the entrance does not need adds nothing: its failures are nobody's.
 */
function addCommonCauses(
  structure: Structure,
  drafts: Map<string, DraftNode>,
  addNode: (name: string, kind: string, range: Range) => string,
  issues: string[],
): void {
  const groups = new Map<string, { names: string[]; members: string[]; beta: number }>();
  const needed = neededTiers(structure);
  for (const [name, tier] of Object.entries(structure.tiers)) {
    if (!tier.commonCause) continue;
    const members = plainMembers(tier, structure)?.map(([node]) => node);
    if (!members || members.length < 2) {
      issues.push(`tiers/${name}/commonCause: needs two or more members that are nodes.`);
      continue;
    }
    const key = [...members].sort().join("\n");
    if (!needed.has(name)) continue;
    const group = groups.get(key) ?? { names: [], members, beta: 0 };
    group.names.push(name);
    group.beta = Math.max(group.beta, tier.commonCause);
    groups.set(key, group);
  }
  const shares = new Map<string, number>();
  for (const { names, members, beta } of groups.values()) {
    const ranges = members.map((member) => drafts.get(member)!.range);
    const mean = (end: keyof Range) => ranges.reduce((sum, range) => sum + range[end], 0) / ranges.length;
    const { common } = betaFactor({ low: mean("low"), likely: mean("likely"), high: mean("high") }, beta);
    const cause = addNode(`${names.join(", ")}: common cause`, "common cause", common);
    for (const member of members) {
      drafts.get(member)!.within.push(cause);
      shares.set(member, (shares.get(member) ?? 0) + beta);
    }
  }
  for (const [member, beta] of shares) {
    if (beta > 1)
      issues.push(`nodes/${member}: the common causes of its tiers add up to ${beta}; allowed is 1 in all.`);
    const node = drafts.get(member)!;
    node.range = betaFactor(node.range, Math.min(1, beta)).own;
  }
}

/** Tiers that the entrance needs, directly, through others or as one of several. */
function neededTiers({ tiers, entrance }: Structure): Set<string> {
  const found = new Set<string>();
  const visit = (need: Need): void => {
    if (typeof need !== "string") return ("all" in need ? need.all : "any" in need ? need.any : need.of).forEach(visit);
    if (found.has(need) || !Object.hasOwn(tiers, need)) return;
    found.add(need);
    [...tiers[need]!.of, ...(tiers[need]!.needs ?? [])].forEach(visit);
  };
  visit(entrance);
  return found;
}

/** The tier's members, when all of them are nodes. */
function plainMembers(tier: StructureTier, structure: Structure): [string, StructureNode][] | undefined {
  const members: [string, StructureNode][] = [];
  for (const need of tier.of) {
    if (typeof need !== "string" || !Object.hasOwn(structure.nodes, need)) return undefined;
    members.push([need, structure.nodes[need]!]);
  }
  return members;
}

function failuresPerYear(tier: StructureTier, members: readonly [string, StructureNode][]): number | undefined {
  const each = tier.failover!.failuresPerYear;
  if (each !== undefined) return each * members.length;
  let sum = 0;
  for (const [, { mtbf, mttr }] of members) {
    if (mtbf === undefined || mttr === undefined) return undefined;
    sum += HOURS_PER_YEAR / (toHours(mtbf) + toHours(mttr));
  }
  return sum;
}

function identicalRepair(members: readonly [string, StructureNode][]) {
  const [, { mtbf, mttr }] = members[0]!;
  if (mtbf === undefined || mttr === undefined) return undefined;
  const same = members.every(
    ([, node]) =>
      node.mtbf !== undefined &&
      node.mttr !== undefined &&
      toHours(node.mtbf) === toHours(mtbf) &&
      toHours(node.mttr) === toHours(mttr),
  );
  return same ? { mtbf, mttr } : undefined;
}

/** The node and everything that it is in, outermost first. */
function causesOf(start: string, drafts: ReadonlyMap<string, DraftNode>, issues: string[]): string[] {
  const causes: string[] = [];
  const open: string[] = [];
  const visit = (name: string): void => {
    if (causes.includes(name)) return;
    if (open.includes(name)) {
      const circle = [...open.slice(open.indexOf(name)), name].join(" -> ");
      issues.push(`nodes/${name}/in: is in itself (${circle}). Remove one of these.`);
      return;
    }
    open.push(name);
    for (const place of drafts.get(name)!.within) visit(place);
    open.pop();
    causes.push(name);
  };
  visit(start);
  return causes;
}

function checkReferences(structure: Structure, issues: string[]): void {
  const { nodes, tiers } = structure;
  const isNode = (name: string) => Object.hasOwn(nodes, name);
  const threshold = (k: number, of: readonly Need[], at: string) => {
    if (!Number.isInteger(k) || k < 1 || k > of.length) {
      issues.push(
        `${at}/atLeast: ${quoted(k)} of ${of.length}; allowed is a whole number from 1 to ${of.length}. Add members or lower it.`,
      );
    }
  };
  const check = (need: Need, at: string): void => {
    if (typeof need === "string") {
      if (!isNode(need) && !Object.hasOwn(tiers, need)) {
        issues.push(`${at}: ${quoted(need)} is neither a node nor a tier. Define it, or correct the name.`);
      }
      return;
    }
    const [word, parts] =
      "all" in need
        ? (["all", need.all] as const)
        : "any" in need
          ? (["any", need.any] as const)
          : (["of", need.of] as const);
    if ("atLeast" in need) threshold(need.atLeast, need.of, at);
    parts.forEach((part, i) => check(part, `${at}/${word}/${i}`));
  };
  for (const [name, node] of Object.entries(nodes)) {
    if (Object.hasOwn(tiers, name)) issues.push(`tiers/${name}: a node has the same name; rename one of them.`);
    for (const place of draft(node).within) {
      if (!isNode(place))
        issues.push(`nodes/${name}/in: ${quoted(place)} is no node. Define it under "nodes", or correct the name.`);
    }
  }
  for (const [name, tier] of Object.entries(tiers)) {
    threshold(tier.atLeast ?? tier.of.length, tier.of, `tiers/${name}`);
    tier.of.forEach((need, i) => check(need, `tiers/${name}/of/${i}`));
    tier.needs?.forEach((need, i) => check(need, `tiers/${name}/needs/${i}`));
  }
  check(structure.entrance, "entrance");
  if (issues.length === 0) checkTierCycles(structure, issues);
}

function checkTierCycles({ tiers }: Structure, issues: string[]): void {
  const done = new Set<string>();
  const open: string[] = [];
  const visit = (need: Need): void => {
    if (typeof need !== "string") {
      ("all" in need ? need.all : "any" in need ? need.any : need.of).forEach(visit);
      return;
    }
    const tier = tiers[need];
    if (!Object.hasOwn(tiers, need) || !tier || done.has(need)) return;
    if (open.includes(need)) {
      issues.push(
        `tiers/${need}: needs itself (${[...open.slice(open.indexOf(need)), need].join(" -> ")}). Remove one of these needs.`,
      );
      return;
    }
    open.push(need);
    [...tier.of, ...(tier.needs ?? [])].forEach(visit);
    open.pop();
    done.add(need);
  };
  Object.keys(tiers).forEach(visit);
}
