import type { Manifest } from "../manifest/manifest";
import { counted, listed, shortPath } from "../judgement/format";
import { carriedBy, type Loss } from "../judgement/losses";

/** Losses that differ in nothing but the name of what is lost. */
export interface LossGroup {
  readonly id: string;
  /** `A machine of web`, or the name where there is only one. */
  readonly title: string;
  readonly kind: string;
  /** Stands for all of them. */
  readonly loss: Loss;
  readonly nodes: readonly string[];
  /** Members that are left, for each tier that loses some or does not work. */
  readonly tiers: readonly TierLeft[];
}

export interface TierLeft {
  readonly tier: string;
  readonly left: number;
  readonly of: number;
  readonly needed: number;
  /** Visitors can use it: enough members, and everything that it needs. */
  readonly works: boolean;
}

/** What goes with one node, and the group that its loss belongs to. */
export interface NodeLoss {
  readonly group: LossGroup;
  readonly dead: ReadonlySet<string>;
}

export interface Losses {
  readonly groups: readonly LossGroup[];
  readonly byNode: ReadonlyMap<string, NodeLoss>;
}

const LARGEST_FIRST = [
  "site",
  "zone",
  "network",
  "control plane",
  "managed service",
  "dependency",
  "volume",
  "machine",
];

export function groupLosses(manifest: Manifest, losses: readonly Loss[]): Losses {
  const carried = carriedBy(manifest);
  const found = new Map<string, { loss: Loss; nodes: string[]; dead: Set<string>[]; tiers: TierLeft[] }>();
  for (const loss of losses) {
    const dead = new Set([loss.node, ...(carried.get(loss.node) ?? [])]);
    const tiers = tiersLeft(manifest, loss, dead);
    const key = JSON.stringify([{ ...loss, node: "", machines: loss.machines.length }, tiers]);
    const group = found.get(key) ?? { loss, nodes: [], dead: [], tiers };
    group.nodes.push(loss.node);
    group.dead.push(dead);
    found.set(key, group);
  }
  const rank = ({ kind }: Loss) => LARGEST_FIRST.indexOf(kind);
  const sorted = [...found.values()].sort(
    (a, b) => Number(a.loss.works) - Number(b.loss.works) || rank(a.loss) - rank(b.loss),
  );
  const byNode = new Map<string, NodeLoss>();
  const groups = sorted.map(({ loss, nodes, dead, tiers }, i) => {
    const title = titleOf(manifest, loss, nodes);
    const group: LossGroup = { id: `loss-${i}`, title, kind: loss.kind, loss, nodes, tiers };
    nodes.forEach((node, n) => byNode.set(node, { group, dead: dead[n]! }));
    return group;
  });
  return { groups, byNode };
}

function tiersLeft(manifest: Manifest, { down }: Loss, dead: ReadonlySet<string>): TierLeft[] {
  return manifest.tiers.flatMap(({ path }) => {
    const { of, atLeast } = manifest.structure.tiers[path]!;
    const left = of.filter((name) => !dead.has(name)).length;
    const works = !down.includes(path);
    return works && left === of.length ? [] : [{ tier: path, left, of: of.length, needed: atLeast, works }];
  });
}

function titleOf(manifest: Manifest, { kind, node }: Loss, nodes: readonly string[]): string {
  if (nodes.length === 1) return node;
  if (kind !== "machine") return `A ${kind}: ${listed(nodes, 4)}`;
  const tiers = manifest.tiers.filter(({ path }) => manifest.structure.tiers[path]!.of.includes(node));
  const roles = tiers.map(({ path }) => shortPath(path, manifest.stack)).join(" and ");
  return roles === "" ? `One of ${counted(nodes.length, "machine")} that no tier uses` : `A machine of ${roles}`;
}
