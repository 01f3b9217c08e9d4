import { count } from "../core/words";
import { holdsData, quorumOf, votesOf } from "../manifest/votes";
import type { Manifest, ManifestMachine, ManifestTier } from "../manifest/manifest";
import { cannotSpare, mixedReleases, unknownTier } from "./errors";
import type { MachineSurvey } from "./machine-survey";

/** What decides the order. */
export interface UpgradeState {
  /** Machines with something to do. */
  readonly remaining: readonly string[];
  /** Of an upgrade that was cut off: they may be out of service already. */
  readonly unfinished: readonly string[];
  /** Leading machines, by the paths of tiers. */
  readonly leaders: ReadonlyMap<string, readonly string[]>;
  /** Whether no machine was upgraded yet. */
  readonly first: boolean;
}

/**
 * The machines that are upgraded next, at once. All are in one zone, which is lost as a whole in any case; of each tier as many as
 * it can spare, a quarter at most; of voters never two. The first machine of all is alone, so that a bad package stops there.
 *
 * Machines that neither vote nor keep data come first, and whoever leads a tier last in it, so that each role moves once.
 */
export function nextWave(manifest: Manifest, { remaining, unfinished, leaders, first }: UpgradeState): string[] {
  const tiersOf = (machine: string) => manifest.tiers.filter(({ machines }) => machines.includes(machine));
  const leads = (machine: string) => tiersOf(machine).some(({ path }) => leaders.get(path)?.includes(machine));
  const keeps = (machine: string) => tiersOf(machine).some((tier) => tier.votes !== undefined || holdsData(tier));
  const key = ({ name }: ManifestMachine) => [
    unfinished.includes(name) ? 0 : 1,
    leads(name) ? 1 : 0,
    keeps(name) ? 1 : 0,
    // Tiers one after the other, so that a bad package of one stops before it reaches another.
    manifest.tiers.findIndex(({ machines }) => machines.includes(name)),
  ];
  const ordered = manifest.machines
    .filter(({ name }) => remaining.includes(name))
    .map((machine) => ({ machine, key: key(machine) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ machine }) => machine);
  const [head, ...others] = ordered;
  if (head === undefined) return [];
  const wave = [head.name];
  if (first || unfinished.includes(head.name) || leads(head.name)) return wave;
  for (const { name, site, zone } of others) {
    const same = site === head.site && zone === head.zone && keeps(name) === keeps(head.name);
    if (!same || leads(name) || unfinished.includes(name)) continue;
    const together = [...wave, name];
    if (tiersOf(name).every((tier) => fits(tier, together) && lackWithout(tier, together) === undefined))
      wave.push(name);
  }
  return wave;
}

/** All waves, as they will be while the leaders stay who they are. */
export function allWaves(manifest: Manifest, state: UpgradeState): string[][] {
  const waves: string[][] = [];
  let { remaining, first } = state;
  while (remaining.length > 0) {
    const wave = nextWave(manifest, { ...state, remaining, first });
    waves.push(wave);
    remaining = remaining.filter((name) => !wave.includes(name));
    first = false;
  }
  return waves;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}

/** How many of a tier may be upgraded at once: of voters one, of others a quarter. */
function fits({ machines, votes }: ManifestTier, wave: readonly string[]): boolean {
  const taken = machines.filter((name) => wave.includes(name)).length;
  return taken <= (votes === undefined ? Math.max(1, Math.floor(machines.length / 4)) : 1);
}

/** In words, why a tier does not work without these machines; undefined when it does. */
function lackWithout({ machines, atLeast, votes }: ManifestTier, wave: readonly string[]): string | undefined {
  const left = machines.filter((name) => !wave.includes(name));
  if (left.length < atLeast) return `it needs ${atLeast} of its ${count(machines.length, "machine")}`;
  if (votes === undefined) return undefined;
  const voting = (names: readonly string[]) => names.reduce((sum, name) => sum + votesOf(votes, name), 0);
  const members = [...new Set([...machines, ...Object.keys(votes.members)])];
  const needed = quorumOf(votes, voting(members));
  const have = voting(members.filter((name) => !wave.includes(name)));
  return have < needed ? `it needs ${needed} of its ${count(voting(members), "vote")}` : undefined;
}

/** Refuses tiers of which one machine is too many. */
export function refuseOutage(manifest: Manifest, visits: readonly string[], accepted: readonly string[]): void {
  const paths = manifest.tiers.map(({ path }) => path);
  for (const tier of accepted) if (!paths.includes(tier)) throw unknownTier(tier, paths);
  for (const tier of manifest.tiers) {
    if (accepted.includes(tier.path)) continue;
    for (const name of tier.machines) {
      const lack = visits.includes(name) ? lackWithout(tier, [name]) : undefined;
      if (lack !== undefined) throw cannotSpare(tier.path, tier.machines, lack);
    }
  }
}

/** Refuses a tier that keeps data on two releases of Debian: a node of the older one cannot be filled by a newer one. */
export function refuseMix(manifest: Manifest, surveys: ReadonlyMap<string, MachineSurvey>): void {
  for (const tier of manifest.tiers) {
    if (tier.votes === undefined || !holdsData(tier)) continue;
    const machines = tier.machines.filter((name) => !tier.votes?.arbitrators?.includes(name));
    const releases = [...new Set(machines.map((name) => surveys.get(name)!.debian))].sort(
      (a, b) => Number(a) - Number(b),
    );
    const [oldest] = releases;
    if (releases.length < 2) continue;
    const old = machines.filter((name) => surveys.get(name)!.debian === oldest);
    const next = machines.filter((name) => !old.includes(name));
    throw mixedReleases(tier.path, old, next, versionsOf(tier, surveys.get(old[0]!)!, surveys.get(next[0]!)!));
  }
}

/** Of the engine's own packages, what differs: ` (mariadb-server 1:10.11.14-0+deb12u2 and 1:11.8.3-0+deb13u1)`. */
function versionsOf({ engine }: ManifestTier, old: MachineSurvey, next: MachineSurvey): string {
  const [family] = engine.split("-");
  const different = Object.entries(old.versions).flatMap(([name, version]) => {
    const other = next.versions[name];
    return other === undefined || other === version || !name.startsWith(`${family}-`)
      ? []
      : [`${name} ${version} and ${other}`];
  });
  return different.length === 0 ? "" : ` (${different.join(", ")})`;
}
