import type { CostDiff, HiveDiff, PromiseDiff, Trend } from "../../judgement/diff";
import { counted, listed, percent, percentsApart, timePerYear } from "../../judgement/format";
import type { ProgramChanges, Sharing } from "../../judgement/program-changes";
import type { PromiseItem } from "../../judgement/report";

/** What the two spellings of a diff both say. */

export interface DiffRow {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly trend: Trend;
}

/** `99.993 % -> 99.971 %: db-2 and db-3 now share zone fsn1-dc14; +1 single point of failure`. */
export function headline(diff: HiveDiff): string {
  const [a, b] = percentsApart(diff.before.total.unavailability.likely, diff.after.total.unavailability.likely);
  const number =
    diff.availability === "same" ? `${percent(diff.after.total.unavailability.likely)} as before` : `${a} -> ${b}`;
  const causes = [...sharingLines(diff.changes, 2), ...pointCounts(diff)];
  return `${number}${causes.length === 0 ? "" : `: ${causes.join("; ")}`}`;
}

function pointCounts({ singlePoints: { gained, lost } }: HiveDiff): string[] {
  const count = (sign: string, names: readonly string[]) =>
    names.length === 0
      ? []
      : [`${sign}${names.length} ${names.length === 1 ? "single point" : "single points"} of failure`];
  return [...count("+", gained), ...count("-", lost)];
}

/** The numbers side by side, also those that stayed. */
export function diffRows(diff: HiveDiff): DiffRow[] {
  const { before, after, singlePoints } = diff;
  const [a, b] = percentsApart(before.total.unavailability.likely, after.total.unavailability.likely);
  const [minutesA, minutesB] = [before.total.minutesPerYear.likely, after.total.minutesPerYear.likely];
  const same = diff.availability === "same";
  const points: DiffRow = {
    what: "single points of failure",
    before: pointsText(singlePoints.before, singlePoints.lost, "gone"),
    after: pointsText(singlePoints.after, singlePoints.gained, "new"),
    trend: singlePoints.gained.length > 0 ? "worse" : singlePoints.lost.length > 0 ? "better" : "same",
  };
  return [
    {
      what: "availability",
      before: same ? percent(before.total.unavailability.likely) : a,
      after: same ? percent(after.total.unavailability.likely) : b,
      trend: diff.availability,
    },
    {
      what: "down in a year",
      before: timePerYear(minutesA),
      after: `${timePerYear(minutesB)}${same ? "" : ` (${signedTime(minutesB - minutesA)})`}`,
      trend: diff.availability,
    },
    points,
    ...diff.disruptions.map(({ what, before, after, trend }) => ({ what, before, after, trend })),
    ...diff.promises.map(promiseRow),
  ];
}

/** `4; new: lb-1, zone rack/a`. */
function pointsText(all: readonly string[], changed: readonly string[], word: string): string {
  if (changed.length > 0) return `${all.length}; ${word}: ${listed(changed, 4)}`;
  return all.length === 0 ? "none" : `${all.length}: ${listed(all, 4)}`;
}

function promiseRow({ what, before, after }: PromiseDiff): DiffRow {
  const text = (item: PromiseItem | undefined) =>
    item === undefined ? "not promised" : `${item.promised}, ${item.kept ? "kept" : "cannot be kept"}`;
  const broken = after !== undefined && !after.kept;
  const mended = before !== undefined && !before.kept && after?.kept === true;
  return { what, before: text(before), after: text(after), trend: broken ? "worse" : mended ? "better" : "same" };
}

/** `+1.4 h`, `-35 s`. */
export const signedTime = (minutes: number): string => `${minutes < 0 ? "-" : "+"}${timePerYear(Math.abs(minutes))}`;

/** `zone rack/a: 0.1 s -> 53 min`. */
export const costLine = ({ event, before, after }: CostDiff): string =>
  `${event}: ${timePerYear(before)} -> ${timePerYear(after)} a year`;

const MOST = 12;

/** What is another in the program, a line each; long lists are cut. */
export function changeLines(changes: ProgramChanges): string[] {
  const { machines, tiers, moved, resized, settings, reliability } = changes;
  return [
    ...sharingLines(changes, MOST),
    ...partedLines(changes),
    ...cut(moved.map(({ machine, from, to }) => `${machine} moves from ${from} to ${to}`)),
    ...named("new machine", machines.gained),
    ...named("removed machine", machines.lost),
    ...named("new tier", tiers.gained),
    ...named("removed tier", tiers.lost),
    ...resized.map(({ tier, before, after }) => `${tier}: ${needed(before)} -> ${needed(after)}`),
    ...cut(settings.map(({ what, before, after }) => `${what}: ${before} -> ${after}`)),
    ...cut(
      reliability.map(
        ({ what, nodes, before, after }) =>
          `${nodes.length === 1 ? nodes[0] : counted(nodes.length, what)}: down ${before} -> ${after} of the time`,
      ),
    ),
  ];
}

function sharingLines({ sharing }: ProgramChanges, most: number): string[] {
  return cut(
    grouped(sharing).map(({ machines, zone }) => `${both(machines)} now share ${zone}`),
    most,
  );
}

const partedLines = ({ parted }: ProgramChanges): string[] =>
  cut(grouped(parted).map(({ machines, zone }) => `${both(machines)} no longer share ${zone}`));

/** Tiers that share machines say it once. */
function grouped(sharing: readonly Sharing[]): Sharing[] {
  const known = new Map(sharing.map((one) => [JSON.stringify([one.machines, one.zone]), one]));
  return [...known.values()];
}

const both = (names: readonly string[]): string => (names.length === 2 ? names.join(" and ") : listed(names, 4));
const needed = ({ members, atLeast }: { readonly members: number; readonly atLeast: number }): string =>
  `${atLeast} of ${members} needed`;

function named(noun: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${noun}${names.length === 1 ? "" : "s"}: ${listed(names, 8)}`];
}

function cut(lines: readonly string[], most = MOST): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `and ${lines.length - most} more like it`];
}
