import type { Manifest } from "../manifest/manifest";
import type { StructureAnalysis } from "../resilience";
import type { Finding } from "./report";
import { type Draft, type Hive, hiveOf, type Rule } from "./rules/rule";
import { RULES } from "./rules/rules";

const LEVELS: readonly Finding["level"][] = ["error", "warning", "note"];

/**
 * Every rule that the hive breaks, each with a counter-example that the engine confirms. It evaluates only what is left
 * without single nodes, and never for contributors or cut sets, so that it can run at every synth.
 *
 * @param entrances paths of the tiers that visitors need; those of the analysis.
 */
export function findingsOf(manifest: Manifest, analysis: StructureAnalysis, entrances: readonly string[]): Finding[] {
  const hive = hiveOf(manifest, analysis, entrances);
  const found: Finding[] = [];
  for (const rule of RULES) found.push(...rule.check(hive, found).map((draft) => tell(hive, rule, draft)));
  const cost = new Map(found.map((finding) => [finding, likelihood(manifest, finding)]));
  return found.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || cost.get(b)! - cost.get(a)!);
}

function tell(hive: Hive, { name: rule }: Rule, { changeAt, ...draft }: Draft): Finding {
  const { manifest } = hive;
  const id = `${rule}:${draft.subject}`;
  const source = sourceOf(hive, changeAt ?? draft.subject);
  const acknowledged = manifest.acknowledgements.find(({ finding }) => finding === id)?.reason;
  return {
    rule,
    ...draft,
    id,
    ...(source !== undefined && { source }),
    ...(acknowledged !== undefined && { acknowledged }),
  };
}

/** The subject's own line, or its site's. */
function sourceOf({ manifest, footprint }: Hive, subject: string): string | undefined {
  const { sources, stack, structure } = manifest;
  if (sources[subject] !== undefined || !Object.hasOwn(structure.nodes, subject)) return sources[subject];
  const site = footprint.placeOf(subject, "site")?.replace(/^site /, "");
  if (site === undefined) return undefined;
  return sources[`${stack}/${site}`] ?? sources[Object.keys(sources).find((path) => path.endsWith(`/${site}`)) ?? ""];
}

/** Share of time in which all of the counter-example is down, roughly: enough to say what to look at first. */
function likelihood(manifest: Manifest, { cutSet }: Finding): number {
  if (cutSet.length === 0) return 0;
  return cutSet.reduce((product, node) => product * manifest.structure.nodes[node]!.probability[1], 1);
}
