import type { Contributor } from "../../resilience";
import { counted, listed } from "../../judgement/format";

export interface ContributorGroup {
  readonly label: string;
  readonly detail: string;
  /** Of the whole downtime; of each, where there are several. */
  readonly share: number;
  /** Whether its number is assumed and not measured. */
  readonly assumed: boolean;
}

/** What a person calls them. */
const KINDS: Readonly<Record<string, string>> = {
  "common cause": "one cause hits all identical machines",
  failover: "the time until others have taken over",
  repair: "waiting for somebody who repairs",
};
const MERGED: readonly string[] = ["machine", "zone", "volume"];

/** Things of one kind that cost the same are one line. */
export function groupContributors(contributors: readonly Contributor[]): ContributorGroup[] {
  const groups = new Map<string, Contributor[]>();
  for (const contributor of contributors) {
    const { event, kind, criticality, provenance } = contributor;
    const key = MERGED.includes(kind) ? `${kind} ${provenance} ${criticality.toPrecision(6)}` : event;
    groups.set(key, [...(groups.get(key) ?? []), contributor]);
  }
  return [...groups.values()]
    .map((members) => {
      const { event, kind, criticality, provenance } = members[0]!;
      const names = members.map((member) => member.event);
      const single = members.length === 1;
      return {
        label: single ? event : `${counted(members.length, kind)}, each`,
        detail: single ? (KINDS[kind] ?? (event.includes(kind) ? "" : kind)) : listed(names, 5),
        share: criticality,
        assumed: provenance === "assumed",
      };
    })
    .sort((a, b) => b.share - a.share);
}
