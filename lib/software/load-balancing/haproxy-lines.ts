import { invalidProperty } from "../../core/errors";
import type { HaproxyExtraConfig } from "./haproxy";

/** Words that begin a section wherever they begin a line (HAProxy 3.0, "Configuration Manual", 2 to 12). */
const SECTIONS = [
  ...[
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "userlist",
    "peers",
    "resolvers",
    "mailers",
    "ring",
    "cache",
  ],
  ...["program", "http-errors", "fcgi-app", "log-forward", "log-profile", "crt-store", "traces", "acme"],
];

/** Refuses lines that would begin a section of their own, and quotes that do not end. HAProxy sees the rest on the first machine. */
export function checkHaproxyLines(path: string, property: string, config: HaproxyExtraConfig = {}): void {
  for (const [section, lines = ""] of Object.entries(config) as [string, string | undefined][]) {
    for (const line of lines.split("\n").map((text) => text.trim())) {
      const bad = (problem: string) => invalidProperty(path, `${property}.${section}`, line, problem);
      const [word = ""] = line.split(/\s/, 1);
      if (SECTIONS.includes(word)) {
        const allowed = `lines are added to HAProxy's own sections global, defaults, frontend and backend`;
        throw bad(`it begins a section, and ${allowed}. Leave the line out.`);
      }
      if (openQuote(line))
        throw bad("a quote in it does not end. Close it, or write \\ before a quote that is meant as such.");
    }
  }
}

/** HAProxy: a backslash takes one character, but not in single quotes; a hash outside of quotes begins a comment. */
function openQuote(line: string): boolean {
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (c === "\\" && quote !== "'") i++;
    else if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === "#") return false;
    else if (c === '"' || c === "'") quote = c;
  }
  return quote !== "";
}
