import * as path from "node:path";
import { sha256 } from "../core/sha256";
import type { Finding, PromiseVerdict, Report } from "../judgement/report";
import type { Rule } from "../judgement/rules/rule";
import { RULES } from "../judgement/rules/rules";
import { fixLine, VERDICT_WORDS } from "./phrases";

/** GitHub's: it refuses a file with more results, or a larger one. */
const MAX_RESULTS = 25_000;
const MAX_BYTES = 9_500_000;

export interface SarifOptions {
  /** Of this package. */
  readonly version: string;
  /** From the root of the repository to the folder in which the program runs: `infra/shop`. @default the root itself */
  readonly folder?: string;
}

/** Spaces in front of each line of a result. */
const NESTED = 8;

/** Where a finding is shown that no line of the program made. */
const NO_SOURCE = "cdktf.json:1";
const PROMISE_BROKEN = "PROMISE_BROKEN";
const RULE_IDS: readonly string[] = [...RULES.map(({ name }) => name), PROMISE_BROKEN];

/**
 * Findings, and promises that are not kept, as SARIF 2.1.0: one rule for each kind, each result at the line of the program that
 * has to change. What is acknowledged is there, and suppressed.
 */
export function sarifReport(report: Report, { version, folder = "" }: SarifOptions): string {
  const { stack, hash } = report.prediction;
  const broken = report.promises.filter(({ kept }) => !kept).map((verdict) => promiseResult(verdict, folder));
  const all = [...broken, ...report.findings.map((finding) => findingResult(finding, stack, folder))];
  const results = withinLimits(all);
  const left = all.length - results.length;
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Beehive",
            semanticVersion: version,
            rules: [...RULES.map(ruleOf), promiseRule()],
          },
        },
        automationDetails: { id: `beehive/${stack}/` },
        invocations: [
          {
            executionSuccessful: true,
            ...(left > 0 && {
              toolExecutionNotifications: [
                { level: "warning", message: { text: `${left} more results are in the JSON report (--json FILE).` } },
              ],
            }),
          },
        ],
        columnKind: "utf16CodeUnits",
        properties: {
          stackHash: hash,
          unavailability: report.prediction.total.unavailability,
          verdicts: report.table.map(({ what, verdict }) => ({ what, verdict, text: VERDICT_WORDS[verdict] })),
        },
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

type RuleHelp = Pick<Rule, "name" | "title" | "why" | "fix" | "level">;

function ruleOf({ name: id, title, why, fix, level }: RuleHelp) {
  const page = `docs/commands/rules.md#${id.toLowerCase()}`;
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: why },
    help: {
      text: `${why}\n\nFix: ${fix}\n\nMore: ${page}`,
      markdown: `${why}\n\n**Fix:** ${fix}\n\nMore: \`${page}\``,
    },
    defaultConfiguration: { level },
    properties: { tags: ["availability"], "problem.severity": level === "note" ? "recommendation" : level },
  };
}

const promiseRule = () =>
  ruleOf({
    name: PROMISE_BROKEN,
    title: "A promise that the structure cannot keep",
    why: "An AvailabilityPromise demands more than the structure and its settings can deliver.",
    fix: "One of the changes that were tried out; or promise less.",
    level: "error",
  });

const pascalCase = (id: string): string =>
  id.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

function findingResult(
  { rule, id, level, subject, message, fix, source, acknowledged }: Finding,
  stack: string,
  folder: string,
) {
  const reason =
    acknowledged === undefined ? [] : [{ kind: "inSource", status: "accepted", justification: acknowledged }];
  return {
    ...identity(rule, id),
    level,
    message: { text: `${message}\nFix: ${fix}` },
    locations: [location(source, subject, folder)],
    suppressions: reason,
    properties: { stack },
  };
}

function promiseResult({ promise, items, fixes, source }: PromiseVerdict, folder: string) {
  const broken = items
    .filter(({ kept }) => !kept)
    .map(
      ({ what, promised, predicted, missing }) =>
        `${what} is promised as ${promised} and predicted as ${predicted}: ${missing ?? "it is too long"}.`,
    );
  const tried = fixes.map((fix) => `Tried out${fix.keeps ? "" : ", and not enough"}: ${fixLine(fix)}`);
  return {
    ...identity(PROMISE_BROKEN, `${PROMISE_BROKEN}:${promise.path}`),
    level: promise.onBreach === "fail" ? "error" : "warning",
    message: { text: [...broken, ...tried].join("\n") },
    locations: [location(source, promise.path, folder)],
    suppressions: [],
  };
}

/**
 * The fingerprint is the finding's id, so that a moved line does not make it another one. GitHub looks at the second name alone,
 * and would take two findings of one rule on one line for the same.
 */
function identity(ruleId: string, id: string) {
  const fingerprint = sha256(id);
  return {
    ruleId,
    ruleIndex: RULE_IDS.indexOf(ruleId),
    partialFingerprints: { "beehiveFinding/v1": fingerprint, primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1` },
  };
}

function location(source: string | undefined, subject: string, folder: string) {
  const [, file, line] = /^(.*):(\d+)$/.exec(source ?? NO_SOURCE)!;
  const uri = path.posix.join(...[folder, file!].map((part) => part.replaceAll("\\", "/")));
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(uri), uriBaseId: "%SRCROOT%" },
      region: { startLine: Number(line) },
    },
    logicalLocations: [{ fullyQualifiedName: subject, kind: "resource" }],
  };
}

/** The first are the worst. */
function withinLimits<T>(results: readonly T[]): T[] {
  let bytes = 0;
  const end = results.slice(0, MAX_RESULTS).findIndex((result) => {
    const text = JSON.stringify(result, undefined, 2);
    bytes += Buffer.byteLength(text) + text.split("\n").length * NESTED;
    return bytes > MAX_BYTES;
  });
  return results.slice(0, end < 0 ? MAX_RESULTS : end);
}
