import type { Manifest } from "../manifest/manifest";
import { footprintOf } from "./rules/footprint";

/** What is another in the newer of two manifests. */
export interface ProgramChanges {
  readonly machines: Gained;
  readonly tiers: Gained;
  readonly moved: readonly { readonly machine: string; readonly from: string; readonly to: string }[];
  readonly resized: readonly Resized[];
  /** Settings decide how long failures last, and what is lost. */
  readonly settings: readonly Changed[];
  /** Shares of time that nodes are down by themselves; alike ones together. */
  readonly reliability: readonly (Changed & { readonly nodes: readonly string[] })[];
  /** Members of one tier that are in one zone, and were not. */
  readonly sharing: readonly Sharing[];
  /** Members of one tier that were in one zone, and are not. */
  readonly parted: readonly Sharing[];
}

export interface Gained {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

export interface Changed {
  /** `shop/db.suspect`. */
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

export interface Resized {
  readonly tier: string;
  readonly before: { readonly members: number; readonly atLeast: number };
  readonly after: { readonly members: number; readonly atLeast: number };
}

export interface Sharing {
  readonly tier: string;
  readonly machines: readonly string[];
  readonly zone: string;
}

export function programChanges(before: Manifest, after: Manifest): ProgramChanges {
  const zoneBefore = footprintOf(before).placeOf;
  const zoneAfter = footprintOf(after).placeOf;
  const machinesOf = (manifest: Manifest) => manifest.machines.map(({ name }) => name);
  const moved = machinesOf(after).flatMap((machine) => {
    if (before.structure.nodes[machine] === undefined || after.structure.nodes[machine] === undefined) return [];
    const [from, to] = [zoneBefore(machine, "zone") ?? "no zone", zoneAfter(machine, "zone") ?? "no zone"];
    return from === to ? [] : [{ machine, from, to }];
  });
  return {
    machines: gained(machinesOf(before), machinesOf(after)),
    tiers: gained(Object.keys(before.structure.tiers), Object.keys(after.structure.tiers)),
    moved,
    resized: resizedTiers(before, after),
    settings: changedSettings(before, after),
    reliability: changedReliability(before, after),
    sharing: sharingAnew(before, after),
    parted: sharingAnew(after, before),
  };
}

/** In the order in which they stand there. */
export function gained(before: readonly string[], after: readonly string[]): Gained {
  const [old, fresh] = [new Set(before), new Set(after)];
  return {
    gained: [...fresh].filter((name) => !old.has(name)),
    lost: [...old].filter((name) => !fresh.has(name)),
  };
}

function resizedTiers(before: Manifest, after: Manifest): Resized[] {
  const sizeOf = (manifest: Manifest, tier: string) => {
    const { of, atLeast } = manifest.structure.tiers[tier]!;
    return { members: of.length, atLeast };
  };
  return Object.keys(after.structure.tiers)
    .filter((tier) => before.structure.tiers[tier] !== undefined)
    .map((tier) => ({ tier, before: sizeOf(before, tier), after: sizeOf(after, tier) }))
    .filter(({ before: old, after: now }) => old.members !== now.members || old.atLeast !== now.atLeast);
}

function changedSettings(before: Manifest, after: Manifest): Changed[] {
  return after.tiers.flatMap((tier) => {
    const old = before.tiers.find(({ path }) => path === tier.path);
    if (old === undefined) return [];
    const both = Object.keys(old.settings).filter((name) => name in tier.settings);
    // Another engine has other settings: all of them are new, and say nothing beside its name.
    const all = [...new Set([...Object.keys(old.settings), ...Object.keys(tier.settings)])];
    const names = old.engine === tier.engine ? all : both;
    const engine = { what: `${tier.path}.engine`, before: old.engine, after: tier.engine };
    const settings = names.map((name) => ({
      what: `${tier.path}.${name}`,
      before: String(old.settings[name] ?? "not set"),
      after: String(tier.settings[name] ?? "not set"),
    }));
    return [engine, ...settings].filter((change) => change.before !== change.after);
  });
}

function changedReliability(before: Manifest, after: Manifest): ProgramChanges["reliability"] {
  const alike = new Map<string, Changed & { nodes: string[] }>();
  for (const [name, { kind, probability }] of Object.entries(after.structure.nodes)) {
    const old = before.structure.nodes[name];
    if (old === undefined || old.probability[1] === probability[1]) continue;
    const change = { what: kind, before: shareOfTime(old.probability[1]), after: shareOfTime(probability[1]) };
    const key = JSON.stringify(change);
    const known = alike.get(key) ?? { ...change, nodes: [] };
    known.nodes.push(name);
    alike.set(key, known);
  }
  return [...alike.values()];
}

const shareOfTime = (probability: number): string => Number(probability.toPrecision(2)).toExponential();

/** Of each tier the machines in a zone of `after`, where a pair of them shared none in `before`. */
function sharingAnew(before: Manifest, after: Manifest): Sharing[] {
  const zoneBefore = footprintOf(before).placeOf;
  const zoneAfter = footprintOf(after).placeOf;
  return Object.entries(after.structure.tiers).flatMap(([tier, { of }]) => {
    const byZone = new Map<string, string[]>();
    for (const machine of of) {
      const zone = zoneAfter(machine, "zone");
      if (zone !== undefined) byZone.set(zone, [...(byZone.get(zone) ?? []), machine]);
    }
    const known = new Set(before.structure.tiers[tier]?.of ?? []);
    return [...byZone].flatMap(([zone, machines]) => {
      const old = machines.filter((machine) => known.has(machine)).map((machine) => zoneBefore(machine, "zone"));
      const apart = new Set(old).size > 1;
      return apart ? [{ tier, machines, zone }] : [];
    });
  });
}
