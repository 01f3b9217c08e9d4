import type { ManifestNode } from "../../manifest/manifest";
import { concernedTiers } from "../losses";
import { type Hive, votes } from "./rule";
import { and, are } from "../words";

/** One node whose loss alone takes down an entrance or another watched tier. */
export interface OrderOneCut {
  readonly node: string;
  readonly kind: ManifestNode["kind"];
  /** Watched tiers that do not work without it. */
  readonly down: readonly string[];
  /** Tiers that it hits itself and not through others, so that the trouble begins there. */
  readonly roots: readonly Root[];
}

export interface Root {
  readonly tier: string;
  /** Members that it loses. */
  readonly lost: readonly string[];
  readonly left: number;
  readonly needed: number;
  readonly of: number;
  /** Whether it is down for lack of members, or because it needs the node itself. */
  readonly members: boolean;
  /** Members in other zones that go down with this zone, because something that they need is in it. */
  readonly cutOff: readonly string[];
  /** What they need there: a NAT gateway. */
  readonly through: readonly string[];
}

const known = new WeakMap<Hive, readonly OrderOneCut[]>();

/** Computed once for a hive: several rules look at them, and each cut is one finding of the rule that fits it. */
export function orderOneCuts(hive: Hive): readonly OrderOneCut[] {
  const cuts = known.get(hive) ?? findCuts(hive);
  known.set(hive, cuts);
  return cuts;
}

/**
 * In the manifest's order. Only nodes that leave some tier with too few members, or that a tier needs, can be a cut; the
 * engine is asked about those alone.
 */
function findCuts(hive: Hive): OrderOneCut[] {
  const { manifest, footprint, watched } = hive;
  const concerned = new Set(concernedTiers(manifest, watched));
  return Object.entries(manifest.structure.nodes).flatMap(([node, { kind }]) => {
    const hit = footprint.tiersHit(node).filter((tier) => concerned.has(tier));
    if (!hit.some((tier) => footprint.lacksMembers(node, tier) || footprint.needsLost(node, tier).length > 0))
      return [];
    const tiers = hive.without(node);
    const down = watched.filter((path) => !tiers[path]);
    if (down.length === 0) return [];
    return [{ node, kind, down, roots: hit.flatMap((tier) => rootOf(hive, node, tier, tiers) ?? []) }];
  });
}

function rootOf(
  { manifest, footprint }: Hive,
  node: string,
  tier: string,
  works: Readonly<Record<string, boolean>>,
): Root | undefined {
  const { of, atLeast, needs } = manifest.structure.tiers[tier]!;
  const lost = footprint.membersLost(node, tier);
  const gone = footprint.needsLost(node, tier);
  const members = footprint.lacksMembers(node, tier);
  const unanswered = needs.some((need) =>
    typeof need === "string"
      ? gone.includes(need)
      : need.any.some((other) => gone.includes(other)) &&
        need.any.every((other) => gone.includes(other) || works[other] === false),
  );
  if (!members && !unanswered) return undefined;
  const cutOff = lost.filter((member) => isElsewhere({ manifest, footprint }, node, member));
  const through = new Set(cutOff.flatMap((member) => carriersOf({ manifest, footprint }, node, member)));
  const left = of.length - lost.length;
  return { tier, lost, left, needed: atLeast, of: of.length, members, cutOff, through: [...through] };
}

type Places = Pick<Hive, "manifest" | "footprint">;

function isElsewhere({ manifest, footprint }: Places, zone: string, member: string): boolean {
  return manifest.structure.nodes[zone]!.kind === "zone" && footprint.placeOf(member, "zone") !== zone;
}

/** What the member needs itself and the zone takes away. */
function carriersOf({ manifest, footprint }: Places, zone: string, member: string): string[] {
  return manifest.structure.nodes[member]!.in.filter((place) => footprint.causesOf(place).includes(zone));
}

/** `takes shop/db down, and shop/entrance with it: 2 of its 3 votes are there, 1 is left, 2 are needed`. */
export function consequenceOf(hive: Hive, cut: OrderOneCut): string {
  const { kind, down, roots } = cut;
  const itself = kind === "machine";
  if (roots.length === 1) {
    const [root] = roots as [Root];
    const others = down.filter((path) => path !== root.tier);
    const too = others.length === 0 ? "" : `, and ${and(others)} with it`;
    return `takes ${root.tier} down${too}: ${reasonOf(hive, root, "its", cut)}`;
  }
  const whole = roots.filter(({ members, left }) => members && left === 0);
  const all = itself || whole.length < 2 ? [] : whole;
  const reasons = roots
    .filter((root) => !all.includes(root))
    .map((root) => reasonOf(hive, root, `${root.tier}'s`, cut));
  if (all.length > 0) {
    const through = [...new Set(all.flatMap((root) => root.through))];
    reasons.unshift(`all members of ${and(all.map(({ tier }) => tier))} ${thereOf(kind, 2, through)}`);
  }
  return `takes ${and(down)} down: ${reasons.join("; ")}`;
}

function reasonOf(hive: Hive, root: Root, whose: string, { node, kind }: OrderOneCut): string {
  const { tier, lost, left, needed, of, members, through } = root;
  if (!members) return `${tier} needs it and has no other`;
  const itself = kind === "machine";
  const noun = votes(hive, tier) ? "vote" : "member";
  if (kind === "managed service" && lost.includes(node) && of === 1) return `it is ${whose} only service`;
  if (of === 1) return itself ? `it is ${whose} only ${noun}` : `${whose} only ${noun}, ${lost[0]!}, is there`;
  const gone = itself
    ? `it is one of ${whose} ${of} ${noun}s`
    : `${left === 0 ? "all" : lost.length} of ${whose} ${of} ${noun}s ${thereOf(kind, lost.length, through)}`;
  return left === 0 ? gone : `${gone}, ${are(left)} left, ${are(needed)} needed`;
}

/** Kinds that machines are not in, but behind. */
const NEEDED: readonly ManifestNode["kind"][] = ["nat", "control plane"];

/** `are there`, `need it`, `are there or need nat cloud/a, which is`. */
function thereOf(kind: ManifestNode["kind"], amount: number, through: readonly string[]): string {
  if (NEEDED.includes(kind)) return amount === 1 ? "needs it" : "need it";
  const there = amount === 1 ? "is there" : "are there";
  return through.length === 0
    ? there
    : `${there} or need${amount === 1 ? "s" : ""} ${and(through)}, which ${through.length === 1 ? "is" : "are"}`;
}
