import { DISRUPTIONS } from "../../manifest/format";
import { type Draft, type Hive, labelOf, type Rule } from "./rule";
import { and } from "../words";

export const backupInFailureDomain: Rule = {
  name: "BACKUP_IN_FAILURE_DOMAIN",
  title: "A backup is gone together with the last copy",
  why: "One loss takes all copies of the data and the backup of it.",
  fix: "Keep the backup outside the place that the finding names.",
  level: "error",
  check: findBackups,
};

/** A backup that is gone together with the last copy of what it is a backup of. */
function findBackups(hive: Hive): Draft[] {
  const { manifest } = hive;
  return manifest.tiers.flatMap(({ path }): Draft[] => {
    const { role, of } = manifest.structure.tiers[path]!;
    if (role?.kind !== "backup") return [];
    const shared = role.protects.map((tier) => ({ tier, domains: sharedDomains(hive, path, tier) }));
    const hit = shared.filter(({ domains }) => domains.length > 0);
    if (hit.length === 0) return [];
    const domains = smallestFirst(hive, [...new Set(hit.flatMap(({ domains }) => domains))]);
    const [smallest, largest] = [domains[0]!, domains[domains.length - 1]!];
    const lost = hit.filter(({ domains }) => domains.includes(smallest)).map(({ tier }) => tier);
    const copies = lost.map((tier) => {
      const { length } = manifest.structure.tiers[tier]!.of;
      return length === 1 ? `the only copy of ${tier}` : `all ${length} copies of ${tier}`;
    });
    return [
      {
        level: "error",
        subject: path,
        message:
          `${labelOf(hive, smallest)} holds ${and(copies)} and ${of.length === 1 ? "the" : "every"} place of the backup ` +
          `${path} (${of.join(", ")}): when it is gone, so is the backup, and with it the last copy.`,
        fix: `Keep ${path} outside of ${labelOf(hive, largest)}.`,
        cutSet: [smallest],
      },
    ];
  });
}

/** Nodes without which no copy of the tier and no backup of it is left. */
function sharedDomains({ manifest, footprint, without }: Hive, backup: string, tier: string): string[] {
  const { tiers } = manifest.structure;
  const structure = tiers[tier];
  if (structure === undefined) {
    throw new RangeError(
      `${backup}: it protects ${tier}, which is no tier; there are ${Object.keys(tiers).join(", ")}`,
    );
  }
  return footprint.causesOf(structure.of[0]!).filter((node) => {
    if (footprint.membersLost(node, tier).length < structure.of.length) return false;
    const works = without(node);
    return works[tier] === false && works[backup] === false;
  });
}

/** Machines before zones before sites; whatever else there is, by how much goes down with it. */
function smallestFirst({ manifest, footprint }: Hive, domains: string[]): string[] {
  const size = (node: string) => DISRUPTIONS.findIndex((kind) => kind === manifest.structure.nodes[node]!.kind);
  const weight = (node: string) =>
    footprint.tiersHit(node).reduce((sum, tier) => sum + footprint.membersLost(node, tier).length, 0);
  return domains.sort((a, b) => weight(a) - weight(b) || size(a) - size(b));
}
