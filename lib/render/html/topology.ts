import type { Manifest, ManifestNode, ManifestTier } from "../../manifest/manifest";
import { shortPath } from "../../judgement/format";
import { needsOf, tierRows } from "./tier-rows";

/** What the picture shows: places, the parts in them, and requests between them. Derived from the manifest alone. */
export interface Topology {
  /** Rows of the picture, the visitors' side first. */
  readonly rows: number;
  readonly places: readonly Place[];
  readonly links: readonly Link[];
}

/** A site with its zones. Without a node it is no place: parts of unknown location stand beside the sites. */
export interface Place {
  readonly id: string;
  readonly node?: string;
  readonly label: string;
  readonly detail: string;
  readonly columns: readonly Column[];
}

/** A zone. Without a node it is no zone: what belongs to the site as a whole. */
export interface Column {
  readonly id: string;
  readonly node?: string;
  readonly label: string;
  /** How many parts stand side by side. */
  readonly width: number;
  readonly parts: readonly Part[];
}

/** A machine, several that differ in nothing but their name, or whatever else can fail. */
export interface Part {
  readonly id: string;
  /** Names of nodes; the first stands for all. */
  readonly nodes: readonly string[];
  readonly kind: ManifestNode["kind"];
  readonly label: string;
  /** What it is, in a word or two. */
  readonly detail: string;
  /** What it does: a tier in each row. Empty for what is in no tier; that is in `row`. */
  readonly roles: readonly Role[];
  readonly row: number;
  /** Position in its zone, from the left. */
  readonly column: number;
}

export interface Role {
  readonly tier: string;
  readonly row: number;
}

/** Requests from one tier to another, or to a part outside of all tiers. */
export interface Link {
  readonly id: string;
  /** Path of a tier; nothing stands for the visitors. */
  readonly from?: string;
  readonly to: { readonly tier: string } | { readonly part: string };
  /** It is one of several that will do. */
  readonly alternative: boolean;
}

/** Parts side by side that can still be read; beyond that, identical machines become one part. */
const MAX_WIDTH = 9;
/** Lines to these would say no more than their detail does: they carry traffic, or come before it. */
const WITHOUT_LINES: readonly string[] = ["network", "control plane", "machine", "zone", "site"];

/** @param entrances paths of the tiers at which visitors come in. */
export function topologyOf(manifest: Manifest, entrances: readonly string[]): Topology {
  const rowOf = tierRows(manifest, entrances);
  const needed = neededBy(manifest);
  const parts = [...new Set(Object.values(manifest.structure.nodes).map(({ kind }) => kind))]
    .filter((kind) => kind !== "site" && kind !== "zone")
    .flatMap((kind) => partsOf(manifest, kind, rowOf, needed));
  const loose = placesOf(manifest, parts, false);
  const width = loose.flatMap(({ columns }) => columns).reduce((sum, column) => sum + column.width, 0);
  const places = width <= MAX_WIDTH ? loose : placesOf(manifest, parts, true);
  const rows = 1 + Math.max(0, ...parts.map(({ part }) => lastRow(part)));
  return { rows, places, links: linksOf(manifest, entrances, places) };
}

/** By the name of a node outside of all tiers, the tiers that need it. */
function neededBy(manifest: Manifest): Map<string, string[]> {
  const tiers = new Map<string, string[]>();
  for (const { path } of manifest.tiers) {
    for (const { name } of needsOf(manifest, path)) {
      if (!(name in manifest.structure.tiers)) tiers.set(name, [...(tiers.get(name) ?? []), path]);
    }
  }
  return tiers;
}

/** A part before it has a place. */
interface LoosePart {
  readonly part: Omit<Part, "id" | "column">;
  readonly home: Home;
  readonly within: readonly string[];
}

interface Home {
  readonly site?: string;
  readonly zone?: string;
}

function partsOf(
  manifest: Manifest,
  wanted: ManifestNode["kind"],
  rowOf: ReadonlyMap<string, number>,
  needed: ReadonlyMap<string, readonly string[]>,
): LoosePart[] {
  const memberships = membershipsOf(manifest);
  return Object.entries(manifest.structure.nodes)
    .filter(([, { kind }]) => kind === wanted)
    .map(([name, node]) => {
      const tiers = memberships.get(name) ?? [];
      const roles = tiers.map(({ path }) => ({ tier: path, row: rowOf.get(path) ?? 0 })).sort((a, b) => a.row - b.row);
      const callers = needed.get(name) ?? [];
      const below = 1 + Math.max(-1, ...callers.map((path) => rowOf.get(path) ?? -1));
      const machine = roles.map(({ tier }) => shortPath(tier, manifest.stack)).join(", ") || "not used";
      const detail = node.kind === "machine" ? machine : described(manifest, name, callers);
      const row = roles[0]?.row ?? below;
      const part = { nodes: [name], kind: node.kind, label: name, detail, roles, row };
      return { part, home: homeOf(manifest, node), within: node.in };
    });
}

/** `network, carries 3`; the tiers that need it, where no line shows that. */
function described({ stack, structure }: Manifest, name: string, callers: readonly string[]): string {
  const { kind } = structure.nodes[name]!;
  const carried = Object.values(structure.nodes).filter((other) => other.in.includes(name)).length;
  const words: string[] = name.toLowerCase().includes(kind) ? [] : [kind];
  if (callers.length > 0 && WITHOUT_LINES.includes(kind))
    words.push(`for ${callers.map((path) => shortPath(path, stack)).join(", ")}`);
  if (carried > 0) words.push(`carries ${carried}`);
  return words.join(", ");
}

function membershipsOf(manifest: Manifest): Map<string, ManifestTier[]> {
  const memberships = new Map<string, ManifestTier[]>();
  for (const tier of manifest.tiers) {
    for (const name of manifest.structure.tiers[tier.path]?.of ?? []) {
      memberships.set(name, [...(memberships.get(name) ?? []), tier]);
    }
  }
  return memberships;
}

/** In one zone: there. In several of one site: in the site. In places of two sites, or in none: beside them. */
function homeOf(manifest: Manifest, node: ManifestNode): Home {
  const { nodes } = manifest.structure;
  const ofKind = (names: readonly string[], kind: string) => names.filter((name) => nodes[name]?.kind === kind);
  const zones = ofKind(node.in, "zone");
  const sites = new Set([...ofKind(node.in, "site"), ...zones.flatMap((zone) => ofKind(nodes[zone]!.in, "site"))]);
  return { zone: zones.length === 1 ? zones[0] : undefined, site: sites.size === 1 ? [...sites][0] : undefined };
}

function placesOf(manifest: Manifest, parts: readonly LoosePart[], merge: boolean): Place[] {
  const { nodes } = manifest.structure;
  let number = 0;
  const columnOf = (node: string | undefined, home: Home, index: string): Column[] => {
    const here = parts.filter((part) => part.home.zone === home.zone && part.home.site === home.site);
    if (here.length === 0 && node === undefined) return [];
    const { width, placed } = arrange(merge ? mergeIdentical(manifest.stack, here) : here);
    const withIds = placed.map((part) => ({ ...part, id: `part-${number++}` }));
    return [{ id: `column-${index}`, node, label: short(node ?? "", home.site), width, parts: withIds }];
  };
  const names = (kind: string) => Object.keys(nodes).filter((name) => nodes[name]!.kind === kind);
  const siteOf = (zone: string) => nodes[zone]!.in.find((name) => nodes[name]?.kind === "site");
  const sites: (string | undefined)[] = [...names("site"), undefined];
  return sites.flatMap((site, s) => {
    const zones = names("zone").filter((zone) => siteOf(zone) === site);
    const columns = [
      ...zones.flatMap((zone, z) => columnOf(zone, { zone, site }, `${s}-${z}`)),
      ...columnOf(undefined, { zone: undefined, site }, `${s}-rest`),
    ];
    if (columns.length === 0) return [];
    const described = manifest.sites.find(({ name }) => site === `site ${name}`);
    const detail = described === undefined ? "" : [described.kind, described.network].filter(Boolean).join(", ");
    return [{ id: `place-${s}`, node: site, label: site ?? "", detail, columns }];
  });
}

/** `zone a` for `zone rack/a`: it stands in its site. */
const short = (zone: string, site = ""): string => zone.replace(`zone ${site.replace(/^site /, "")}/`, "zone ");

/** Machines of one zone with the same roles, in the same places. */
function mergeIdentical(stack: string, parts: readonly LoosePart[]): LoosePart[] {
  const groups = new Map<string, LoosePart[]>();
  for (const loose of parts) {
    const { part, within } = loose;
    const key = part.kind === "machine" ? JSON.stringify([part.roles, within]) : part.label;
    groups.set(key, [...(groups.get(key) ?? []), loose]);
  }
  return [...groups.values()].map(([first, ...rest]) => {
    if (rest.length === 0) return first!;
    const nodes = [first!, ...rest].flatMap(({ part }) => part.nodes);
    const { roles } = first!.part;
    const name = roles.length === 1 ? shortPath(roles[0]!.tier, stack) : "machine";
    const detail = `${nodes[0]} … ${nodes.at(-1)}`;
    return { ...first!, part: { ...first!.part, nodes, label: `${name} × ${nodes.length}`, detail } };
  });
}

/** Each part gets the first column in which all its rows are free: a machine with several roles is one box. */
function arrange(parts: readonly LoosePart[]): { width: number; placed: Omit<Part, "id">[] } {
  const taken: Set<number>[] = [];
  const placed = parts
    .map(({ part }) => part)
    .sort((a, b) => a.row - b.row || b.roles.length - a.roles.length || byName(a.label, b.label))
    .map((part) => {
      const rows = Array.from({ length: lastRow(part) - part.row + 1 }, (_, i) => part.row + i);
      let column = 0;
      while (rows.some((row) => taken[column]?.has(row))) column++;
      taken[column] = new Set([...(taken[column] ?? []), ...rows]);
      return { ...part, column };
    });
  return { width: Math.max(1, taken.length), placed };
}

const byName = new Intl.Collator("en", { numeric: true }).compare;

export const lastRow = ({ row, roles }: Pick<Part, "row" | "roles">): number =>
  Math.max(row, ...roles.map((r) => r.row));

function linksOf(manifest: Manifest, entrances: readonly string[], places: readonly Place[]): Link[] {
  const parts = partsIn(places);
  const links: Omit<Link, "id">[] = entrances.map((tier) => ({ to: { tier }, alternative: false }));
  for (const { path } of manifest.tiers) {
    for (const { name, alternative } of needsOf(manifest, path)) {
      if (name in manifest.structure.tiers) links.push({ from: path, to: { tier: name }, alternative });
      const part = parts.find(({ nodes }) => nodes.includes(name));
      if (part !== undefined && !WITHOUT_LINES.includes(part.kind) && part.roles.length === 0)
        links.push({ from: path, to: { part: part.id }, alternative });
    }
  }
  return links.map((link, i) => ({ ...link, id: `link-${i}` }));
}

export const partsIn = (places: readonly Place[]): Part[] =>
  places.flatMap(({ columns }) => columns.flatMap(({ parts }) => parts));
