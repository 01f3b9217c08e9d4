import { quorumOf, votesOf } from "../manifest/votes";
import { DISRUPTIONS } from "../manifest/format";
import type { Disruption, Manifest, ManifestNode } from "../manifest/manifest";
import type { StructureAnalysis } from "../resilience";
import { type Recovery, recoveryOf } from "./recovery";

/** What happens when one thing is gone. */
export interface Loss {
  /** Name of the node. */
  readonly node: string;
  readonly kind: string;
  /** What it counts as; a network or a control plane counts as the place that it serves. */
  readonly disruption: Disruption;
  /** Machines that go with it. */
  readonly machines: readonly string[];
  /** Whether visitors are served, once everything has switched that can. */
  readonly works: boolean;
  /** The tiers that do not work. */
  readonly down: readonly string[];
  /** Groups that vote, and have fewer votes now. */
  readonly quorums: readonly Quorum[];
  /** Until visitors are served again, at most; null when it takes a repair. */
  readonly rtoSeconds: number | null;
  /** How each tier that lost something recovers; the longest decides. */
  readonly recoveries: readonly Recovery[];
  readonly rpo: DataLoss;
}

export interface Quorum {
  readonly tier: string;
  readonly left: number;
  readonly of: number;
  readonly needed: number;
  readonly holds: boolean;
}

export interface DataLoss {
  /** Of acknowledged writes; null when there is no limit. */
  readonly seconds: number | null;
  /** False where it usually holds and cannot be promised. */
  readonly guaranteed: boolean;
  readonly why: string;
}

const NO_DATA: DataLoss = { seconds: 0, guaranteed: true, why: "no data is kept there" };

/** One for each node, in the manifest's order. */
export function lossesOf(manifest: Manifest, analysis: StructureAnalysis, entrances: readonly string[]): Loss[] {
  const carried = carriedBy(manifest);
  const tiersOn = tiersByMember(manifest);
  const servedBy = tiersByService(manifest);
  const concerned = new Set(concernedTiers(manifest, entrances));
  const recovery = remembered((path: string, when: Disruption) => recoveryOf(manifest, path, when));
  const consequence = (dead: readonly string[], disruption: Disruption): Consequence => {
    const gone = DESTROYED.includes(manifest.structure.nodes[dead[0]!]!.kind) ? new Set(dead) : new Set<string>();
    const { works, tiers } = analysis.survives(dead.slice(0, 1));
    const hit = [...new Set(dead.flatMap((name) => tiersOn.get(name) ?? []))];
    const switching = hit.filter((path) => concerned.has(path));
    const recoveries = switching.flatMap((path) => recovery(path, disruption) ?? []);
    const everybodySwitches = recoveries.length === switching.length;
    return {
      works,
      down: Object.keys(tiers).filter((path) => !tiers[path]),
      quorums: hit.flatMap((path) => quorumsOf(manifest, path, new Set(dead))),
      rtoSeconds: works && everybodySwitches ? Math.max(0, ...recoveries.map(({ seconds }) => seconds)) : null,
      recoveries,
      rpo: worstData(
        [...new Set([...hit, ...dead.flatMap((name) => servedBy.get(name) ?? [])])].flatMap((path) =>
          dataLossOf(manifest, path, disruption, gone),
        ),
      ),
    };
  };
  const kindOf = interchangeable(manifest, carried, tiersOn);
  const known = new Map<string, Consequence>();
  return Object.entries(manifest.structure.nodes).map(([node, { kind }]) => {
    const dead = [node, ...(carried.get(node) ?? [])];
    const disruption = disruptionOf(kind);
    const key = kindOf(node);
    const consequences = known.get(key) ?? consequence(dead, disruption);
    known.set(key, consequences);
    const machines = dead.filter((name) => manifest.structure.nodes[name]!.kind === "machine");
    return { node, kind, disruption, machines, ...consequences };
  });
}

/** What the losses of interchangeable nodes have in common. */
type Consequence = Omit<Loss, "node" | "kind" | "disruption" | "machines">;

/** Machines in the same places and the same tiers are interchangeable: the engine is asked about one of them. */
function interchangeable(
  manifest: Manifest,
  carried: ReadonlyMap<string, ReadonlySet<string>>,
  tiersOn: ReadonlyMap<string, readonly string[]>,
): (node: string) => string {
  const needed = new Set(
    Object.values(manifest.structure.tiers).flatMap(({ needs }) =>
      needs.flatMap((need) => (typeof need === "string" ? [need] : need.any)),
    ),
  );
  return (node) => {
    if (carried.has(node) || needed.has(node)) return JSON.stringify(node);
    const { kind, in: places } = manifest.structure.nodes[node]!;
    const tiers = tiersOn.get(node) ?? [];
    return JSON.stringify([kind, places, tiers, tiers.filter((path) => keepersOf(manifest, path).includes(node))]);
  };
}

function tiersByMember(manifest: Manifest): Map<string, string[]> {
  const tiersOn = new Map<string, string[]>();
  for (const [path, { of }] of Object.entries(manifest.structure.tiers)) {
    for (const name of of) tiersOn.set(name, [...(tiersOn.get(name) ?? []), path]);
  }
  return tiersOn;
}

/** A managed service as a whole keeps the data of the tiers that need it, though it is no member of theirs. */
function tiersByService(manifest: Manifest): Map<string, string[]> {
  const { nodes, tiers } = manifest.structure;
  const servedBy = new Map<string, string[]>();
  for (const [path, { needs }] of Object.entries(tiers)) {
    for (const need of needs) {
      if (typeof need !== "string" || nodes[need]?.kind !== "managed service") continue;
      servedBy.set(need, [...(servedBy.get(need) ?? []), path]);
    }
  }
  return servedBy;
}

function remembered<T>(compute: (path: string, when: Disruption) => T): (path: string, when: Disruption) => T {
  const known = new Map<string, T>();
  return (path, when) => {
    const key = `${when} ${path}`;
    if (!known.has(key)) known.set(key, compute(path, when));
    return known.get(key)!;
  };
}

/** The loss of a kind that lasts longest; of those that last alike, the one that costs most data. */
export function worstLosses(losses: readonly Loss[], when: Disruption): Loss | undefined {
  const length = ({ rtoSeconds }: Loss) => rtoSeconds ?? Infinity;
  const data = ({ rpo }: Loss) => rpo.seconds ?? Infinity;
  const ofKind = losses.filter(({ kind }) => kind === when);
  return ofKind.reduce<Loss | undefined>((worst, loss) => {
    if (worst === undefined || length(loss) > length(worst)) return loss;
    return length(loss) === length(worst) && data(loss) > data(worst) ? loss : worst;
  }, undefined);
}

/** The loss of a kind that costs most data; of those that cost alike, one that cannot be promised. */
export function worstDataLoss(losses: readonly Loss[], when: Disruption): Loss | undefined {
  const amount = ({ rpo }: Loss) => rpo.seconds ?? Infinity;
  const worse = (a: Loss, b: Loss) =>
    amount(b) > amount(a) || (amount(b) === amount(a) && a.rpo.guaranteed && !b.rpo.guaranteed);
  return losses
    .filter(({ kind }) => kind === when)
    .reduce<Loss | undefined>((worst, loss) => (worst === undefined || worse(worst, loss) ? loss : worst), undefined);
}

function disruptionOf(kind: string): Disruption {
  return DISRUPTIONS.find((disruption) => disruption === kind) ?? (kind === "volume" ? "machine" : "zone");
}

/** By the name of a node, everything that is in it, however deep. */
export function carriedBy(manifest: Manifest): Map<string, Set<string>> {
  const { nodes } = manifest.structure;
  const carried = new Map<string, Set<string>>();
  for (const name of Object.keys(nodes)) {
    const places = [...nodes[name]!.in];
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      const inside = carried.get(place) ?? new Set<string>();
      if (inside.has(name)) continue;
      carried.set(place, inside.add(name));
      places.push(...(nodes[place]?.in ?? []));
    }
  }
  return carried;
}

/** The entrances and every tier that they need, directly or through others. */
export function concernedTiers(manifest: Manifest, entrances: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const structure = manifest.structure.tiers[path];
    if (structure === undefined || found.has(path)) return;
    found.add(path);
    for (const need of structure.needs) (typeof need === "string" ? [need] : need.any).forEach(visit);
  };
  entrances.forEach(visit);
  return [...found];
}

function quorumsOf(manifest: Manifest, path: string, dead: ReadonlySet<string>): Quorum[] {
  const votes = manifest.tiers.find((tier) => tier.path === path)?.votes;
  if (votes === undefined) return [];
  const weigh = (names: readonly string[]) => names.reduce((sum, name) => sum + votesOf(votes, name), 0);
  const members = Object.keys(votes.members);
  const [of, left] = [weigh(members), weigh(members.filter((name) => !dead.has(name)))];
  const needed = quorumOf(votes, of);
  return [{ tier: path, left, of, needed, holds: left >= needed }];
}

/** What takes machines with it, disks and all. Without a network or a control plane they are only out of reach. */
const DESTROYED: readonly ManifestNode["kind"][] = ["machine", "volume", "zone", "site"];

/**
 * A site contains its zones, and a zone its machines: the loss of the larger costs what that of the smaller does, or more. When no
 * copy is left, all is lost, whatever the tier says of losses that leave one.
 */
function dataLossOf(manifest: Manifest, path: string, when: Disruption, gone: ReadonlySet<string>): DataLoss[] {
  const contained = DISRUPTIONS.slice(0, DISRUPTIONS.indexOf(when) + 1);
  const { loss } = manifest.structure.tiers[path]!;
  const said = loss
    .filter((one) => contained.includes(one.when))
    .map(({ seconds, guaranteed, why }) => ({ seconds, guaranteed, why }));
  const lost = lastCopyIn(manifest, path, gone);
  // A machine that is back has its disk, and a backup elsewhere has a copy: the tier knows what either costs.
  const told = loss.some((one) => one.when === when) && (when === "machine" || hasBackup(manifest, path, gone));
  if (lost === undefined || told || said.some(({ seconds }) => seconds === null)) return said;
  return [...said, { seconds: null, guaranteed: false, why: `every machine that keeps ${lost} is lost with it` }];
}

/** Machines that keep the tier's data. */
function keepersOf(manifest: Manifest, path: string): readonly string[] {
  const tier = manifest.tiers.find((one) => one.path === path);
  const onMachines = tier?.data?.some(({ resources }) => resources === undefined) ?? false;
  return onMachines ? tier!.machines.filter((name) => !(tier!.votes?.arbitrators ?? []).includes(name)) : [];
}

/** What of the tier's data may have no copy left. */
function lastCopyIn(manifest: Manifest, path: string, gone: ReadonlySet<string>): string | undefined {
  const keepers = keepersOf(manifest, path);
  const lost = keepers.filter((name) => gone.has(name)).length;
  if (lost === 0) return undefined;
  const { data = [] } = manifest.tiers.find((one) => one.path === path)!;
  return data.find(
    ({ resources, copies }) => resources === undefined && lost >= (copies === "each" ? keepers.length : copies),
  )?.what;
}

/** Whether a tier that keeps backups of it is not lost as well. */
function hasBackup(manifest: Manifest, path: string, gone: ReadonlySet<string>): boolean {
  return Object.values(manifest.structure.tiers).some(
    ({ role, of }) => role?.kind === "backup" && role.protects.includes(path) && of.some((name) => !gone.has(name)),
  );
}

function worstData(losses: readonly DataLoss[]): DataLoss {
  const amount = ({ seconds }: DataLoss) => seconds ?? Infinity;
  return losses.reduce(
    (worst, loss) =>
      amount(loss) > amount(worst) || (amount(loss) === amount(worst) && !loss.guaranteed) ? loss : worst,
    NO_DATA,
  );
}
