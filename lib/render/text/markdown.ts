import type { Manifest } from "../../manifest/manifest";
import {
  counted,
  listed,
  lostData,
  percentRange,
  recoveryTime,
  seconds,
  share,
  shortPath,
  timePerYear,
} from "../../judgement/format";
import { groupLosses } from "../loss-groups";
import { failuresOf } from "../../judgement/make-report";
import type { Finding, PromiseVerdict, Report, RowVerdict } from "../../judgement/report";
import { code, details, escape, fitDocument, type Section, tableHead, tableRow } from "./markdown-text";
import {
  costsOf,
  coverageLine,
  cutCounts,
  cutTime,
  dataFootnotes,
  derivationsOf,
  drillLine,
  drillReasons,
  findingCounts,
  fixLine,
  inputName,
  ORDERS,
  VERDICT_WORDS,
} from "../phrases";

/**
 * Bytes. GitHub takes 65,536 characters in a comment, and refuses a whole job summary above 1 MiB; one limit for both, with
 * room for what a workflow writes around it.
 */
export const MARKDOWN_LIMIT = 60_000;

const MARKS: Readonly<Record<RowVerdict, string>> = {
  proven: "✅",
  kept: "⚪",
  inconclusive: "❔",
  stale: "⌛",
  broken: "❌",
  open: "➖",
};
const LEVELS: Readonly<Record<Finding["level"], string>> = { error: "❌", warning: "⚠️", note: "ℹ️" };

/** A report for a job summary or a comment: the table, what is wrong, and the rest folded. */
export function markdownReport(report: Report, manifest: Manifest, limit = MARKDOWN_LIMIT): string {
  const known = report.findings.filter(({ acknowledged }) => acknowledged !== undefined);
  const open = report.findings.filter(({ acknowledged }) => acknowledged === undefined);
  return fitDocument(
    [
      title(report, manifest),
      table(report),
      ...report.promises.filter(({ kept }) => !kept).map(brokenPromise),
      { before: [`**Findings:** ${findingCounts(report.findings)}\n`], rows: open.map(findingLine), most: 50 },
      ...(known.length > 0
        ? [
            details(counted(known.length, "acknowledged finding"), {
              before: [""],
              rows: known.map(findingLine),
              most: 20,
            }),
          ]
        : []),
      limits(report),
      costs(report),
      cuts(report),
      losses(report, manifest),
      derivations(report, manifest),
      inputs(report),
    ],
    limit,
  );
}

function title(report: Report, manifest: Manifest): Section {
  const { stack, total } = report.prediction;
  const failures = failuresOf(manifest, report);
  const text = `${stack}: ${percentRange(total.unavailability)}`;
  return {
    before: [
      `### ${failures.length > 0 ? "❌" : "✅"} ${escape(text)}`,
      ...(failures.length > 0 ? [escape(sentence(failures.join("; ")))] : []),
    ],
    rows: [],
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function table({ table, prediction, promises, drills }: Report): Section {
  const assumed = prediction.inputs.some(({ provenance }) => provenance === "assumed");
  const rows = table.map(({ what, promised, predicted, drill, verdict }, i) =>
    tableRow([
      MARKS[verdict],
      escape(what),
      escape(promised ?? ""),
      `${escape(predicted)}${assumed && i === 0 ? "\\*" : ""}`,
      escape(drill ?? ""),
      VERDICT_WORDS[verdict],
    ]),
  );
  const conditions = promises.flatMap(({ items }) =>
    items.flatMap(({ what, kept, qualification }) =>
      kept && qualification !== undefined ? [`${what} is kept on a condition: ${qualification}.`] : [],
    ),
  );
  const notes = [
    ...(assumed ? ["* rests on numbers that are assumed and not measured."] : []),
    ...(drills === undefined
      ? ["No drill yet, so nothing is proven."]
      : [`Last drill: ${drillLine(drills)}.`, ...drillReasons(drills).map((reason) => `${reason}.`)]),
    ...(promises.length === 0 ? ["Nothing is promised."] : []),
    ...conditions,
  ];
  return {
    before: [tableHead(["", "", "promised", "predicted", "last drill", "verdict"])],
    rows,
    after: [`<sub>${notes.map(escape).join("<br>")}</sub>`],
  };
}

function brokenPromise({ promise, items, fixes, source }: PromiseVerdict): Section {
  const broken = items.filter(({ kept }) => !kept);
  const keeping = fixes.filter(({ keeps }) => keeps);
  const advice =
    keeping.length > 0
      ? "Tried out, each would keep it:"
      : fixes.length > 0
        ? "Tried out, none keeps it; the best:"
        : "No change of settings, zones or machines that was tried brings it nearer.";
  const tried = keeping.length > 0 ? keeping : fixes;
  return {
    before: [`**Promise ${escape(promise.path)} cannot be kept**${placeOf(source)}\n`],
    rows: broken.map(
      ({ what, promised, predicted, missing }) =>
        `- ❌ ${escape(`${what}: promised ${promised}, predicted ${predicted}: ${missing ?? "too long"}`)}`,
    ),
    after: [advice, tried.map((fix) => `- ${escape(fixLine(fix))}`).join("\n")],
  };
}

const placeOf = (source: string | undefined): string => (source === undefined ? "" : ` (${code(source)})`);

function findingLine({ id, level, message, fix, source, acknowledged }: Finding): string {
  const end =
    acknowledged === undefined ? `<br>**Fix:** ${escape(fix)}` : `<br>**Acknowledged:** ${escape(acknowledged)}`;
  return `- ${acknowledged === undefined ? LEVELS[level] : "☑️"} **${escape(id)}**${placeOf(source)}<br>${escape(message)}${end}`;
}

function limits({ prediction: { coverage, notModelled, notes } }: Report): Section {
  const text = [coverageLine(coverage, 12), `In no number: ${notModelled.join(", ")}.`, ...notes];
  return { before: [`<sub>${text.map(escape).join("<br>")}</sub>`], rows: [] };
}

function costs({ prediction }: Report): Section {
  const rows = costsOf(prediction).map(({ names, count, share: part, minutes, assumed }) =>
    tableRow([
      `${share(part)}${count > 1 ? " each" : ""}`,
      timePerYear(minutes),
      `${escape(names)}${assumed ? "\\*" : ""}`,
    ]),
  );
  const total = timePerYear(prediction.total.minutesPerYear.likely);
  return details(`Where the downtime comes from: ${total} a year`, {
    before: [tableHead(["share", "a year", "what"])],
    rows,
    most: 20,
  });
}

function cuts({ prediction: { cutSets } }: Report): Section {
  if (cutSets === undefined) return { before: ["What fails together could not be listed for this hive."], rows: [] };
  const rows = cutSets.groups.map(({ order, label, count, probability }) =>
    tableRow([ORDERS[order] ?? String(order), escape(label), count.toLocaleString("en"), cutTime(probability)]),
  );
  return details(`What takes visitors away: ${cutCounts(cutSets)}`, {
    before: [tableHead(["together", "what fails", "ways", "a year, at most"])],
    rows,
    most: 40,
  });
}

function losses({ prediction }: Report, manifest: Manifest): Section {
  const { groups } = groupLosses(manifest, prediction.losses);
  const notes = dataFootnotes(groups.map(({ loss }) => loss));
  const short = (path: string) => shortPath(path, manifest.stack);
  const rows = groups.map(({ nodes, loss }) => {
    const note = notes.get(loss.rpo.why);
    const down = loss.down.length === 0 ? "" : `: ${listed(loss.down.map(short), 4)} down`;
    const quorums = loss.quorums.map(
      ({ tier, left, of, holds }) => `${short(tier)} ${left} of ${of}${holds ? "" : ", lost"}`,
    );
    return tableRow([
      loss.works ? "✅" : "❌",
      escape(listed(nodes, 4)),
      escape(loss.works ? "served" : `not served${down}`),
      escape(quorums.join("; ")),
      recoveryTime(loss),
      `${lostData(loss.rpo)}${note === undefined ? "" : ` (${note})`}`,
    ]);
  });
  return details("The loss of each thing", {
    before: [tableHead(["", "gone", "visitors", "quorum", "back after (RTO)", "data lost (RPO)"])],
    rows,
    most: 40,
    after: [...notes].map(([why, number]) => `(${number}) ${escape(why)}.`),
  });
}

function derivations({ prediction }: Report, manifest: Manifest): Section {
  const rows = derivationsOf(prediction.losses).map(({ tier, decidedBy, seconds: length, steps, when }) => {
    const by = decidedBy === tier ? "" : `, by ${shortPath(decidedBy, manifest.stack)}'s settings`;
    const parts = steps.map(({ what, formula }) => `${formula}: ${what}`).map(escape);
    const head = `${shortPath(tier, manifest.stack)}: ${seconds(length)} after losing a ${when.join(" or ")}${by}`;
    return `- ${escape(head)}<br>${parts.join("<br>")}`;
  });
  return details("How long each tier takes, at most", { before: [""], rows, most: 20 });
}

function inputs({ prediction }: Report): Section {
  const rows = prediction.inputs.map((input) =>
    tableRow([
      escape(inputName(input)),
      escape(input.value),
      input.provenance === "assumed" ? "assumed\\*" : input.provenance,
      escape(input.source),
    ]),
  );
  return details("What the numbers rest on", {
    before: [tableHead(["input", "value", "from", "source"])],
    rows,
    most: 40,
  });
}
