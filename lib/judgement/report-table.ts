import type { DrillResult } from "../drills/drill-result";
import { DISRUPTIONS } from "../manifest/format";
import type { Disruption, Manifest, ManifestPromise } from "../manifest/manifest";
import { drillBreaches, drilledDisruption, drilledTier, faultsFor, measuredSeconds } from "./drill-evidence";
import { listed, percent, percentRange, seconds, timePerYear, timePerYearRange } from "./format";
import { rpoText, rtoText } from "./loss-text";
import { worstDataLoss } from "./losses";
import type { Prediction } from "./prediction";
import { recoveryOf } from "./recovery";
import type { DrillEvidence, PromiseItem, PromiseVerdict, ReportRow } from "./report";

interface TableInput {
  readonly manifest: Manifest;
  readonly prediction: Prediction;
  readonly promises: readonly PromiseVerdict[];
  readonly drills?: DrillEvidence;
}

/**
 * Promise, prediction, proof: availability, the loss of a machine (below it each tier that was drilled), of a zone, of a site.
 * Promises at one of several entrances have rows of their own after these.
 */
export function reportTable(input: TableInput): ReportRow[] {
  const { manifest, prediction, promises } = input;
  const { entrances } = prediction;
  const ofAll = ({ promise }: PromiseVerdict) => entrances.length === 1 && promise.entrance === entrances[0];
  const items = promises.filter(ofAll).flatMap((verdict) => verdict.items);
  const kinds = DISRUPTIONS.filter((when) => prediction.worst[when] !== undefined || itemsFor(items, when).length > 0);
  return [
    availabilityRow(prediction, items),
    ...kinds.flatMap((when) => [
      disruptionRow(input, items, when),
      ...(when === "machine" ? drilledRows(input, manifest.promises) : []),
    ]),
    ...promises.filter((verdict) => !ofAll(verdict)).flatMap(rowsOfPromise),
  ];
}

const itemsFor = (items: readonly PromiseItem[], when: Disruption | undefined) =>
  items.filter(({ disruption }) => disruption === when);

function availabilityRow({ total, exact }: Prediction, items: readonly PromiseItem[]): ReportRow {
  const [item] = itemsFor(items, undefined);
  const { unavailability, minutesPerYear } = total;
  const predicted = exact
    ? `${percentRange(unavailability)}, ${timePerYearRange(minutesPerYear)}`
    : `${percent(unavailability.high)} or better, ${timePerYear(minutesPerYear.high)} a year or less`;
  return {
    what: "availability",
    ...(item !== undefined && { promised: item.promised }),
    predicted,
    verdict: verdictOf(items.filter(({ disruption }) => disruption === undefined)),
  };
}

function disruptionRow(input: TableInput, all: readonly PromiseItem[], when: Disruption): ReportRow {
  const { prediction, drills } = input;
  const items = itemsFor(all, when);
  const worst = prediction.worst[when];
  const data = worstDataLoss(prediction.losses, when);
  const row = {
    what: `a ${when} dies`,
    ...(items.length > 0 && { promised: promisedText(items) }),
    predicted:
      worst === undefined || data === undefined ? `there is no ${when}` : `${rtoText(worst)}; ${rpoText(data)}`,
    verdict: verdictOf(items),
  };
  const proof = (drills?.report.drills ?? []).filter((drill) => drilledDisruption(drill) === when);
  const complete = faultsFor(input.manifest, when).every((fault) => proof.some((drill) => drill.fault === fault));
  const later = lostLater(drills);
  return withProof(row, input, { results: proof, predicted: worst?.rtoSeconds, lostLater: later, complete });
}

/** Writes that existed after their own drill and not after the last one: a later drill lost them. */
function lostLater(drills: DrillEvidence | undefined): number {
  const known = (drills?.report.drills ?? []).reduce((sum, { lost }) => sum + (lost ?? 0), 0);
  return Math.max(0, (drills?.report.finally?.lost ?? 0) - known);
}

/** One for each drill of the last run that took a machine. */
function drilledRows(input: TableInput, promises: readonly ManifestPromise[]): ReportRow[] {
  const { manifest, prediction, drills } = input;
  const promised = promises.some(({ rto, rpo }) => rto.machine !== undefined || rpo.machine !== undefined);
  const rto = Math.min(...promises.map((promise) => promise.rto.machine ?? Infinity));
  const single = (drills?.report.drills ?? []).filter((drill) => drilledDisruption(drill) === "machine");
  // A write that is gone at the very end is nobody's proof: any of the drills may have taken it.
  const complete = lostLater(drills) === 0;
  return single.map((drill) => {
    const tier = drilledTier(manifest, drill);
    const loss = prediction.losses.find(({ node }) => node === drill.machine);
    const known = manifest.tiers.some(({ path }) => path === tier);
    const recovery = known ? recoveryOf(manifest, tier, "machine") : undefined;
    const predicted =
      loss !== undefined
        ? rtoText(loss)
        : recovery !== undefined
          ? `RTO ${seconds(recovery.seconds)}`
          : "not in the hive any more";
    const late = rto !== Infinity && loss !== undefined && (loss.rtoSeconds ?? Infinity) > rto;
    const verdict = !promised ? "open" : late ? "broken" : "kept";
    const row: ReportRow = { what: `${tier} loses a machine`, predicted, verdict };
    return withProof(row, input, { results: [drill], predicted: loss?.rtoSeconds, lostLater: 0, complete });
  });
}

interface Proof {
  readonly results: readonly DrillResult[];
  /** Seconds. */
  readonly predicted: number | null | undefined;
  readonly lostLater: number;
  /** Every drill that the hive can have of this kind has run: one tier's machine proves nothing of another one's. */
  readonly complete: boolean;
}

/** The row with what was measured. Proof of another edition of the stack proves nothing, and says so. */
function withProof(row: ReportRow, { manifest, drills }: TableInput, proof: Proof): ReportRow {
  const { results } = proof;
  if (drills === undefined || results.length === 0) return row;
  const drill = proofText(drills, proof);
  const kept = row.verdict === "kept";
  if (drills.stale) return { ...row, drill, verdict: kept ? "stale" : row.verdict };
  const breaches = results.flatMap((result) => drillBreaches(manifest, result, manifest.promises));
  if (breaches.length > 0 || proof.lostLater > 0) return { ...row, drill, verdict: "broken" };
  return { ...row, drill, verdict: kept ? provenBy(proof) : row.verdict };
}

/** What a promise that the structure keeps comes to, when no drill broke it. */
function provenBy({ results, complete }: Proof): ReportRow["verdict"] {
  if (results.some(({ verdict, lost }) => verdict === "inconclusive" || lost === null)) return "inconclusive";
  return complete ? "proven" : "kept";
}

function proofText({ stale, report }: DrillEvidence, { results, predicted, lostLater }: Proof): string {
  const conclusive = results.filter(({ verdict }) => verdict !== "inconclusive");
  const doubtful = results.filter(({ verdict }) => verdict === "inconclusive");
  const prefix = stale ? "stale: " : "";
  if (conclusive.length === 0) return `${prefix}inconclusive`;
  const longest = conclusive.reduce((a, b) => ((measuredSeconds(b) ?? 0) > (measuredSeconds(a) ?? 0) ? b : a));
  const length = measuredSeconds(longest);
  const longer = predicted != null && length !== null && length > predicted ? ", longer than predicted" : "";
  const parts = [`${lostIn(longest)}: ${length === null ? "no answer" : seconds(length)}${longer}`];
  const sum = (amount: (drill: DrillResult) => number) => conclusive.reduce((total, drill) => total + amount(drill), 0);
  parts.push(`${whole(sum(({ failed }) => failed))} of ${whole(sum(({ requests }) => requests))} failed`);
  // All writes of all drills are looked up once more at the very end.
  const end = results.length > 1 && results.length === report.drills.length ? report.finally : undefined;
  const lost = end?.lost ?? sum((drill) => drill.lost ?? 0);
  const unread = end == null && conclusive.some((drill) => drill.lost === null);
  parts.push(
    unread
      ? "writes were not read back"
      : `${whole(lost)} of ${whole(end?.acknowledged ?? sum(({ acknowledged }) => acknowledged))} writes lost`,
  );
  if (end == null && lostLater > 0) parts.push(`${whole(lostLater)} lost after that`);
  if (doubtful.length > 0) parts.push(`${doubtful.length} of ${results.length} drills inconclusive`);
  return prefix + parts.join(", ");
}

/** `db-a`, `rack/a (lb-1, web-1, db-a)`. */
const lostIn = ({ zone, machine, machines }: DrillResult): string =>
  zone === null ? (machine ?? "nobody") : `${zone} (${listed(machines, 4)})`;

/** A promise at one of several entrances; its items say it all. */
function rowsOfPromise({ promise, items }: PromiseVerdict): ReportRow[] {
  const kinds: readonly (Disruption | undefined)[] = [undefined, ...DISRUPTIONS];
  return kinds.flatMap((when) => {
    const found = itemsFor(items, when);
    if (found.length === 0) return [];
    const predicted = found.map((item) => `${objectiveOf(item)}${item.predicted}`).join("; ");
    const what = `${when === undefined ? "availability" : `a ${when} dies`} (${promise.entrance})`;
    return [{ what, promised: promisedText(found), predicted, verdict: verdictOf(found) }];
  });
}

/** `RTO 3 s; RPO 0 s`. */
const promisedText = (items: readonly PromiseItem[]): string =>
  items.map((item) => `${objectiveOf(item)}${item.promised}`).join("; ");

/** `RTO ` of `RTO machine`. */
const objectiveOf = ({ what, disruption }: PromiseItem): string =>
  disruption === undefined ? "" : `${what.slice(0, 3)} `;

const verdictOf = (items: readonly PromiseItem[]): ReportRow["verdict"] =>
  items.length === 0 ? "open" : items.every(({ kept }) => kept) ? "kept" : "broken";
const whole = (count: number): string => count.toLocaleString("en");
