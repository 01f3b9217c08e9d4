import type { Manifest } from "../manifest/manifest";
import { drillBreaches, type DrillSource, evidenceOf } from "./drill-evidence";
import { findingsOf } from "./findings";
import { counted } from "./format";
import { predict } from "./prediction";
import { verdictsOf } from "./promise-verdict";
import { type Report, REPORT_VERSION } from "./report";
import { reportTable } from "./report-table";

export interface ReportInput {
  readonly manifest: Manifest;
  /** The last drill's results. Without them nothing is proven. */
  readonly drills?: DrillSource;
}

/**
 * Promise, prediction and proof of one hive.
 *
 * @throws InvalidModelError when the structure contradicts itself.
 */
export function makeReport({ manifest, drills: source }: ReportInput): Report {
  const judged = predict(manifest);
  const { prediction, analysis } = judged;
  const promises = verdictsOf(manifest, judged);
  const drills = source && evidenceOf(manifest, source);
  return {
    version: REPORT_VERSION,
    prediction,
    findings: findingsOf(manifest, analysis, prediction.entrances),
    promises,
    ...(drills && { drills }),
    table: reportTable({ manifest, prediction, promises, drills }),
  };
}

/** Why a pipeline should stop, in words; empty when it may go on. A promise with `onBreach: "warn"` stops nothing. */
export function failuresOf(manifest: Manifest, { promises, findings, drills }: Report): string[] {
  const failures = promises
    .filter(({ kept, promise }) => !kept && promise.onBreach === "fail")
    .map(({ promise }) => `the promise ${promise.path} is not kept`);
  const errors = findings.filter(({ level, acknowledged }) => level === "error" && acknowledged === undefined);
  if (errors.length > 0)
    failures.push(`${counted(errors.length, "finding")} ${errors.length === 1 ? "is an error" : "are errors"}`);
  if (drills === undefined || drills.stale) return failures;
  const strict = manifest.promises.filter(({ onBreach }) => onBreach === "fail");
  const broken = drills.report.drills.filter((drill) => drillBreaches(manifest, drill, strict).length > 0);
  for (const { fault, zone, machine } of broken)
    failures.push(`the drill ${fault} (${zone ?? machine ?? "no machine"}) broke a promise`);
  if (broken.length === 0 && (drills.report.finally?.lost ?? 0) > 0) failures.push("acknowledged writes are lost");
  return failures;
}
