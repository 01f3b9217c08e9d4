import type { Graph, Subgraph, Viz } from "@viz-js/viz" with { "resolution-mode": "import" };
import { type Column, lastRow, type Part, partsIn, type Topology } from "./topology";

/** Where everything is, in pixels from the upper left corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly visitors: Box;
  /** Places and zones, by their id; those without a node are not drawn. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** By the part's id: the part as a whole. */
  readonly parts: ReadonlyMap<string, Box>;
  /** By the part's id and a row: what a part does in it. */
  readonly roles: ReadonlyMap<string, Box>;
  /** From the center of a part to where lines can pass it. */
  readonly gutter: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const roleKey = (part: string, row: number): string => `${part} ${row}`;

/** A single part; parts of several roles have smaller boxes, inside of one that has a heading. */
const PART_HEIGHT = 52;
const ROLE_HEIGHT = 34;
const HEADING = 24;
/** Average width of a character; browsers' fonts differ by a tenth. */
export const NAME_CHARACTER = 8.1;
export const DETAIL_CHARACTER = 6.5;
const VISITORS = { width: 132, height: 46 };
const GAP = { x: 20, y: 52 };
/** Around a site's zones, more than Graphviz leaves. */
export const SITE_ROOM = 8;
const SITE_LABEL = 22;
const ZONE_LABEL = 16;

/**
 * Graphviz packs boxes into boxes (`osage`): sites, in them zones, in them a grid with a row for each tier. Its names are
 * our ids, and its labels empty: no name of the user gets there.
 */
export async function layOut(topology: Topology): Promise<Layout> {
  const partWidth = widthOf(partsIn(topology.places));
  const viz = await graphviz();
  const { objects, bb } = viz.renderJSON(graphOf(topology, partWidth), { engine: "osage" }) as GraphvizJson;
  const [, , totalWidth, totalHeight] = numbers(bb);
  const boxes = new Map<string, Box>();
  for (const object of objects ?? []) {
    if (object.bb !== undefined) {
      const [left, bottom, right, top] = numbers(object.bb);
      boxes.set(object.name, { x: left!, y: totalHeight! - top!, width: right! - left!, height: top! - bottom! });
    } else if (object.pos !== undefined) {
      const [x, y] = numbers(object.pos);
      const [width, height] = [Number(object.width) * 72, Number(object.height) * 72];
      boxes.set(object.name, { x: x! - width / 2, y: totalHeight! - y! - height / 2, width, height });
    }
  }
  const cluster = (id: string) => boxes.get(`cluster_${id}`)!;
  const parts = new Map<string, Box>();
  const roles = new Map<string, Box>();
  for (const place of topology.places) {
    for (const column of place.columns) {
      for (const part of column.parts) {
        const cells = rowsOf(part).map((row) => boxes.get(cellName(column, row, part.column))!);
        placePart(part, cells, partWidth, parts, roles);
      }
    }
  }
  return {
    width: totalWidth!,
    height: totalHeight!,
    visitors: inner(cluster("visitors"), VISITORS.width, VISITORS.height),
    boxes: new Map(
      topology.places.flatMap((place) => [place, ...place.columns]).map(({ id }) => [id, cluster(id)] as const),
    ),
    parts,
    roles,
    gutter: (partWidth + GAP.x) / 2,
  };
}

/** Its types are those of a module only; what is loaded is its CommonJS build. */
function graphviz(): Promise<Viz> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { instance } = require("@viz-js/viz") as { readonly instance: () => Promise<Viz> };
  return instance();
}

interface GraphvizJson {
  readonly bb: string;
  readonly objects?: readonly {
    readonly name: string;
    readonly bb?: string;
    readonly pos?: string;
    readonly width?: string;
    readonly height?: string;
  }[];
}

const numbers = (text: string): number[] => text.split(",").map(Number);
const inches = (pixels: number): number => pixels / 72;
const cellName = (column: Column, row: number, index: number): string => `${column.id}/${row}/${index}`;
const rowsOf = (part: Part): number[] =>
  part.roles.length === 0 ? [part.row] : Array.from({ length: lastRow(part) - part.row + 1 }, (_, i) => part.row + i);

/** As wide as the longest text needs, within reason; longer ones are shortened where they are drawn. */
function widthOf(parts: readonly Part[]): number {
  const needed = parts.map(({ label, detail, roles }) =>
    Math.max(label.length * NAME_CHARACTER + 32, roles.length > 1 ? 0 : detail.length * DETAIL_CHARACTER + 16),
  );
  return Math.round(Math.min(176, Math.max(116, ...needed)));
}

function graphOf({ rows, places }: Topology, partWidth: number): Graph {
  const visitors = { name: "visitors", attributes: size(VISITORS.width, VISITORS.height + 40) };
  const sites = places.map(({ id, columns }) => {
    const zones = columns.map((column) => zoneOf(column, rows, partWidth));
    return besideEachOther(id, zones, { pack: 10, label: space(SITE_LABEL) });
  });
  return {
    graphAttributes: { packmode: "array_i1", pack: 2 * SITE_ROOM },
    nodeAttributes: { shape: "box", fixedsize: true, label: "" },
    subgraphs: [
      { name: "cluster_visitors", nodes: [visitors] },
      besideEachOther("places", sites, { pack: 4 * SITE_ROOM }),
    ],
  };
}

function besideEachOther(id: string, subgraphs: Subgraph[], attributes: Subgraph["graphAttributes"]): Subgraph {
  return {
    name: `cluster_${id}`,
    graphAttributes: { packmode: `array_it${subgraphs.length}`, ...attributes },
    subgraphs,
  };
}

function zoneOf(column: Column, rows: number, partWidth: number): Subgraph {
  const cells = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: column.width }, (_, index) => ({
      name: cellName(column, row, index),
      attributes: size(partWidth + GAP.x, PART_HEIGHT + GAP.y),
    })),
  );
  return {
    name: `cluster_${column.id}`,
    graphAttributes: { packmode: `array_i${column.width}`, pack: 0, label: space(ZONE_LABEL) },
    nodes: cells.flat(),
  };
}

const size = (width: number, height: number) => ({ width: inches(width), height: inches(height) });

/** An empty label that keeps room for ours. */
const space = (height: number) => ({
  html: `<table border="0" cellborder="0" fixedsize="true" width="20" height="${height}"><tr><td></td></tr></table>`,
});

function placePart(
  part: Part,
  cells: readonly Box[],
  width: number,
  parts: Map<string, Box>,
  roles: Map<string, Box>,
): void {
  const first = cells[0]!;
  const last = cells.at(-1)!;
  if (part.roles.length <= 1) {
    const box = inner(first, width, PART_HEIGHT);
    parts.set(part.id, box);
    roles.set(roleKey(part.id, part.row), box);
    return;
  }
  for (const { row } of part.roles) {
    roles.set(roleKey(part.id, row), inner(cells[row - part.row]!, width - 20, ROLE_HEIGHT));
  }
  const top = inner(first, width, ROLE_HEIGHT).y - HEADING - 4;
  const bottom = inner(last, width, ROLE_HEIGHT).y + ROLE_HEIGHT + 10;
  parts.set(part.id, { x: inner(first, width, 0).x, y: top, width, height: bottom - top });
}

function inner(outer: Box, width: number, height: number): Box {
  return { x: outer.x + (outer.width - width) / 2, y: outer.y + (outer.height - height) / 2, width, height };
}
