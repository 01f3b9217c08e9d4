import type { Manifest, ManifestMachine, TierStructure } from "../manifest/manifest";
import { and } from "./words";

/** A change of the program, and the manifest that it would make. */
export interface WhatIf {
  /** As in the program: `shop/db: timeouts: GaleraTimeouts.lanFast()`. */
  readonly change: string;
  /** Machines more than now. */
  readonly machines: number;
  readonly apply: (manifest: Manifest) => Manifest;
}

/** Everything that one could change in one place: settings, the zone of a machine, machines of its own, how many are needed, more machines. */
export function whatIfs(manifest: Manifest): WhatIf[] {
  return manifest.tiers.flatMap(({ path }) => [
    ...otherSettings(manifest, path),
    ...otherZone(manifest, path),
    ...ownMachines(manifest, path),
    ...fewerNeeded(manifest, path),
    ...moreMachines(manifest, path),
  ]);
}

function otherSettings(manifest: Manifest, path: string): WhatIf[] {
  const { settings } = tierOf(manifest, path);
  return structureOf(manifest, path)
    .alternatives.filter((other) => Object.entries(other.settings).some(([name, value]) => settings[name] !== value))
    .map((other) => ({
      change: `${path}: ${other.change}`,
      machines: 0,
      apply: (before) => ({
        ...before,
        tiers: before.tiers.map((tier) =>
          tier.path === path ? { ...tier, settings: { ...tier.settings, ...other.settings } } : tier,
        ),
      }),
    }));
}

/** One machine from the tier's fullest zone to the emptiest of its site. */
function otherZone(manifest: Manifest, path: string): WhatIf[] {
  const tier = tierOf(manifest, path);
  const zones = zonesOf(manifest, path);
  const byMembers = [...zones].sort((a, b) => b[1].length - a[1].length);
  const [full, empty] = [byMembers[0], byMembers[byMembers.length - 1]];
  if (full === undefined || empty === undefined || full[1].length - empty[1].length < 2) return [];
  const machine = full[1][0]!;
  return [
    {
      change: `${path}: ${machine} in zone ${empty[0]} and not in ${full[0]}`,
      machines: 0,
      apply: (before) => withNode(before, machine, [`zone ${tier.site}/${empty[0]}`]),
    },
  ];
}

/** The tier's members on new machines, where it shares them with other tiers. */
function ownMachines(manifest: Manifest, path: string): WhatIf[] {
  const structure = structureOf(manifest, path);
  const others = Object.entries(manifest.structure.tiers).filter(([other]) => other !== path);
  const shared = structure.of.filter((name) => others.some(([, { of }]) => of.includes(name)));
  if (shared.length === 0) return [];
  const fresh = new Map(shared.map((name) => [name, `${name} (${path})`]));
  return [
    {
      change: `${path}: machines of its own`,
      machines: shared.length,
      apply: (before) => {
        const { nodes, tiers } = before.structure;
        const copies = [...fresh].map(([old, name]) => [name, nodes[old]!]);
        const of = tiers[path]!.of.map((name) => fresh.get(name) ?? name);
        return withStructure(before, {
          nodes: { ...nodes, ...Object.fromEntries(copies) },
          tiers: { ...tiers, [path]: { ...tiers[path]!, of } },
        });
      },
    },
  ];
}

/**
 * As many as are left without the fullest zone, where the program says itself how many are needed. It costs no machine, but only
 * the program's author knows whether so few carry the load: not named when it would be less than half of them.
 */
function fewerNeeded(manifest: Manifest, path: string): WhatIf[] {
  const { growth, of, atLeast } = structureOf(manifest, path);
  const fullest = Math.max(0, ...[...zonesOf(manifest, path).values()].map((members) => members.length));
  const left = of.length - fullest;
  if (growth?.keep === undefined || growth.atLeast !== "same" || left >= atLeast || left * 2 < of.length) return [];
  return [
    {
      change: `${path}: ${growth.keep}: ${left}, if ${left} of the ${of.length} carry a busy day`,
      machines: 0,
      apply: (before) => {
        const { nodes, tiers } = before.structure;
        return withStructure(before, { nodes, tiers: { ...tiers, [path]: { ...tiers[path]!, atLeast: left } } });
      },
    },
  ];
}

/** One step larger, in the emptiest zones; which ones belongs to the change, because elsewhere it may help nothing. */
function moreMachines(manifest: Manifest, path: string): WhatIf[] {
  const structure = structureOf(manifest, path);
  const { growth, of, atLeast } = structure;
  const model = manifest.structure.nodes[of[0]!];
  if (growth === undefined || model === undefined) return [];
  const size = of.length + growth.step;
  const kept = growth.atLeast === "same" ? atLeast : Math.floor(size / 2) + 1;
  const keep = growth.keep === undefined ? "" : `, ${growth.keep}: ${atLeast}`;
  const zones = emptiestZones(manifest, path, growth.step);
  const several = zonesOf(manifest, path).size > 1;
  const where =
    several && zones.length > 0 ? `, the new ${zones.length === 1 ? "one" : "ones"} in ${inZones(zones)}` : "";
  return [
    {
      change: `${path}: ${growth.property}: ${size}${keep}${where}`,
      machines: growth.step,
      apply: (before) => {
        let after = before;
        for (let i = 1; i <= growth.step; i++) after = withMember(after, path, `${path} +${i}`, kept, zones[i - 1]);
        return after;
      },
    },
  ];
}

/** `zone b`, `zones a and b`. */
function inZones(zones: readonly string[]): string {
  const distinct = [...new Set(zones)];
  return `${distinct.length === 1 ? "zone" : "zones"} ${and(distinct)}`;
}

/** Where so many more members would go, one after the other. */
function emptiestZones(manifest: Manifest, path: string, count: number): string[] {
  const sizes = [...zonesOf(manifest, path)].map(([zone, members]) => ({ zone, size: members.length }));
  if (sizes.length === 0) return [];
  return Array.from({ length: count }, () => {
    const emptiest = sizes.reduce((least, other) => (other.size < least.size ? other : least));
    emptiest.size++;
    return emptiest.zone;
  });
}

function withMember(manifest: Manifest, path: string, name: string, atLeast: number, zone?: string): Manifest {
  const { nodes, tiers } = manifest.structure;
  const tier = tiers[path]!;
  const within = zone === undefined ? nodes[tier.of[0]!]!.in : [`zone ${tierOf(manifest, path).site}/${zone}`];
  const member: ManifestMachine | undefined = manifest.machines.find((machine) => machine.name === tier.of[0]);
  return {
    ...withStructure(manifest, {
      nodes: { ...nodes, [name]: { ...nodes[tier.of[0]!]!, in: within } },
      tiers: { ...tiers, [path]: { ...tier, of: [...tier.of, name], atLeast } },
    }),
    tiers: manifest.tiers.map((one) =>
      one.path === path && one.votes !== undefined
        ? { ...one, votes: { ...one.votes, members: { ...one.votes.members, [name]: 1 } } }
        : one,
    ),
    machines: member && zone !== undefined ? [...manifest.machines, { ...member, name, zone }] : manifest.machines,
  };
}

/** By zone of the tier's site, its members there. */
function zonesOf(manifest: Manifest, path: string): Map<string, string[]> {
  const tier = tierOf(manifest, path);
  const { zones = [] } = manifest.sites.find((site) => site.name === tier.site) ?? {};
  const members = new Map(zones.map((zone): [string, string[]] => [zone, []]));
  for (const name of structureOf(manifest, path).of) {
    const zone = zones.find((candidate) =>
      manifest.structure.nodes[name]?.in.includes(`zone ${tier.site}/${candidate}`),
    );
    if (zone !== undefined) members.get(zone)!.push(name);
  }
  return members;
}

function withNode(manifest: Manifest, name: string, within: string[]): Manifest {
  const { nodes, tiers } = manifest.structure;
  const others = nodes[name]!.in.filter((place) => manifest.structure.nodes[place]?.kind !== "zone");
  return withStructure(manifest, {
    tiers,
    nodes: { ...nodes, [name]: { ...nodes[name]!, in: [...within, ...others] } },
  });
}

const withStructure = (manifest: Manifest, structure: Manifest["structure"]): Manifest => ({ ...manifest, structure });
const tierOf = (manifest: Manifest, path: string) => manifest.tiers.find((tier) => tier.path === path)!;
const structureOf = (manifest: Manifest, path: string): TierStructure => manifest.structure.tiers[path]!;
