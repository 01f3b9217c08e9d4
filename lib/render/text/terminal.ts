import pc from "picocolors";
import type { Manifest } from "../../manifest/manifest";
import { counted, listed, percentRange } from "../../judgement/format";
import { failuresOf } from "../../judgement/make-report";
import type { Finding, PromiseVerdict, Report, RowVerdict } from "../../judgement/report";
import { drillLine, drillReasons, findingCounts, fixLine, openFirst, VERDICT_WORDS } from "../phrases";
import { costs, cuts, derivations, inputs, limits, losses } from "./terminal-numbers";
import { heading, type Page, type TerminalOptions } from "./terminal-page";
import { paragraph, textTable } from "./text-table";

const SHOWN_FINDINGS = 12;

/** A report for people at a terminal: what matters first, the verdict last, where the eye is. */
export function terminalReport(report: Report, manifest: Manifest, { columns, colours }: TerminalOptions): string {
  const page: Page = { report, manifest, columns, paint: pc.createColors(colours) };
  const blocks = [
    title(page),
    table(page),
    conditions(page),
    ...report.promises.filter(({ kept }) => !kept).map((verdict) => brokenPromise(page, verdict)),
    findings(page),
    costs(page),
    cuts(page),
    losses(page),
    derivations(page),
    inputs(page),
    limits(page),
    verdict(page),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n");
}

function title({ report: { prediction }, paint, columns }: Page): string[] {
  const { stack, hash, entrances } = prediction;
  return paragraph(
    `${paint.bold(`Stack ${stack}`)} (${hash}), visitors come in at ${listed(entrances, 3)}`,
    columns,
    0,
  );
}

function mark({ paint }: Page, verdict: RowVerdict): string {
  return {
    proven: paint.green("✓"),
    kept: paint.green("○"),
    inconclusive: paint.yellow("?"),
    stale: paint.yellow("~"),
    broken: paint.red("✗"),
    open: paint.dim("·"),
  }[verdict];
}

function table(page: Page): string[] {
  const { report, columns, paint } = page;
  const assumed = report.prediction.inputs.some(({ provenance }) => provenance === "assumed") ? "*" : "";
  const rows = report.table.map(({ what, promised, predicted, drill, verdict }, i) => [
    mark(page, verdict),
    what,
    promised ?? paint.dim("·"),
    `${predicted}${i === 0 ? assumed : ""}`,
    drill ?? paint.dim("·"),
    VERDICT_WORDS[verdict],
  ]);
  const head = ["", ...["", "promised", "predicted", "last drill", "verdict"].map((text) => paint.dim(text))];
  const notes = [
    assumed === "" ? [] : ["* rests on numbers that are assumed and not measured; they are marked below"],
    report.drills === undefined
      ? ["no drill yet, so nothing is proven: beehive demo --example FOLDER, or beehive drill in a lab"]
      : [`last drill: ${drillLine(report.drills)}`, ...drillReasons(report.drills)],
    report.promises.length > 0
      ? []
      : ["nothing is promised: new AvailabilityPromise(…) in the program says what it should do"],
  ].flat();
  return [
    heading(page, "Promise, prediction, proof"),
    ...textTable([head, ...rows], columns),
    ...notes.flatMap((note) => paragraph(paint.dim(note), columns)),
  ];
}

/** Promises that are kept only under a condition that is not guaranteed. */
function conditions({ report, columns, paint }: Page): string[] {
  const rows = report.promises.flatMap(({ items }) =>
    items.flatMap(({ what, kept, qualification }) =>
      kept && qualification !== undefined ? [[paint.yellow("!"), what, `kept on a condition: ${qualification}`]] : [],
    ),
  );
  return textTable(rows, columns);
}

function brokenPromise(page: Page, { promise, items, fixes, source }: PromiseVerdict): string[] {
  const { columns, paint } = page;
  const broken = items.filter(({ kept }) => !kept);
  const keeping = fixes.filter(({ keeps }) => keeps);
  const advice =
    keeping.length > 0
      ? "Tried out, each would keep it:"
      : fixes.length > 0
        ? "Tried out, none keeps it; the best:"
        : "No change of settings, zones or machines that was tried brings it nearer.";
  return [
    heading(page, `Promise ${promise.path} cannot be kept`, source),
    ...textTable(
      broken.map(({ what, promised, predicted, missing }) => [
        paint.red("✗"),
        what,
        `promised ${promised}, predicted ${predicted}: ${missing ?? "too long"}`,
      ]),
      columns,
    ),
    ...paragraph(advice, columns),
    ...textTable(
      (keeping.length > 0 ? keeping : fixes).map((fix) => ["→", fixLine(fix)]),
      columns,
    ),
  ];
}

function findings(page: Page): string[] {
  const { findings } = page.report;
  const { columns, paint } = page;
  if (findings.length === 0) return [`${heading(page, "Findings")}  ${paint.green("none")}`];
  const shown = openFirst(findings).slice(0, SHOWN_FINDINGS);
  const more = findings.length - shown.length;
  return [
    heading(page, "Findings", findingCounts(findings)),
    ...shown.flatMap((finding) => oneFinding(page, finding)),
    ...(more > 0 ? paragraph(`and ${counted(more, "finding")} more: --json FILE has them all`, columns) : []),
  ];
}

function oneFinding(page: Page, finding: Finding): string[] {
  const { columns, paint } = page;
  const { id, level, message, fix, source, acknowledged, cutSet } = finding;
  const known = acknowledged !== undefined;
  const colour = { error: paint.red, warning: paint.yellow, note: paint.blue }[level];
  const sign = known ? paint.dim("✓") : colour({ error: "✗", warning: "!", note: "i" }[level]);
  const place = source === undefined ? "" : `  ${paint.dim(source)}`;
  const details = known
    ? [["Acknowledged:", acknowledged]]
    : [
        ["Fix:", fix],
        ...(cutSet.length > 1 ? [["Together:", listed(cutSet, 6)]] : []),
        ["Live with it:", `acknowledge(stack, "${id}", "why")`],
      ];
  return [
    `  ${sign} ${known ? paint.dim(id) : paint.bold(id)}  ${paint.dim(known ? `acknowledged ${level}` : level)}${place}`,
    ...paragraph(message, columns, 4),
    ...textTable(
      details.map(([name, text]) => [paint.dim(name!), text!]),
      columns,
      4,
    ),
  ];
}

/** The last line is the one that is read. */
function verdict({ report, manifest, paint, columns }: Page): string[] {
  const { stack, total } = report.prediction;
  const failures = failuresOf(manifest, report);
  const number = percentRange(total.unavailability);
  const line = (text: string) => paragraph(text, columns, 0);
  if (failures.length > 0) return line(paint.red(`✗ ${stack}: ${failures.join("; ")}.`));
  const { promises } = report;
  const broken = promises.filter(({ kept }) => !kept).length;
  if (broken > 0)
    return line(paint.yellow(`! ${stack}: ${number}, ${counted(broken, "promise")} not kept, and only warned about.`));
  const said =
    promises.length === 0
      ? "nothing promised"
      : promises.length === 1
        ? "the promise is kept"
        : `all ${promises.length} promises are kept`;
  return line(paint.green(`✓ ${stack}: ${number}, ${said}.`));
}
