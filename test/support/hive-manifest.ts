import { findingsOf } from "../../lib/judgement/findings";
import { entrancesOf, hiveStructure } from "../../lib/judgement/hive-structure";
import type { Finding } from "../../lib/judgement/report";
import {
  type Manifest,
  type ManifestNode,
  type ManifestPromise,
  type ManifestTier,
  type TierStructure,
} from "../../lib/manifest/manifest";
import { manifestSchema } from "../../lib/manifest/manifest-schema";
import { analyzeStructure } from "../../lib/resilience";
import { manifestFor } from "./manifest";

/** A tier of which a test names only what it is about. */
export interface HiveTier extends Partial<
  Pick<TierStructure, "atLeast" | "needs" | "role" | "commonCause" | "recovery" | "loss" | "alternatives" | "growth">
> {
  /** Names of machines or of other nodes. */
  readonly of: readonly string[];
  /** Visitors come in here, at this health path. */
  readonly entrance?: string;
  /** The health path that its own machines answer. */
  readonly healthPath?: string;
  /** Members vote: `atLeast` is a majority unless it is given. */
  readonly votes?: boolean | Readonly<Record<string, number>>;
  /** It keeps data. */
  readonly data?: boolean;
  readonly settings?: ManifestTier["settings"];
}

export interface HiveParts {
  /** Name to zone: `a` of the site `rack`, `east/a` of another; followed by whatever else the machine is in. */
  readonly machines: Readonly<Record<string, string | readonly [zone: string, ...places: string[]]>>;
  /** Other things that fail. */
  readonly nodes?: Readonly<Record<string, Partial<ManifestNode> & Pick<ManifestNode, "kind">>>;
  /** By path. */
  readonly tiers: Readonly<Record<string, HiveTier>>;
  readonly promises?: readonly (Partial<ManifestPromise> & Pick<ManifestPromise, "entrance">)[];
  /** Finding to reason. */
  readonly acknowledged?: Readonly<Record<string, string>>;
  readonly sources?: Readonly<Record<string, string>>;
}

const LIKELY: Readonly<Partial<Record<ManifestNode["kind"], number>>> = { machine: 1e-3, zone: 1e-4, site: 1e-5 };

/** A manifest with a structure, valid by its own schema: machines fail 1e-3 of the time, zones 1e-4, sites 1e-5. */
export function hiveManifest(parts: HiveParts): Manifest {
  const places = Object.entries(parts.machines).map(([name, given]) => {
    const [zone, ...more] = typeof given === "string" ? [given] : given;
    return { name, zone: zone!.includes("/") ? zone! : `rack/${zone!}`, more };
  });
  const zones = [...new Set(places.map(({ zone }) => zone))];
  const sites = [...new Set(zones.map((zone) => zone.split("/")[0]!))];
  const nodes = Object.fromEntries([
    ...sites.map((site) => [`site ${site}`, node("site")]),
    ...zones.map((zone) => [`zone ${zone}`, node("zone", { in: [`site ${zone.split("/")[0]!}`] })]),
    ...Object.entries(parts.nodes ?? {}).map(([name, given]) => [name, node(given.kind, given)]),
    ...places.map(({ name, zone, more }) => [name, node("machine", { in: [`zone ${zone}`, ...more] })]),
  ]) as Record<string, ManifestNode>;
  const tiers = Object.entries(parts.tiers);
  return manifestSchema.parse({
    ...manifestFor({
      stack: "shop",
      machines: Object.fromEntries(
        places.map(({ name, zone }) => {
          const [site, short] = zone.split("/");
          return [name, { site: site!, zone: short!, address: "10.77.0.1" }];
        }),
      ),
      sites: sites.map((name) => ({
        name,
        kind: "hosts",
        zones: zones.filter((zone) => zone.startsWith(`${name}/`)).map((zone) => zone.split("/")[1]!),
      })),
      tiers: tiers.map(([path, tier]) => manifestTier(path, tier)),
    }),
    structure: { nodes, tiers: Object.fromEntries(tiers.map(([path, tier]) => [path, tierStructure(tier)])) },
    promises: (parts.promises ?? []).map((promise) => ({
      path: "shop/slo",
      rto: {},
      rpo: {},
      onBreach: "fail",
      ...promise,
    })),
    acknowledgements: Object.entries(parts.acknowledged ?? {}).map(([finding, reason]) => ({ finding, reason })),
    sources: { ...parts.sources },
  });
}

/** Every finding, or those of one rule. */
export function findingsIn(manifest: Manifest, rule?: string): Finding[] {
  const entrances = entrancesOf(manifest);
  const findings = findingsOf(manifest, analyzeStructure(hiveStructure(manifest, entrances)), entrances);
  return rule === undefined ? findings : findings.filter((finding) => finding.rule === rule);
}

/** What works when these nodes are gone, as the engine sees it. */
export function without(manifest: Manifest, nodes: readonly string[]) {
  return analyzeStructure(hiveStructure(manifest)).survives(nodes);
}

function node(kind: ManifestNode["kind"], rest: Partial<ManifestNode> = {}): ManifestNode {
  const likely = LIKELY[kind] ?? 1e-4;
  return { in: [], probability: [likely, likely, likely], provenance: "assumed", source: "a test", ...rest, kind };
}

function tierStructure(tier: HiveTier): TierStructure {
  const { of, votes = false, data = false } = tier;
  return {
    ...(tier.role && { role: tier.role }),
    atLeast: votes !== false ? Math.floor(of.length / 2) + 1 : 1,
    of: [...of],
    needs: [],
    commonCause: 0,
    recovery: [],
    loss: data ? [{ when: "machine", seconds: 0, guaranteed: true, why: "a test" }] : [],
    alternatives: [],
    growth:
      votes !== false
        ? { property: "nodes", step: 2, atLeast: "majority" }
        : { property: "servers", step: 1, atLeast: "same" },
    ...given(tier),
  };
}

const membersOf = ({ of, votes }: HiveTier): Record<string, number> =>
  typeof votes === "object" ? { ...votes } : Object.fromEntries(of.map((name) => [name, 1]));

function given(tier: HiveTier): Partial<TierStructure> {
  const { atLeast, needs, commonCause, recovery, loss, alternatives, growth } = tier;
  const all = { atLeast, needs, commonCause, recovery, loss, alternatives, growth };
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => name in tier && value !== undefined));
}

function manifestTier(path: string, tier: HiveTier): ManifestTier {
  const { atLeast, needs } = tierStructure(tier);
  const health = { protocol: "http", virtual: false, port: 80 } as const;
  return {
    path,
    kind: "Tier",
    engine: "engine",
    site: "rack",
    machines: [...tier.of],
    atLeast,
    needs: needs.flatMap((need) => (typeof need === "string" ? [need] : need.any)),
    endpoints: [
      ...(tier.entrance === undefined
        ? []
        : [{ ...health, kind: "entrance" as const, address: "10.77.0.100", healthPath: tier.entrance }]),
      ...(tier.healthPath === undefined ? [] : [{ ...health, kind: "health" as const, healthPath: tier.healthPath }]),
    ],
    settings: tier.settings ?? {},
    ...((tier.votes ?? false) !== false && { votes: { members: membersOf(tier), quorum: "majority" as const } }),
    ...((tier.data ?? (tier.loss ?? []).length > 0) && { data: [{ what: "its data", copies: "each" as const }] }),
  };
}
