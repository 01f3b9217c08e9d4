import Table from "cli-table3";

/** Two spaces between columns. */
const GAP = 2;
const INDENT = 2;
/** Narrower, a column of prose is no help any more. */
const NARROW = 12;

/**
 * Columns beside each other, without lines; what does not fit is wrapped at words, in the widest columns first. Cells may have
 * colours.
 *
 * @param columns width of the terminal.
 * @param indent in front of the first column.
 */
export function textTable(rows: readonly (readonly string[])[], columns: number, indent = INDENT): string[] {
  if (rows.length === 0) return [];
  const glued = rows.map((row) => row.map(glue));
  const widths = fit(glued, columns - indent);
  const table = new Table({
    chars: Object.fromEntries(BORDERS.map((border) => [border, ""])),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": GAP },
    colWidths: widths.map((width) => width + GAP),
    wordWrap: true,
  });
  for (const row of glued) table.push(widths.map((_, column) => row[column] ?? ""));
  const lines = table.toString().split("\n");
  return lines.map((line) => `${" ".repeat(indent)}${line.replaceAll(GLUE, " ")}`.trimEnd());
}

/** As wide as a space, and no place to break a line: a number stays with its unit. */
const GLUE = "\uE000";
const glue = (cell: string): string =>
  cell.replace(/(\d) (?=(?:%|ms|s|min|h|days)(?!\w))|(R[TP]O) (?=\d)/g, (found) => found.replace(" ", GLUE));

/** Text alone, wrapped. */
export const paragraph = (text: string, columns: number, indent = INDENT): string[] =>
  textTable([[text]], columns, indent);

/** As wide as the longest line, less where the terminal is narrower; never less than the longest word. */
function fit(rows: readonly (readonly string[])[], available: number): number[] {
  const count = Math.max(...rows.map((row) => row.length));
  const column = (i: number) => rows.map((row) => row[i] ?? "");
  const widths = Array.from({ length: count }, (_, i) => longest(column(i).flatMap((cell) => cell.split("\n"))));
  const least = widths.map((width, i) =>
    Math.max(longest(column(i).flatMap((cell) => cell.split(/\s/))), Math.min(width, NARROW)),
  );
  let excess = widths.reduce((sum, width) => sum + width + GAP, -GAP) - available;
  while (excess > 0) {
    const room = widths.map((width, i) => width - least[i]!);
    const widest = widths.reduce((best, width, i) => (room[i]! > 0 && width > (widths[best] ?? 0) ? i : best), -1);
    if (widest < 0) break;
    widths[widest]!--;
    excess--;
  }
  return widths;
}

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(visibleLength));

// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[\d+m/g;
const visibleLength = (text: string): number => text.replace(COLOURS, "").length;

const BORDERS = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
  "middle",
] as const;
