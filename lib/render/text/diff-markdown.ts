import type { HiveDiff, Trend } from "../../judgement/diff";
import type { Finding } from "../../judgement/report";
import { changeLines, costLine, diffRows, headline } from "./diff-phrases";
import { MARKDOWN_LIMIT } from "./markdown";
import { details, escape, fitDocument, type Section, tableHead, tableRow } from "./markdown-text";

const MARKS: Readonly<Record<Trend, string>> = { better: "✅", worse: "❌", same: "➖" };

/** A comment for a pull request. Its first line lets a workflow find it again. */
export function diffMarkdown(diff: HiveDiff, limit = MARKDOWN_LIMIT): string {
  const worse = diff.availability === "worse" || diff.singlePoints.gained.length > 0;
  const changes = changeLines(diff.changes);
  const { gained, lost } = diff.findings;
  const sections: Section[] = [
    {
      before: [
        `<!-- beehive-diff ${diff.after.stack.replace(/[^\w.-]/g, "_")} -->`,
        `### ${worse ? "❌" : diff.availability === "better" ? "✅" : "➖"} ${escape(`${diff.after.stack}: ${headline(diff)}`)}`,
        tableHead(["", "", "before", "after"]),
      ],
      rows: diffRows(diff).map(({ what, before, after, trend }) =>
        tableRow([MARKS[trend], ...[what, before, after].map(escape)]),
      ),
    },
    {
      before: [changes.length === 0 ? "No machine, tier, zone or setting changed." : "**What changed**\n"],
      rows: changes.map((line) => `- ${escape(line)}`),
    },
    ...(gained.length === 0 ? [] : [{ before: ["**New findings**\n"], rows: gained.map(gainedLine), most: 20 }]),
    ...(lost.length === 0
      ? []
      : [{ before: ["**Findings that are gone**\n"], rows: lost.map(({ id }) => `- ✅ ${escape(id)}`), most: 20 }]),
    ...(diff.costs.length === 0
      ? []
      : [
          details("Where the downtime moves", {
            before: [""],
            rows: diff.costs.map(
              (cost) => `- ${MARKS[cost.after > cost.before ? "worse" : "better"]} ${escape(costLine(cost))}`,
            ),
          }),
        ]),
    {
      before: [
        `<sub>${[...diff.notes, `Predicted from two manifests, ${diff.before.hash} and ${diff.after.hash}; nothing was deployed.`].map(escape).join("<br>")}</sub>`,
      ],
      rows: [],
    },
  ];
  return fitDocument(sections, limit);
}

function gainedLine({ id, level, message, fix, acknowledged }: Finding): string {
  const mark = acknowledged === undefined ? { error: "❌", warning: "⚠️", note: "ℹ️" }[level] : "☑️";
  const end = acknowledged === undefined ? `**Fix:** ${escape(fix)}` : `**Acknowledged:** ${escape(acknowledged)}`;
  return `- ${mark} **${escape(id)}**<br>${escape(message)}<br>${end}`;
}
