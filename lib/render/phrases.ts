import type { CutSets } from "../resilience";
import { minutesPerYear } from "../resilience/estimate";
import { counted, listed, timePerYear } from "../judgement/format";
import type { ModelInput } from "../judgement/inputs";
import type { Loss } from "../judgement/losses";
import type { Coverage, Prediction } from "../judgement/prediction";
import type { DerivedStep } from "../judgement/recovery";
import type { DrillEvidence, Finding, Fix, RowVerdict } from "../judgement/report";

/** What terminal and Markdown both say; the layout is theirs. */

/** Nodes that cost the same, as one line. */
export interface Cost {
  /** `shop/db: common cause`, `db-a, db-b, db-c`. */
  readonly names: string;
  readonly count: number;
  /** Each one's share of all downtime. */
  readonly share: number;
  /** Each one's. */
  readonly minutes: number;
  /** Whether its number is assumed and not measured. */
  readonly assumed: boolean;
}

/** Costs within a percent of each other are the same: no input is known better. */
const ALIKE = 0.01;

export function costsOf({ contributors, total }: Prediction): Cost[] {
  const groups: { names: string[]; kind: string; share: number; assumed: boolean }[] = [];
  for (const { event, kind, criticality: share, provenance } of contributors) {
    if (share <= 0) continue;
    const assumed = provenance === "assumed";
    const alike = groups.find(
      (group) => group.kind === kind && group.assumed === assumed && Math.abs(group.share - share) <= ALIKE * share,
    );
    if (alike) alike.names.push(event);
    else groups.push({ names: [event], kind, share, assumed });
  }
  return groups.map(({ names, share, assumed }) => ({
    names: listed(names, 4),
    count: names.length,
    share,
    minutes: share * total.minutesPerYear.likely,
    assumed,
  }));
}

/** `4 alone, 24 in pairs, 7 in threes, none larger`. */
export function cutCounts({ countByOrder, complete }: CutSets): string {
  const of = (order: number) => countByOrder[order] ?? 0n;
  const larger = countByOrder.slice(4).reduce((sum, count) => sum + count, 0n);
  const rest = !complete ? "larger ones not counted" : larger === 0n ? "none larger" : `${many(larger)} larger`;
  return `${many(of(1))} alone, ${many(of(2))} in pairs, ${many(of(3))} in threes, ${rest}`;
}

/** `1,234`, `4.9e12`. */
const many = (count: bigint): string =>
  count < 1_000_000n ? count.toLocaleString("en") : Number(count).toExponential(1).replace("e+", "e");

/** At most: the sum of the sets' probabilities. */
export const cutTime = (probability: number): string => timePerYear(minutesPerYear(probability));

export const ORDERS: Readonly<Record<number, string>> = { 1: "alone", 2: "two together", 3: "three together" };

/** How one tier recovers, once for all losses that say the same. */
export interface Derivation {
  readonly tier: string;
  readonly decidedBy: string;
  readonly seconds: number;
  readonly steps: readonly DerivedStep[];
  /** `machine, zone`: the losses after which it is so. */
  readonly when: readonly string[];
}

export function derivationsOf(losses: readonly Loss[]): Derivation[] {
  const found = new Map<string, Derivation & { when: string[] }>();
  for (const { recoveries, disruption } of losses) {
    for (const { tier, decidedBy, seconds, steps } of recoveries) {
      const key = JSON.stringify([tier, decidedBy, steps]);
      const known = found.get(key) ?? { tier, decidedBy, seconds, steps, when: [] };
      if (!known.when.includes(disruption)) known.when.push(disruption);
      found.set(key, known);
    }
  }
  return [...found.values()].sort((a, b) => b.seconds - a.seconds);
}

/** What stands behind each RPO, numbered; a loss that concerns no data has none. */
export function dataFootnotes(losses: readonly Loss[]): Map<string, number> {
  const notes = new Map<string, number>();
  for (const { rpo } of losses) {
    if (rpo.seconds === 0 && rpo.guaranteed) continue;
    if (!notes.has(rpo.why)) notes.set(rpo.why, notes.size + 1);
  }
  return notes;
}

/** `31 of 34 resources modelled; not: shop/cdn (aws_cloudfront_distribution)`. */
export function coverageLine({ modelled, total, others }: Coverage, most = 5): string {
  const head = `${modelled} of ${counted(total, "resource")} modelled`;
  return others.length === 0 ? `${head}.` : `${head}; not: ${listed(others, most)}.`;
}

/** `machine (8)`. */
export const inputName = ({ what, count }: ModelInput): string => (count === 1 ? what : `${what} (${count})`);

/** The verdict of a row, everywhere in the same words. */
export const VERDICT_WORDS: Readonly<Record<RowVerdict, string>> = {
  proven: "proven",
  kept: "kept as predicted, not proven",
  inconclusive: "kept as predicted, drill inconclusive",
  stale: "kept as predicted, drill stale",
  broken: "broken",
  open: "nothing promised",
};

/** `2026-11-21 08:00 UTC, 3 drills, kept; .beehive/drills/shop.json`. */
export function drillLine({ file, startedAt, stale, report }: DrillEvidence): string {
  const time = startedAt === undefined ? Number.NaN : Date.parse(startedAt);
  const day = Number.isNaN(time) ? [] : [`${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`];
  const parts = [...day, counted(report.drills.length, "drill"), report.verdict];
  return `${parts.join(", ")}; ${file}${stale ? "; stale: the stack has changed since" : ""}`;
}

/** `db-writer-power-loss: no write was acknowledged for 3.05 s; …`; equal reasons once, with the drills that give them. */
export function drillReasons({ report }: DrillEvidence): string[] {
  const faults = new Map<string, string[]>();
  for (const { fault, reasons } of report.drills) {
    for (const reason of reasons) faults.set(reason, [...(faults.get(reason) ?? []), fault]);
  }
  return [...faults].map(([reason, names]) => `${names.join(", ")}: ${reason}`);
}

/** `2 errors, 1 warning; 3 acknowledged`. */
export function findingCounts(findings: readonly Finding[]): string {
  const open = findings.filter(({ acknowledged }) => acknowledged === undefined);
  const levels = (["error", "warning", "note"] as const).flatMap((level) => {
    const count = open.filter((finding) => finding.level === level).length;
    return count === 0 ? [] : [counted(count, level)];
  });
  const known = findings.length - open.length;
  return `${levels.join(", ") || "none open"}${known > 0 ? `; ${known} acknowledged` : ""}`;
}

/** `shop/db: nodes: 5 (2 more machines; 99.991 %)`. */
export function fixLine({ change, machines, predicted }: Fix): string {
  const more = machines === 0 ? "no new machine" : `${counted(machines, "machine")} more`;
  return `${change} (${more}; ${predicted})`;
}

/** Open findings first, then acknowledged ones. */
export const openFirst = (findings: readonly Finding[]): Finding[] => [
  ...findings.filter(({ acknowledged }) => acknowledged === undefined),
  ...findings.filter(({ acknowledged }) => acknowledged !== undefined),
];
