import { BeehiveError } from "../core/errors";
import { didYouMean, quoted } from "../core/words";
import type { Software } from "../software/software";

/** What one machine gets from one tier; asked when the stack is synthesized. */
export interface Delivery {
  /** Name of the machine. */
  readonly machine: string;
  /** Construct path. */
  readonly tier: string;
  readonly own: () => readonly Software[];
  /** What the program added to the tier. */
  readonly added: () => readonly Software[];
}

/** A `Software` on a machine, as messages name it. */
interface Owner {
  readonly tier: string;
  readonly software: Software;
  readonly added: boolean;
}

/**
 * Refusals of added software that shares a file, a folder or a unit with other software of its machine. Tiers name theirs after
 * themselves, so that only what a program adds can meet another's.
 */
export function softwareConflicts(deliveries: readonly Delivery[]): string[] {
  const machines = new Set(deliveries.filter(({ added }) => added().length > 0).map(({ machine }) => machine));
  const conflicts = [...machines].flatMap((machine) => {
    const owners = deliveries.filter((delivery) => delivery.machine === machine).flatMap(ownersOf);
    return owners.flatMap((owner, i) => owners.slice(0, i).flatMap((other) => between(owner, other)));
  });
  // The same two meet on all machines of a tier.
  return [...new Set(conflicts)];
}

/** Refusals of watched paths that nothing in the same rollout brings: no change of theirs would ever reach the unit. */
export function unmanagedWatches(deliveries: readonly Delivery[]): string[] {
  const seen = new Map<readonly Software[], Set<readonly Software[]>>();
  const refusals = deliveries.flatMap((delivery) => {
    const [own, added] = [delivery.own(), delivery.added()];
    const beside = seen.get(own) ?? new Set();
    if (beside.has(added)) return [];
    seen.set(own, beside.add(added));
    const owners = ownersOf(delivery);
    const managed = new Set(owners.flatMap(({ software }) => software.files.map(({ path }) => path)));
    return owners.flatMap((owner) =>
      owner.software.services.flatMap(({ unit, watches }) =>
        watches
          .filter((path) => !path.endsWith("/") && !managed.has(path))
          .map((path) => unmanaged(owner, unit, path, [...managed])),
      ),
    );
  });
  return [...new Set(refusals)];
}

function ownersOf({ tier, own, added }: Delivery): Owner[] {
  return [
    ...own().map((software) => ({ tier, software, added: false })),
    ...added().map((software) => ({ tier, software, added: true })),
  ];
}

function between(one: Owner, other: Owner): string[] {
  if (!one.added && !other.added) return [];
  const [adder, holder] = one.added ? [one, other] : [other, one];
  const { software: mine } = adder;
  const { software: theirs } = holder;
  const files = new Set([...theirs.files, ...(theirs.directories ?? [])].map(({ path }) => path));
  const paths = [...mine.files, ...(mine.directories ?? []).filter((folder) => !sameFolder(folder, theirs))];
  return [
    ...paths.filter(({ path }) => files.has(path)).map(({ path }) => taken(adder, holder, "the file or folder", path)),
    ...common(mine, theirs).map((unit) => taken(adder, holder, "the unit", unit)),
    ...unwanted(mine, theirs).map((unit) => stopped(adder, holder, unit)),
    ...unwanted(theirs, mine).map((unit) => stopped(holder, adder, unit)),
  ];
}

/** Two may want one folder when they agree on it. */
function sameFolder(folder: NonNullable<Software["directories"]>[number], theirs: Software): boolean {
  const { path, mode = "0755", owner = "root", group = "root" } = folder;
  return (theirs.directories ?? []).some(
    (other) =>
      other.path === path &&
      (other.mode ?? "0755") === mode &&
      (other.owner ?? "root") === owner &&
      (other.group ?? "root") === group,
  );
}

const units = ({ services }: Software) => new Set(services.map(({ unit }) => unit));

function common(mine: Software, theirs: Software): string[] {
  const others = units(theirs);
  return [...units(mine)].filter((unit) => others.has(unit));
}

/** Units that the first runs and the second keeps from running. */
function unwanted(runs: Software, stops: Software): string[] {
  const globs = (stops.unusedUnits ?? []).map(
    (glob) =>
      new RegExp(
        `^${glob
          .replace(/[.+^${}()|[\]\\]/g, "\\$&")
          .replace(/\*/g, ".*")
          .replace(/\?/g, ".")}$`,
      ),
  );
  return [...units(runs)].filter((unit) => globs.some((glob) => glob.test(unit)));
}

const name = ({ tier, software, added }: Owner): string =>
  added ? `software ${quoted(software.name)} added to ${tier}` : `${quoted(software.name)} of ${tier}`;

function taken(adder: Owner, holder: Owner, noun: string, what: string): string {
  return new BeehiveError(
    adder.tier,
    `${noun} ${quoted(what)} is wanted twice on a machine: by ${name(adder)} and by ${name(holder)}. ` +
      `Give the added one a name of its own, or add it to a tier on other machines.`,
  ).message;
}

function stopped(runs: Owner, stops: Owner, unit: string): string {
  return new BeehiveError(
    (runs.added ? runs : stops).tier,
    `the unit ${quoted(unit)} is run by ${name(runs)}, and kept from running by ${name(stops)} (unusedUnits). ` +
      `Run it as a unit of another name, or add it to a tier on other machines.`,
  ).message;
}

function unmanaged(owner: Owner, unit: string, path: string, managed: readonly string[]): string {
  const meant = didYouMean(path, managed);
  return new BeehiveError(
    owner.tier,
    `the unit ${quoted(unit)} of ${name(owner)} watches ${quoted(path)}, which is no file that the tier brings; ` +
      `name a managed file, or a folder with "/" at its end.${meant}`,
  ).message;
}
