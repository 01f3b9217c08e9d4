import type { Manifest } from "../manifest/manifest";
import type { StructureAnalysis } from "../resilience";
import type { Finding } from "./report";
import { backupsInFailureDomain } from "./rules/backup-in-failure-domain";
import { checksSlowerThanRto } from "./rules/check-slower-than-rto";
import { contradictingTimeouts } from "./rules/contradicting-timeouts";
import { dnsInOneSite } from "./rules/dns-in-one-site";
import { orderOneCuts } from "./rules/order-one-cuts";
import { evenVotes, quorumOverTwoZones } from "./rules/quorum";
import { type Draft, type Hive, hiveOf, type RuleCheck } from "./rules/rule";
import { sharedFates } from "./rules/shared-fate";
import { singlePath } from "./rules/single-path";
import { singlePointsOfFailure } from "./rules/single-point-of-failure";
import { staleAcknowledgements } from "./rules/stale-acknowledgement";

const CHECKS: readonly RuleCheck[] = [
  losingOneNode,
  quorumOverTwoZones,
  evenVotes,
  dnsInOneSite,
  checksSlowerThanRto,
  backupsInFailureDomain,
  contradictingTimeouts,
];

const LEVELS: readonly Finding["level"][] = ["error", "warning", "note"];

/**
 * Every rule that the hive breaks, each with a counter-example that the engine confirms. It evaluates only what is left
 * without single nodes, and never for contributors or cut sets, so that it can run at every synth.
 *
 * @param entrances paths of the tiers that visitors need; those of the analysis.
 */
export function findingsOf(manifest: Manifest, analysis: StructureAnalysis, entrances: readonly string[]): Finding[] {
  const hive = hiveOf(manifest, analysis, entrances);
  const found = CHECKS.flatMap((check) => check(hive)).map((draft) => tell(hive, draft));
  const stale = staleAcknowledgements(manifest, found).map((draft) => tell(hive, draft));
  const cost = new Map(found.map((finding) => [finding, likelihood(manifest, finding)]));
  return [...found, ...stale].sort(
    (a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || (cost.get(b) ?? 0) - (cost.get(a) ?? 0),
  );
}

/** Each order-1 cut is one finding: of the rule that says most about it. */
function losingOneNode(hive: Hive): Draft[] {
  const cuts = orderOneCuts(hive);
  const paths = cuts.map((cut) => singlePath(hive, cut));
  const others = cuts.filter((_, i) => paths[i] === undefined);
  return [
    ...singlePointsOfFailure(hive, others),
    ...sharedFates(hive, others),
    ...paths.filter((path) => path !== undefined),
  ];
}

function tell(hive: Hive, { changeAt, ...draft }: Draft): Finding {
  const { manifest } = hive;
  const id = `${draft.rule}:${draft.subject}`;
  const source = sourceOf(hive, changeAt ?? draft.subject);
  const acknowledged = manifest.acknowledgements.find(({ finding }) => finding === id)?.reason;
  return {
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
  return cutSet.reduce((product, node) => product * manifest.structure.nodes[node]!.probability[1], 1);
}
