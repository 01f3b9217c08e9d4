import pc from "picocolors";
import type { HiveDiff, Trend } from "../../judgement/diff";
import { changeLines, costLine, diffRows, headline } from "./diff-phrases";
import type { TerminalOptions } from "./terminal-page";
import { paragraph, textTable } from "./text-table";

/** What a change does to a hive, for people at a terminal. */
export function diffTerminal(diff: HiveDiff, { columns, colours }: TerminalOptions): string {
  const paint = pc.createColors(colours);
  const mark: Record<Trend, string> = { better: paint.green("✓"), worse: paint.red("✗"), same: paint.dim("·") };
  const head = ["", "", "before", "after"].map((text) => paint.dim(text));
  const block = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : [paint.bold(title), ...lines]);
  const findings = (list: HiveDiff["findings"]["gained"], sign: string) =>
    list.flatMap(({ id, level, message, fix, acknowledged }) => [
      `  ${sign} ${paint.bold(id)}  ${paint.dim(acknowledged === undefined ? level : `acknowledged ${level}`)}`,
      ...paragraph(sign === mark.worse ? `${message} Fix: ${fix}` : message, columns, 4),
    ]);
  const blocks = [
    paragraph(paint.bold(`${diff.after.stack}: ${headline(diff)}`), columns, 0),
    textTable(
      [head, ...diffRows(diff).map(({ what, before, after, trend }) => [mark[trend], what, before, after])],
      columns,
    ),
    block(
      "What changed",
      changeLines(diff.changes).flatMap((line) => paragraph(line, columns)),
    ),
    block(
      "Where the downtime moves",
      textTable(
        diff.costs.map((cost) => [mark[cost.after > cost.before ? "worse" : "better"], costLine(cost)]),
        columns,
      ),
    ),
    block("New findings", findings(diff.findings.gained, mark.worse)),
    block("Findings that are gone", findings(diff.findings.lost, mark.better)),
    diff.notes.flatMap((note) => paragraph(note, columns, 0)),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}
