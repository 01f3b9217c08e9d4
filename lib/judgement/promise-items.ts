import { isDeepStrictEqual } from "node:util";
import { DISRUPTIONS } from "../manifest/format";
import type { Disruption, Manifest, ManifestPromise } from "../manifest/manifest";
import { analyzeParsed, type StructureAnalysis } from "../resilience/structure-analysis";
import { percent, percentRange, seconds, share, timePerYear, timePerYearRange } from "./format";
import { hiveStructure } from "./hive-structure";
import { type Loss, lossesOf, worstDataLoss, worstLosses } from "./losses";
import type { Judged } from "./prediction";
import type { PromiseItem } from "./report";

/** What the engine says of a promise's entrance. */
export interface EntranceAnswers {
  readonly analysis: StructureAnalysis;
  readonly losses: readonly Loss[];
}

/**
 * @param judged the hive's prediction, which says the same where its entrance is the promise's.
 * @throws InvalidModelError when the structure contradicts itself.
 */
export function answersOf(manifest: Manifest, { entrance }: ManifestPromise, judged?: Judged): EntranceAnswers {
  const entrances = [entrance];
  if (judged && isDeepStrictEqual(judged.prediction.entrances, entrances))
    return { analysis: judged.analysis, losses: judged.prediction.losses };
  const analysis = analyzeParsed(hiveStructure(manifest, entrances));
  return { analysis, losses: lossesOf(manifest, analysis, entrances) };
}

/** Each thing that is promised, beside what the structure can deliver. */
export function itemsOf(promise: ManifestPromise, { analysis, losses }: EntranceAnswers): PromiseItem[] {
  const items: PromiseItem[] = [];
  if (promise.unavailability !== undefined) items.push(availabilityItem(promise.unavailability, analysis));
  for (const when of DISRUPTIONS) {
    const rto = promise.rto[when];
    if (rto !== undefined) items.push(rtoItem(when, rto, worstLosses(losses, when)));
  }
  for (const when of DISRUPTIONS) {
    const rpo = promise.rpo[when];
    if (rpo !== undefined) items.push(rpoItem(when, rpo, worstDataLoss(losses, when)));
  }
  return items;
}

function availabilityItem(promised: number, analysis: StructureAnalysis): PromiseItem {
  const { unavailability, minutesPerYear } = analysis.numbers();
  const kept = unavailability.likely <= promised;
  const item = {
    what: "availability",
    promised: `${percent(promised)} (${timePerYear(yearly(promised))} a year)`,
    predicted: `${percentRange(unavailability)}, ${timePerYearRange(minutesPerYear)}`,
    kept,
  };
  if (kept) {
    return unavailability.high <= promised
      ? item
      : { ...item, qualification: `the high end of what is assumed would break it (${percent(unavailability.high)})` };
  }
  const { contributors } = analysis.contributors();
  const costly = contributors
    .slice(0, 3)
    .map(({ event, criticality }) => `${event} (${share(criticality)} of it)`)
    .join(", ");
  const missing = timePerYear(minutesPerYear.likely - yearly(promised));
  return { ...item, missing: `${missing} a year too much; most of it: ${costly}` };
}

const yearly = (unavailability: number): number => unavailability * 525_960;

function rtoItem(when: Disruption, promised: number, worst: Loss | undefined): PromiseItem {
  const base = { what: `RTO ${when}`, disruption: when, promised: seconds(promised) };
  if (worst === undefined) return { ...base, predicted: `there is no ${when}`, kept: true };
  if (worst.rtoSeconds === null) {
    const why = worst.works
      ? `nothing takes over from ${worst.node} by itself`
      : `the loss of ${worst.node} takes ${worst.down.join(", ")} down`;
    return { ...base, predicted: "until it is repaired", kept: false, missing: why };
  }
  const slowest = [...worst.recoveries].sort((a, b) => b.seconds - a.seconds)[0];
  const kept = worst.rtoSeconds <= promised;
  const steps = slowest?.steps.map(({ what, formula }) => `${formula} (${what})`).join(" + ") ?? "";
  return {
    ...base,
    predicted: seconds(worst.rtoSeconds),
    kept,
    ...(!kept && { missing: `${slowest?.tier ?? worst.node} needs ${steps} = ${seconds(worst.rtoSeconds)}` }),
  };
}

function rpoItem(when: Disruption, promised: number, worst: Loss | undefined): PromiseItem {
  const base = { what: `RPO ${when}`, disruption: when, promised: seconds(promised) };
  if (worst === undefined) return { ...base, predicted: `there is no ${when}`, kept: true };
  const { seconds: lost, guaranteed, why } = worst.rpo;
  const kept = lost !== null && lost <= promised;
  return {
    ...base,
    predicted: lost === null ? "no limit" : `${seconds(lost)}${guaranteed ? "" : ", not guaranteed"}`,
    kept,
    ...(kept ? !guaranteed && { qualification: why } : { missing: why }),
  };
}
