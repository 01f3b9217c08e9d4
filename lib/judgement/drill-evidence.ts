import type { DrillReport } from "../drills/drill-report";
import type { DrillResult } from "../drills/drill-result";
import { FAULTS, faultNamed } from "../drills/faults/faults";
import { hiveRoles, type HiveRoles } from "../drills/hive-roles";
import type { Disruption, Manifest, ManifestPromise } from "../manifest/manifest";
import { counted, seconds } from "./format";
import { concernedTiers } from "./losses";
import type { DrillEvidence } from "./report";

/** Results of a drill, and the file that they are from. */
export interface DrillSource {
  readonly file: string;
  readonly report: DrillReport;
}

export function evidenceOf(manifest: Manifest, { file, report }: DrillSource): DrillEvidence {
  const stale = report.stack !== manifest.stack || report.stackHash !== manifest.hash;
  const startedAt = report.drills.map((drill) => drill.startedAt).sort()[0];
  return { file, ...(startedAt !== undefined && { startedAt }), stale, report };
}

/**
 * The longest that a visitor had to do with a fault: until the last right answer that waited, until writes were acknowledged
 * again, until the last failure of those that came after the fault. Null when nothing was measured.
 */
export function measuredSeconds(drill: DrillResult): number | null {
  if (drill.verdict === "inconclusive") return null;
  const failing = drill.failedAfterFault > 0 ? drill.lastFailureSeconds : null;
  const lengths = [drill.worstSeconds, drill.writeGapSeconds, failing].filter((length) => length !== null);
  return lengths.length === 0 ? null : Math.max(...lengths);
}

/** The kind of loss that a drill is proof of. */
export const drilledDisruption = ({ fault }: DrillResult): Disruption => faultNamed(fault).disruption;

/** Names of the faults of this kind that the hive has a tier or a zone for. */
export function faultsFor(manifest: Manifest, when: Disruption): string[] {
  const roles = rolesOf(manifest);
  if (roles === undefined) return [];
  const fitting = FAULTS.filter((fault) => fault.disruption === when && fault.unfit({ manifest, roles }) === undefined);
  return fitting.map(({ name }) => name);
}

/** `shop/web` for a drill that took a web server; the drill's name where the hive has no such tier any more. */
export function drilledTier(manifest: Manifest, { fault }: DrillResult): string {
  const roles = rolesOf(manifest);
  return (roles && faultNamed(fault).tier(roles))?.path ?? fault;
}

/** Every tier that lost a machine, as far as the drill is about it. */
function drilledTiers(manifest: Manifest, drill: DrillResult): string[] {
  if (drilledDisruption(drill) === "machine") return [drilledTier(manifest, drill)];
  const lost = new Set(drill.machines);
  return manifest.tiers.filter(({ machines }) => machines.some((name) => lost.has(name))).map(({ path }) => path);
}

function rolesOf(manifest: Manifest): HiveRoles | undefined {
  try {
    return hiveRoles(manifest);
  } catch {
    return undefined;
  }
}

/**
 * What a drill shows to be broken. Where an RTO is promised for the loss of what it took, it counts; elsewhere the drill's own
 * limits do. An acknowledged write that is gone breaks everything but an RPO that is longer than the whole drill.
 */
export function drillBreaches(manifest: Manifest, drill: DrillResult, promises: readonly ManifestPromise[]): string[] {
  if (drill.verdict === "inconclusive") return [];
  const tiers = drilledTiers(manifest, drill);
  const when = drilledDisruption(drill);
  const concerning = promises.filter(({ entrance }) =>
    concernedTiers(manifest, [entrance]).some((path) => tiers.includes(path)),
  );
  const least = (objective: "rto" | "rpo") =>
    Math.min(...concerning.map((promise) => promise[objective][when] ?? Infinity));
  const [rto, rpo] = [least("rto"), least("rpo")];
  const found: string[] = [];
  const measured = measuredSeconds(drill);
  if (rto === Infinity) found.push(...(drill.verdict === "broken" ? drill.reasons : []));
  else if (measured !== null && measured > rto)
    found.push(`took ${seconds(measured)}; the promised RTO is ${seconds(rto)}`);
  const lost = drill.lost ?? 0;
  const allowed = rpo !== Infinity && rpo >= drill.tookSeconds;
  if (lost > 0 && !allowed && rto !== Infinity) found.push(`${counted(lost, "acknowledged write")} lost`);
  return found;
}
