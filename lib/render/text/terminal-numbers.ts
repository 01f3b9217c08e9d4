import {
  counted,
  listed,
  lostData,
  recoveryTime,
  seconds,
  share,
  shortPath,
  timePerYear,
} from "../../judgement/format";
import { groupLosses, type LossGroup } from "../loss-groups";
import { costsOf, coverageLine, cutCounts, cutTime, dataFootnotes, derivationsOf, inputName, ORDERS } from "../phrases";
import { heading, type Page } from "./terminal-page";
import { paragraph, textTable } from "./text-table";

/** The blocks behind the table: where the numbers come from, and what they do not contain. */

const SHOWN_COSTS = 10;
/** Shares of the downtime below it are nothing to look at. */
const LEAST_COST = 1e-5;
const SHOWN_CUTS: Readonly<Record<number, number>> = { 1: 12, 2: 5, 3: 5 };
const SHOWN_LOSSES = 30;
const BAR = 24;

export function costs(page: Page): string[] {
  const { report, columns, paint } = page;
  const { total } = report.prediction;
  const all = costsOf(report.prediction);
  const shown = all.filter((cost) => cost.share >= LEAST_COST).slice(0, SHOWN_COSTS);
  const most = Math.max(...shown.map((cost) => cost.share));
  const rows = shown.map(({ names, count, share: part, minutes, assumed }) => [
    paint.cyan("█".repeat(Math.max(1, Math.round((part / most) * BAR)))),
    `${share(part)}${count > 1 ? " each" : ""}`,
    timePerYear(minutes),
    `${names}${assumed ? "*" : ""}`,
  ]);
  const less = all.slice(shown.length);
  return [
    heading(page, "Where the downtime comes from", `${timePerYear(total.minutesPerYear.likely)} a year`),
    ...(rows.length === 0 ? paragraph("could not be computed for this hive", columns) : textTable(rows, columns)),
    ...(less.length > 0
      ? paragraph(paint.dim(`and ${less.reduce((sum, { count }) => sum + count, 0)} that cost less`), columns)
      : []),
  ];
}

export function cuts(page: Page): string[] {
  const { columns, paint } = page;
  const { cutSets, exact } = page.report.prediction;
  if (cutSets === undefined) {
    return [
      heading(page, "What takes visitors away"),
      ...paragraph(
        exact ? "what fails together could not be listed for this hive; see the notes" : "see the notes",
        columns,
      ),
    ];
  }
  const rows = [1, 2, 3].flatMap((order) => {
    const groups = cutSets.groups.filter((group) => group.order === order);
    const more = groups.length - SHOWN_CUTS[order]!;
    return [
      ...groups
        .slice(0, SHOWN_CUTS[order])
        .map(({ label, count, probability }, i) => [
          i === 0 ? ORDERS[order]! : "",
          cutTime(probability),
          count === 1 || /^\d/.test(label) ? label : `${label} ${paint.dim(`(${count.toLocaleString("en")} ways)`)}`,
        ]),
      ...(more > 0 ? [["", "", paint.dim(`and ${counted(more, "less likely group")}`)]] : []),
    ];
  });
  return [heading(page, "What takes visitors away", cutCounts(cutSets)), ...textTable(rows, columns)];
}

export function losses(page: Page): string[] {
  const { report, manifest, columns, paint } = page;
  const { groups } = groupLosses(manifest, report.prediction.losses);
  const shown = groups.slice(0, SHOWN_LOSSES);
  const notes = dataFootnotes(shown.map(({ loss }) => loss));
  const head = ["", "gone", "visitors", "quorum", "back after", "data lost", ""].map((text) => paint.dim(text));
  const rows = shown.map((group) => {
    const { loss } = group;
    const note = notes.get(loss.rpo.why);
    return [
      loss.works ? paint.green("✓") : paint.red("✗"),
      nameOf(group),
      loss.works
        ? "served"
        : `${paint.red("not served")}: ${listed(
            loss.down.map((path) => shortPath(path, manifest.stack)),
            4,
          )} down`,
      quorumOf(page, group),
      recoveryTime(loss),
      lostData(loss.rpo),
      note === undefined ? "" : paint.dim(`[${note}]`),
    ];
  });
  const more = groups.length - shown.length;
  return [
    heading(page, "The loss of each thing"),
    ...textTable([head, ...rows], columns),
    ...(more > 0 ? paragraph(`and ${more} more: --json FILE has them all`, columns) : []),
    ...textTable(
      [...notes].map(([why, number]) => [paint.dim(`[${number}]`), paint.dim(why)]),
      columns,
    ),
  ];
}

/** `zone rack/a (3 machines)`, `db-a, db-b, db-c`. */
function nameOf({ nodes, loss, kind }: LossGroup): string {
  const carried = kind === "machine" ? 0 : loss.machines.length;
  const each = nodes.length > 1 ? " each" : "";
  return `${listed(nodes, 4)}${carried === 0 ? "" : ` (${counted(carried, "machine")}${each})`}`;
}

function quorumOf({ paint, manifest }: Page, { loss }: LossGroup): string {
  const said = loss.quorums.map(({ tier, left, of, holds }) => {
    const votes = `${shortPath(tier, manifest.stack)} ${left} of ${of}`;
    return holds ? votes : paint.red(`${votes}, lost`);
  });
  return said.join("; ") || paint.dim("·");
}

export function derivations(page: Page): string[] {
  const { report, manifest, columns, paint } = page;
  const rows = derivationsOf(report.prediction.losses).flatMap(({ tier, decidedBy, seconds: length, steps, when }) => {
    const by = decidedBy === tier ? "" : `, by ${shortPath(decidedBy, manifest.stack)}'s settings`;
    return [
      [
        paint.bold(shortPath(tier, manifest.stack)),
        paint.bold(seconds(length)),
        paint.dim(`after losing a ${when.join(" or ")}${by}`),
      ],
      ...steps.map(({ what, formula, seconds: part }) => ["", seconds(part), `${formula}: ${what}`]),
    ];
  });
  if (rows.length === 0) return [];
  return [heading(page, "How long each tier takes, at most"), ...textTable(rows, columns)];
}

export function inputs(page: Page): string[] {
  const { report, columns, paint } = page;
  const rows = report.prediction.inputs.map((input) => [
    inputName(input),
    input.value,
    input.provenance === "assumed" ? paint.yellow("assumed*") : input.provenance,
    paint.dim(input.source),
  ]);
  return [heading(page, "What the numbers rest on"), ...textTable(rows, columns)];
}

export function limits(page: Page): string[] {
  const { report, columns } = page;
  const { coverage, notModelled, notes } = report.prediction;
  return [
    heading(page, "What this does not know"),
    ...paragraph(coverageLine(coverage), columns),
    ...paragraph(`In no number: ${notModelled.join(", ")}.`, columns),
    ...notes.flatMap((note) => paragraph(note, columns)),
  ];
}
