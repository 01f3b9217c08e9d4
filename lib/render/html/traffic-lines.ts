import { type Link, partsIn, type Topology } from "./topology";
import { type Box, type Layout, roleKey } from "./topology-layout";

/**
 * One link as lines that meet in one point: each to each would be a product of lines, this is a sum. What is gone takes
 * its own line with it and nothing else.
 */
export interface TrafficLine {
  readonly link: Link;
  readonly branches: readonly Branch[];
}

export interface Branch {
  /** Nothing stands for the visitors. */
  readonly part?: string;
  readonly path: string;
  /** Tip of an arrow head that points down. */
  readonly arrow?: Point;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a link begins or ends. */
interface End {
  readonly part?: string;
  readonly box: Box;
  /** Above it, lines are in the open: the upper edge of the part. */
  readonly top: number;
  readonly row: number;
}

interface Ends {
  readonly link: Link;
  readonly from: readonly End[];
  readonly to: readonly End[];
}

/** Above what it leads to; the next link there a little higher. */
const ABOVE = 15;
const BETWEEN = 7;
const ROOM = 24;
/** Lines that leave or reach one part stand side by side. */
const BESIDE = 12;
const RADIUS = 7;

export function trafficLines(topology: Topology, layout: Layout): TrafficLine[] {
  const visitors: End = { box: layout.visitors, top: layout.visitors.y, row: -1 };
  const all = topology.links
    .map((link) => ({
      link,
      from: link.from === undefined ? [visitors] : endsOf(topology, layout, { tier: link.from }),
      to: endsOf(topology, layout, link.to),
    }))
    .filter(({ from, to }) => from.length > 0 && to.length > 0);
  return all.map((ends) => lineOf(ends, all, layout));
}

function lineOf(ends: Ends, all: readonly Ends[], layout: Layout): TrafficLine {
  const { link, from, to } = ends;
  const { row } = to[0]!;
  const y = link.from === undefined ? bottom(layout.visitors) + ABOVE : heightOf(ends, all);
  const leaving = all.filter((other) => other.link.from === link.from);
  const arriving = all.filter((other) => JSON.stringify(other.link.to) === JSON.stringify(link.to));
  const leave = shift(ends, leaving);
  const arrive = shift(ends, arriving);
  const departures = from.map((end) => ({ end, points: departure(end, row, y, leave, layout.gutter) }));
  const arrivals = to.map((end) => ({ end, points: arrival(end, y, arrive) }));
  const hub = {
    x: middle(
      departures.map(({ points }) => points.at(-1)!.x),
      arrivals.map(({ points }) => points[0]!.x),
    ),
    y,
  };
  return {
    link,
    branches: [
      ...departures.map(({ end, points }) => ({ part: end.part, path: rounded([...points, hub]) })),
      ...arrivals.map(({ end, points }) => {
        const tip = points.at(-1)!;
        return { part: end.part, path: rounded([hub, ...points]), arrow: { x: tip.x, y: tip.y + 4 } };
      }),
    ],
  };
}

function endsOf({ places }: Topology, layout: Layout, to: Link["to"]): End[] {
  return partsIn(places).flatMap((part): End[] => {
    const whole = layout.parts.get(part.id)!;
    if ("part" in to) return part.id === to.part ? [{ part: part.id, box: whole, top: whole.y, row: part.row }] : [];
    return part.roles
      .filter(({ tier }) => tier === to.tier)
      .map(({ row }) => {
        const box = layout.roles.get(roleKey(part.id, row))!;
        return { part: part.id, box, top: row === part.row ? whole.y : box.y, row };
      });
  });
}

/** Where the lines meet: at the only one, so that nothing hangs in the air when one of the others is gone. */
function middle(from: readonly number[], to: readonly number[]): number {
  if (from.length === 1) return from[0]!;
  if (to.length === 1) return to[0]!;
  const xs = [...from, ...to];
  return (Math.min(...xs) + Math.max(...xs)) / 2;
}

const centre = ({ x, width }: Box): number => x + width / 2;
const bottom = ({ y, height }: Box): number => y + height;

function heightOf(ends: Ends, all: readonly Ends[]): number {
  const sameRow = all.filter(({ link, to }) => link.from !== undefined && to[0]!.row === ends.to[0]!.row);
  const step = Math.min(BETWEEN, ROOM / sameRow.length);
  return Math.min(...ends.to.map(({ top }) => top)) - ABOVE - sameRow.indexOf(ends) * step;
}

/** Left or right of the middle, so that lines do not lie on each other. */
function shift(ends: Ends, together: readonly Ends[]): number {
  const step = Math.min(BESIDE, 60 / together.length);
  return (together.indexOf(ends) - (together.length - 1) / 2) * step;
}

/** A row further away is reached beside the parts that are in between. */
function departure({ box, row }: End, target: number, y: number, leave: number, gutter: number): Point[] {
  const x = centre(box) + leave;
  const start = { x, y: bottom(box) };
  if (row === target - 1) return [start, { x, y }];
  const aside = centre(box) + gutter + leave / 3;
  const turn = bottom(box) + 10 + Math.abs(leave) / 3;
  return [start, { x, y: turn }, { x: aside, y: turn }, { x: aside, y }];
}

function arrival({ box }: End, y: number, arrive: number): Point[] {
  const x = centre(box) + arrive;
  return [
    { x, y },
    { x, y: box.y - 5 },
  ];
}

/** Straight lines with round corners. */
function rounded(points: readonly Point[]): string {
  const path = points.map((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (before === undefined) return `M${at(point)}`;
    if (after === undefined) return `L${at(point)}`;
    return `L${at(towards(point, before))}Q${at(point)} ${at(towards(point, after))}`;
  });
  return path.join("");
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const part = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** Whole pixels: lines that lie on each other stay as thin as one. */
const at = ({ x, y }: Point): string => `${Math.round(x)} ${Math.round(y)}`;
