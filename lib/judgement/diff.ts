import { DISRUPTIONS } from "../manifest/format";
import type { Disruption, Manifest } from "../manifest/manifest";
import type { Availability } from "../resilience";
import { findingsOf } from "./findings";
import { rpoText, rtoText } from "./loss-text";
import { type Loss, worstDataLoss } from "./losses";
import { type Judged, predict, type Prediction } from "./prediction";
import { type Changed, gained, type Gained, type ProgramChanges, programChanges } from "./program-changes";
import { answersOf, itemsOf } from "./promise-items";
import type { Finding, PromiseItem } from "./report";

/** Version of the JSON; raised when a field changes its meaning. */
export const DIFF_VERSION = 1;

export type Trend = "better" | "worse" | "same";

/** What a change of the program does to a hive, derived from two manifests. */
export interface HiveDiff {
  readonly version: typeof DIFF_VERSION;
  readonly before: HiveSide;
  readonly after: HiveSide;
  readonly availability: Trend;
  /** Nodes that take an entrance away alone. */
  readonly singlePoints: Gained & { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Worst RTO and RPO of each kind of disruption that one of the two has. */
  readonly disruptions: readonly DisruptionDiff[];
  /** Items of promises that are kept on one side only, or promise something else. */
  readonly promises: readonly PromiseDiff[];
  readonly findings: { readonly gained: readonly Finding[]; readonly lost: readonly Finding[] };
  /** Contributors whose cost changed, most first; minutes a year. */
  readonly costs: readonly CostDiff[];
  readonly changes: ProgramChanges;
  readonly notes: readonly string[];
}

export interface HiveSide {
  readonly stack: string;
  readonly hash: string;
  readonly total: Availability;
}

export interface DisruptionDiff extends Changed {
  readonly disruption: Disruption;
  readonly trend: Trend;
}

export interface PromiseDiff {
  /** `shop/slo: RTO machine`. */
  readonly what: string;
  /** Absent where it is not promised. */
  readonly before?: PromiseItem;
  readonly after?: PromiseItem;
}

export interface CostDiff {
  readonly event: string;
  readonly before: number;
  readonly after: number;
}

/** Differences below this share are rounding: no input is known so well. */
const NOTICEABLE = 1e-3;
const MAX_COSTS = 10;

/** @throws InvalidModelError when one of the structures contradicts itself. */
export function diffOf(before: Manifest, after: Manifest): HiveDiff {
  const [old, now] = [predict(before), predict(after)];
  const [a, b] = [old.prediction, now.prediction];
  const findings = [
    findingsOf(before, old.analysis, a.entrances),
    findingsOf(after, now.analysis, b.entrances),
  ] as const;
  const points = [singlePointsOf(a), singlePointsOf(b)] as const;
  return {
    version: DIFF_VERSION,
    before: sideOf(a),
    after: sideOf(b),
    availability: trendOf(a.total.unavailability.likely, b.total.unavailability.likely),
    singlePoints: { before: points[0], after: points[1], ...gained(...points) },
    disruptions: DISRUPTIONS.flatMap((when) => disruptionDiff(a, b, when)),
    promises: promiseDiffs([before, old], [after, now]),
    findings: { gained: without(findings[1], findings[0]), lost: without(findings[0], findings[1]) },
    costs: costDiffs(a, b),
    changes: programChanges(before, after),
    notes: notesOf(a, b),
  };
}

/** Whether a pipeline should look twice. */
export const isLoss = ({ availability, singlePoints }: HiveDiff): boolean =>
  availability === "worse" || singlePoints.gained.length > 0;

const sideOf = ({ stack, hash, total }: Prediction): HiveSide => ({ stack, hash, total });

/** Of something of which less is better. */
function trendOf(before: number, after: number): Trend {
  const finite = before !== Infinity && after !== Infinity;
  const close = finite && Math.abs(after - before) <= NOTICEABLE * Math.max(before, after);
  if (before === after || close) return "same";
  return after < before ? "better" : "worse";
}

const singlePointsOf = ({ losses }: Prediction): string[] =>
  losses.filter(({ works }) => !works).map(({ node }) => node);

function without(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const known = new Set(others.map(({ id }) => id));
  return findings.filter(({ id }) => !known.has(id));
}

function disruptionDiff(before: Prediction, after: Prediction, when: Disruption): DisruptionDiff[] {
  const sides = [before, after].map(({ worst, losses }) => ({ time: worst[when], data: worstDataLoss(losses, when) }));
  const [a, b] = sides as [(typeof sides)[0], (typeof sides)[0]];
  if (a.time === undefined && b.time === undefined) return [];
  const text = ({ time, data }: typeof a) =>
    time === undefined || data === undefined ? `there is no ${when}` : `${rtoText(time)}; ${rpoText(data)}`;
  return [
    {
      disruption: when,
      what: `a ${when} dies`,
      before: text(a),
      after: text(b),
      trend: worseOf([secondsTrend(a.time, b.time, rtoOf), secondsTrend(a.data, b.data, rpoOf)]),
    },
  ];
}

const rtoOf = ({ rtoSeconds }: Loss): number => rtoSeconds ?? Infinity;
/** An RPO of 0 that is not guaranteed is worse than one that is. */
const rpoOf = ({ rpo }: Loss): number => (rpo.seconds ?? Infinity) + (rpo.guaranteed ? 0 : 1e-6);

function secondsTrend(before: Loss | undefined, after: Loss | undefined, of: (loss: Loss) => number): Trend {
  return before === undefined || after === undefined ? "same" : trendOf(of(before), of(after));
}

/** One that is worse is not made good by another that is better. */
const worseOf = (trends: readonly Trend[]): Trend =>
  trends.includes("worse") ? "worse" : trends.includes("better") ? "better" : "same";

type JudgedManifest = readonly [Manifest, Judged];

function promiseDiffs(before: JudgedManifest, after: JudgedManifest): PromiseDiff[] {
  const [old, now] = [before, after].map(
    ([manifest, judged]) =>
      new Map(
        manifest.promises.flatMap((promise) =>
          itemsOf(promise, answersOf(manifest, promise, judged)).map(
            (item) => [`${promise.path}: ${item.what}`, item] as const,
          ),
        ),
      ),
  ) as [Map<string, PromiseItem>, Map<string, PromiseItem>];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((what) => ({ what, before: old.get(what), after: now.get(what) }))
    .filter(({ before: a, after: b }) => a?.kept !== b?.kept || a?.promised !== b?.promised);
}

function costDiffs(before: Prediction, after: Prediction): CostDiff[] {
  const minutesOf = ({ contributors, total }: Prediction) =>
    new Map(contributors.map(({ event, criticality }) => [event, criticality * total.minutesPerYear.likely]));
  const [old, now] = [minutesOf(before), minutesOf(after)];
  const least = NOTICEABLE * Math.max(before.total.minutesPerYear.likely, after.total.minutesPerYear.likely);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((event) => ({ event, before: old.get(event) ?? 0, after: now.get(event) ?? 0 }))
    .filter((cost) => Math.abs(cost.after - cost.before) > least)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
    .slice(0, MAX_COSTS);
}

function notesOf(before: Prediction, after: Prediction): string[] {
  const notes: string[] = [];
  if (before.stack !== after.stack) notes.push(`These are two stacks: ${before.stack} and ${after.stack}.`);
  if (!before.exact || !after.exact) notes.push("One of the two numbers is a limit and not exact.");
  const moved = gained(before.entrances, after.entrances);
  if (moved.gained.length + moved.lost.length > 0)
    notes.push(`Visitors came in at ${before.entrances.join(", ")}, and come in at ${after.entrances.join(", ")} now.`);
  return notes;
}
