import { listed } from "../../judgement/format";
import type { Losses } from "../loss-groups";
import { type Part, partsIn, type Topology } from "./topology";

/** What can be picked in the picture, and what the picture shows then. Goes into the page as JSON. */
export interface Pick {
  /** Of the anchor: `gone-3`. */
  readonly id: string;
  /** The element that is picked: a part, a place or a column. */
  readonly element: string;
  /** `web-2 is gone`. */
  readonly title: string;
  /** Id of the card that says what happens. */
  readonly card: string;
  /** What goes with it, for people; empty when nothing does. */
  readonly takes: string;
  /** Elements that are gone. */
  readonly gone: readonly string[];
  /** Parts of which some machines are left: what to write there. */
  readonly partly: Readonly<Record<string, string>>;
  /** Paths of tiers that do not work. */
  readonly down: readonly string[];
  readonly served: boolean;
  /** It takes visitors away all by itself. */
  readonly single: boolean;
}

/** By the id of the picked element. Elements that no number is known for cannot be picked. */
export function picksOf(topology: Topology, { byNode }: Losses): ReadonlyMap<string, Pick> {
  const boxes = topology.places.flatMap((place) => [place, ...place.columns]);
  const parts = partsIn(topology.places);
  const elements = [
    ...boxes.flatMap(({ id, node }) => (node === undefined ? [] : [{ id, node, title: `${node} is gone` }])),
    ...parts.map((part) => ({ id: part.id, node: part.nodes[0]!, title: titleOf(part) })),
  ];
  const picks = elements.flatMap(({ id, node, title }, i): Pick[] => {
    const known = byNode.get(node);
    if (known === undefined) return [];
    const { dead, group } = known;
    const lost = parts.map((part) => ({ part, left: part.nodes.filter((name) => !dead.has(name)).length }));
    const gone = lost.filter(({ left }) => left === 0).map(({ part }) => part.id);
    const partly = lost.filter(({ part, left }) => left > 0 && left < part.nodes.length);
    return [
      {
        id: `gone-${i}`,
        element: id,
        title,
        card: group.id,
        takes: takesOf(node, dead),
        gone: [...boxes.filter((box) => box.node !== undefined && dead.has(box.node)).map((box) => box.id), ...gone],
        partly: Object.fromEntries(partly.map(({ part, left }) => [part.id, `${left} of ${part.nodes.length} left`])),
        down: group.loss.down,
        served: group.loss.works,
        single: !group.loss.works,
      },
    ];
  });
  return new Map(picks.map((pick) => [pick.element, pick]));
}

function titleOf({ nodes }: Part): string {
  return nodes.length === 1 ? `${nodes[0]} is gone` : `One of the ${nodes.length} machines ${listed(nodes, 3)} is gone`;
}

function takesOf(node: string, dead: ReadonlySet<string>): string {
  const others = [...dead].filter((name) => name !== node);
  return others.length === 0 ? "" : `With it: ${listed(others, 10)}`;
}
