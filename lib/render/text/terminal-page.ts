import type pc from "picocolors";
import type { Manifest } from "../../manifest/manifest";
import type { Report } from "../../judgement/report";

export interface TerminalOptions {
  /** Width of the terminal. */
  readonly columns: number;
  readonly colours: boolean;
}

/** What every block of a report is made from. */
export interface Page {
  readonly report: Report;
  readonly manifest: Manifest;
  readonly columns: number;
  readonly paint: ReturnType<typeof pc.createColors>;
}

export const heading = ({ paint }: Page, text: string, note = ""): string =>
  `${paint.bold(text)}${note === "" ? "" : `  ${paint.dim(note)}`}`;
