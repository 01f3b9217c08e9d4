/** Parts of a Markdown document as GitHub reads it. */

/** Longer texts are of no use to a reader, and could fill a comment alone. */
const LONGEST = 2000;

/** Text that is nothing but text, also in a table. */
export function escape(text: string): string {
  const clipped = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  return (
    clipped
      .replace(/\s+/g, " ")
      .replace(/[\\`*_[\]|~#]/g, "\\$&")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      // A reason that names an account must not send it a notification for each pull request.
      .replace(/@(?=\w)/g, "@<!-- -->")
  );
}

/** A name or a line of a program. */
export const code = (text: string): string => `<code>${escape(text)}</code>`;

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

export function tableHead(cells: readonly string[]): string {
  return [tableRow(cells), tableRow(cells.map(() => "---"))].join("\n");
}

/** A part of a document of which rows can be left out. */
export interface Section {
  /** Each a block of its own; the last one is followed by the rows. */
  readonly before: readonly string[];
  readonly rows: readonly string[];
  readonly after?: readonly string[];
  /** More rows are left out, even where there is room. */
  readonly most?: number;
}

/** Folded until the reader opens it. */
export function details(summary: string, section: Section): Section {
  return {
    ...section,
    before: [`<details><summary>${summary}</summary>`, ...section.before],
    after: [...(section.after ?? []), "</details>"],
  };
}

const moreOf = (count: number): string => `${count.toLocaleString("en")} more in the JSON (\`--json FILE\`).`;
/** The longest `moreOf`, with what separates it. */
const MORE_BYTES = 64;

/**
 * The sections as one document of at most `limit` bytes. What does not fit are rows, from the end, and it says how many.
 */
export function fitDocument(sections: readonly Section[], limit: number): string {
  const bytes = (text: string) => Buffer.byteLength(text) + 2;
  const fixed = sections
    .flatMap(({ before, after = [] }) => [...before, ...after])
    .reduce((sum, block) => sum + bytes(block), 0);
  let left = limit - fixed - sections.length * MORE_BYTES;
  const blocks = sections.flatMap(({ before, rows, after = [], most = Infinity }) => {
    const kept: string[] = [];
    for (const row of rows.slice(0, most)) {
      if (bytes(row) > left) break;
      left -= bytes(row);
      kept.push(row);
    }
    const more = rows.length - kept.length;
    const body = [[...before.slice(-1), ...kept].join("\n"), ...(more > 0 ? [moreOf(more)] : [])];
    return [...before.slice(0, -1), ...body, ...after];
  });
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
