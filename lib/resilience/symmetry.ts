import type { CutFamily } from "./cuts";
import { countByOrder, listCutSets } from "./cuts";
import { EMPTY, UNIT } from "./zbdd";

/** Cut sets that differ only by exchanging members of symmetric groups: "any 2 of web-*". */
export interface CutGroup {
  /** How it reads in a report: `zone-a`, `any 2 of web-*`, `2 of the 4 ways to take 1 of web-* and 1 of zone-*`. */
  readonly label: string;
  /** How many things must fail together. */
  readonly order: number;
  /** How many members of each symmetric group fail. */
  readonly parts: readonly { readonly group: string; readonly take: number; readonly members: readonly string[] }[];
  /** Cut sets in this group. */
  readonly count: number;
  /** All the ways to take that many of each group; equal to `count` when every one of them is a cut set. */
  readonly possible: number;
  /** The sum of the cut sets' probabilities: an upper bound of this group's share. */
  readonly probability: number;
}

/** `web-1, web-2` become `web-*`. */
export function patternOf(names: readonly string[]): string {
  let prefix = names[0] ?? "";
  for (const name of names) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return names.length === 1 ? prefix : prefix === "" ? names.join("|") : `${prefix}*`;
}

/**
 * Counts cut sets by how many members of each group they hold. Made for small orders (`maxOrder` of `cutSetsOf`).
 *
 * @param groups lists of interchangeable events; an event in none is a group of its own.
 * @returns small orders first, then the likeliest; nothing when there are too many kinds of sets to tell apart.
 */
export function groupCutSets(
  family: CutFamily,
  events: readonly string[],
  groups: readonly (readonly string[])[],
  probability: (event: number) => number,
): CutGroup[] | undefined {
  const count = Number(countByOrder(family).reduce((sum, sets) => sum + sets, 0n));
  const members: string[][] = [];
  const groupOf = new Map<string, number>();
  for (const group of [...groups, ...events.map((event) => [event])]) {
    const fresh = group.filter((event) => !groupOf.has(event));
    if (fresh.length === 0) continue;
    fresh.forEach((event) => groupOf.set(event, members.length));
    members.push(fresh);
  }
  const groupNumber = (event: number) => groupOf.get(events[event]!)!;
  const tallies =
    count <= LISTABLE ? tallyOfList(family, groupNumber, probability) : tallyOfRows(family, groupNumber, probability);
  if (!tallies) return undefined;
  // Single points of failure are always named one by one.
  const single = { ...family, root: family.zbdd.upTo(family.root, 1) };
  const singles = listCutSets(single, events.length).map((set): CutGroup => {
    const names = set.map((event) => events[event]!);
    const parts = names.map((name) => ({ group: name, take: 1, members: [name] }));
    const share = set.reduce((product, event) => product * probability(event), 1);
    const label = names[0] ?? "nothing: it is down already";
    return { label, order: set.length, parts, count: 1, possible: 1, probability: share };
  });
  const larger = [...tallies.values()]
    .filter(({ signature }) => signature.length > 1)
    .map(({ signature, count, probability }): CutGroup => {
      const parts = [...new Set(signature)].map((group) => ({
        group: patternOf(members[group]!),
        take: signature.filter((other) => other === group).length,
        members: members[group]!,
      }));
      const possible = parts.reduce((ways, part) => ways * choose(part.members.length, part.take), 1);
      return { label: label(parts, count, possible), order: signature.length, parts, count, possible, probability };
    });
  return [...singles, ...larger].sort((a, b) => a.order - b.order || b.probability - a.probability);
}

function label(parts: CutGroup["parts"], count: number, possible: number): string {
  const taken = (word: string) =>
    parts
      .map(({ group, take, members }) =>
        members.length === 1 ? group : take === members.length ? `all of ${group}` : `${word}${take} of ${group}`,
      )
      .join(" and ");
  return count === possible ? taken("any ") : `${count} of the ${possible} ways to take ${taken("")}`;
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return Math.round(ways);
}

/** A signature is the sorted list of the group numbers of a set's events. */
interface Tally {
  readonly signature: readonly number[];
  count: number;
  probability: number;
}

/** As many sets are written down one by one. */
const LISTABLE = 10_000;
/** Tallies in memory; about 60 MB. */
const MAX_TALLIES = 300_000;

type PerEvent = (event: number) => number;

function add(into: Map<string, Tally>, signature: readonly number[], count: number, probability: number): void {
  const sorted = [...signature].sort((a, b) => a - b);
  const key = sorted.join();
  const tally = into.get(key) ?? { signature: sorted, count: 0, probability: 0 };
  tally.count += count;
  tally.probability += probability;
  into.set(key, tally);
}

function tallyOfList(family: CutFamily, groupOf: PerEvent, probability: PerEvent): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const set of listCutSets(family, LISTABLE)) {
    add(
      tallies,
      set.map(groupOf),
      1,
      set.reduce((product, event) => product * probability(event), 1),
    );
  }
  return tallies;
}

/** Each row of the diagram carries the signatures of its sets, so that millions of sets cost no more than their kinds. */
function tallyOfRows(family: CutFamily, groupOf: PerEvent, probability: PerEvent): Map<string, Tally> | undefined {
  const { zbdd, root, order } = family;
  const tallies: Map<string, Tally>[] = new Array<Map<string, Tally>>(Math.max(2, root + 1));
  tallies[EMPTY] = new Map();
  tallies[UNIT] = new Map();
  add(tallies[UNIT], [], 1, 1);
  const reached = zbdd.reach(root);
  let held = 0;
  for (let row = 2; row <= root; row++) {
    if (reached[row] === 0) continue;
    const event = order[zbdd.level[row]!]!;
    const sum = new Map([...tallies[zbdd.low[row]!]!].map(([key, tally]) => [key, { ...tally }]));
    for (const { signature, count, probability: p } of tallies[zbdd.high[row]!]!.values()) {
      add(sum, [...signature, groupOf(event)], count, p * probability(event));
    }
    held += sum.size;
    if (held > MAX_TALLIES) return undefined;
    tallies[row] = sum;
  }
  return tallies[root]!;
}
