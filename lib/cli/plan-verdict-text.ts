import pc from "picocolors";
import type { Finding } from "../plan/finding";
import type { PlanVerdict } from "../plan/check-plan";

/** A verdict for people. */
export function planVerdictText({ verdict, stack, findings, notes, changes, judged, notJudged }: PlanVerdict): string {
  const open = findings.filter(({ acknowledged }) => acknowledged === undefined).length;
  const acknowledged = findings.length - open;
  const head =
    verdict === "refused"
      ? pc.red(`The plan of stack ${stack} is refused: ${open} ${open === 1 ? "finding" : "findings"}.`)
      : pc.green(`The plan of stack ${stack} is fine${acknowledged > 0 ? `; ${acknowledged} acknowledged` : ""}.`);
  const lines = [head, ...findings.flatMap((finding) => ["", ...findingLines(finding)])];
  if (notes.length > 0) lines.push("", ...notes.map((note) => `${pc.yellow("note")} ${note}`));
  lines.push("", coverage(changes, judged, notJudged));
  return lines.join("\n");
}

function findingLines({ rule, subject, problem, instead, resources, acknowledged }: Finding): string[] {
  return [
    `${pc.bold(acknowledged === undefined ? pc.red(rule) : pc.yellow(rule))} ${subject}: ${problem}`,
    ...resources.map(
      ({ address, path, actions }) =>
        `    ${actions.join(" then ")}  ${address}${path === undefined ? "" : `  (${path})`}`,
    ),
    ...(acknowledged === undefined
      ? [`  Instead: ${instead}`, `  When it is meant: --allow '${rule}:${subject}' --reason "…"`]
      : [`  Acknowledged: ${acknowledged}`]),
  ];
}

function coverage(changes: number, judged: number, notJudged: readonly string[]): string {
  if (changes === 0) return "The plan changes nothing.";
  const counted = `${judged} of ${changes} resource ${changes === 1 ? "change" : "changes"} judged`;
  if (notJudged.length === 0) return `${counted}.`;
  const shown = notJudged.slice(0, 5).join(", ");
  const more = notJudged.length > 5 ? ` and ${notJudged.length - 5} more (--json FILE lists them)` : "";
  return `${counted}; the rest are not Beehive's: ${shown}${more}.`;
}
