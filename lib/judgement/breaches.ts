import type { Manifest, ManifestPromise } from "../manifest/manifest";
import { InvalidModelError } from "../resilience/errors";
import { findingsOf } from "./findings";
import { answersOf, itemsOf } from "./promise-items";
import type { Finding, Fix, PromiseItem } from "./report";
import { RULES } from "./rules/rules";

const SAID_BY_PROMISE = RULES.filter(({ saidByPromise }) => saidByPromise).map(({ name }) => name);

/** What synth says of one promise. */
export interface Breaches {
  /** What is not kept, each a sentence with what is missing; then the fixes; then the errors among the findings. */
  readonly breaches: string[];
  readonly warnings: readonly string[];
}

/** The promise and the rules, for the promise's entrance. Acknowledged findings are silent here; the report has them. */
export function breachesOf(manifest: Manifest, promise: ManifestPromise): Breaches {
  const entrances = [promise.entrance];
  let items: PromiseItem[];
  let findings: Finding[];
  try {
    const answers = answersOf(manifest, promise);
    items = itemsOf(promise, answers);
    findings = findingsOf(manifest, answers.analysis, entrances).filter(
      ({ rule, acknowledged }) => !SAID_BY_PROMISE.includes(rule) && acknowledged === undefined,
    );
  } catch (error) {
    if (!(error instanceof InvalidModelError)) throw error;
    return { breaches: [error.message], warnings: [] };
  }
  const broken = items.filter((item) => !item.kept).map((item) => brokenText(item, manifest.sources[promise.path]));
  const held = items.flatMap(({ kept, what, promised, qualification }) =>
    kept && qualification !== undefined ? [`${what} ${promised} holds with a condition: ${qualification}.`] : [],
  );
  return {
    breaches: [
      ...broken,
      ...(broken.length > 0 ? [adviceOf(loadFixes().fixesFor(manifest, promise))] : []),
      ...findings.filter(({ level }) => level === "error").map(findingText),
    ],
    warnings: [...held, ...findings.filter(({ level }) => level === "warning").map(findingText)],
  };
}

/** Loaded when a promise is broken: a hive that keeps it needs no fixes. */
function loadFixes(): typeof import("./fixes") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("./fixes") as typeof import("./fixes");
}

function brokenText({ what, promised, predicted, missing }: PromiseItem, source: string | undefined): string {
  return `${what} is promised as ${promised} and predicted as ${predicted}: ${missing ?? "it is too long"}.${place(source)}`;
}

function findingText({ id, message, fix, source }: Finding): string {
  return `${id}: ${message} ${fix}${place(source)}`;
}

const place = (source: string | undefined): string => (source === undefined ? "" : ` (${source})`);

function adviceOf(fixes: readonly Fix[]): string {
  const keeping = fixes.filter(({ keeps }) => keeps);
  const say = ({ change, machines, predicted }: Fix) =>
    `"${change}" (${machines === 0 ? "no new machine" : `${machines} more ${machines === 1 ? "machine" : "machines"}`}; ${predicted})`;
  if (keeping.length > 0)
    return `tried out, cheapest first, each would keep the promise: ${keeping.map(say).join(", ")}.`;
  const rest = `Promise what it can keep, or tell Beehive what you measured (Reliability.measured on the site).`;
  if (fixes.length === 0) return `no change of settings, zones or machines that was tried brings it nearer. ${rest}`;
  return `no change that was tried keeps it; the best is ${say(fixes[0]!)}. ${rest}`;
}
