import { holdsData } from "../../manifest/votes";
import type { ManifestTier } from "../../manifest/manifest";
import { seconds } from "../format";
import { concernedTiers } from "../losses";
import { type Recovery, recoveryOf } from "../recovery";
import { alternativesFor, recoveryWith } from "./other-settings";
import { type Draft, type Hive, labelOf, type Rule } from "./rule";
import { some } from "../words";

export const contradictingTimeouts: Rule = {
  name: "CONTRADICTING_TIMEOUTS",
  title: "Timeouts contradict each other",
  why: "Settings of entrance and database that each make sense do harm together, for example by giving up before the other is back.",
  fix: "The value from which on they agree; the finding names it.",
  level: "warning",
  overTime: true,
  check: findContradictions,
};

/** An entrance, and a database behind it that needs time to move its writer. */
interface Pair {
  readonly entrance: ManifestTier;
  readonly database: ManifestTier;
  /** Of the database, when it loses a machine. */
  readonly recovery: Recovery;
}

/**
 * Settings of two tiers that each make sense and together do not. What is no contradiction: an address that leaves a dead
 * machine long before the database has a new writer. keepalived asks its own HAProxy alone, the new holder reaches the same
 * web servers, and a needless move costs the connections that are open; so being quick there is right.
 */
function findContradictions(hive: Hive): Draft[] {
  return pairsOf(hive).flatMap((pair) => [
    ...answerGivenUp(hive, pair),
    ...serversTakenOut(hive, pair),
    ...addressStays(hive, pair),
  ]);
}

/** For each entrance the database that takes longest. */
function pairsOf({ manifest, entrances }: Hive): Pair[] {
  const byPath = new Map(manifest.tiers.map((tier) => [tier.path, tier]));
  return entrances.flatMap((path) => {
    const pairs = concernedTiers(manifest, [path]).flatMap((needed) => {
      const recovery = recoveryOf(manifest, needed, "machine");
      if (recovery === undefined || !holdsData(byPath.get(needed)!)) return [];
      return [{ entrance: byPath.get(path)!, database: byPath.get(needed)!, recovery }];
    });
    return pairs.sort((a, b) => b.recovery.seconds - a.recovery.seconds).slice(0, 1);
  });
}

/**
 * serverTimeout > recovery of the database: while the writer moves, a request waits in the application. HAProxy's
 * `timeout server` runs meanwhile, and ends it with 504; it isn't repeated, because it may have been carried out. So a shorter
 * one turns a pause into errors for every request that began to wait early enough.
 */
function answerGivenUp(hive: Hive, { entrance, database, recovery }: Pair): Draft[] {
  const { serverTimeout } = entrance.settings;
  if (typeof serverTimeout !== "number" || serverTimeout > recovery.seconds) return [];
  const node = survivedMachine(hive, database.path);
  if (node === undefined) return [];
  return [
    {
      level: "warning",
      subject: `${entrance.path}.serverTimeout`,
      message:
        `${entrance.path} gives an answer up after serverTimeout ${seconds(serverTimeout)}, and ${database.path} needs ` +
        `${seconds(recovery.seconds)} to move its writer when ${labelOf(hive, node)} dies: requests that wait for it end with ` +
        `504 before it is back.`,
      fix: `Raise it: serverTimeout: Duration.seconds(${Math.floor(recovery.seconds) + 1}) or more${orFaster(hive, database, serverTimeout)}.`,
      cutSet: [node],
      changeAt: entrance.path,
    },
  ];
}

/**
 * Health path that asks the database: time until servers are out > recovery of the database. All servers fail the same check
 * at the same time; when the load balancer takes them out first, HAProxy answers 503 to all visitors, also to those that
 * needed no database. Compared is the latest moment at which they are out, so that a finding is certain.
 */
function serversTakenOut(hive: Hive, { entrance, database, recovery }: Pair): Draft[] {
  const { manifest, analysis } = hive;
  const asked = entrance.endpoints.find(({ kind }) => kind === "entrance")?.healthPath;
  const found = manifest.structure.tiers[entrance.path]!.needs.flatMap((need): Draft[] => {
    const web = manifest.tiers.find(({ path }) => path === need);
    // A load balancer with a path of its own checks something that the manifest does not describe.
    const own = web?.endpoints.some(({ kind, healthPath }) => kind === "health" && healthPath === asked);
    if (web?.settings.healthAsksDatabase !== true || own !== true) return [];
    if (!concernedTiers(manifest, [web.path]).includes(database.path)) return [];
    const out = recoveryOf(manifest, web.path, "machine");
    if (out === undefined || out.decidedBy !== entrance.path || out.seconds >= recovery.seconds) return [];
    const { of, atLeast } = manifest.structure.tiers[web.path]!;
    const cutSet = of.slice(0, of.length - atLeast + 1);
    if (analysis.survives(cutSet).tiers[entrance.path] !== false) return [];
    return [
      {
        level: "warning",
        subject: `${entrance.path}.healthCheck`,
        message:
          `${entrance.path} takes a server out that fails its checks for ${seconds(out.seconds)} ` +
          `(${out.steps.map(({ formula }) => formula).join(" + ")}), and ${database.path} needs ${seconds(recovery.seconds)} to ` +
          `move its writer. ${asked!} asks the database (healthAsksDatabase), so that ${some(of.length, of)} are out at once and ` +
          `visitors get 503.`,
        fix: `Leave the database out of ${asked!}${orPatient(hive, entrance, web.path, recovery.seconds)}.`,
        cutSet,
        changeAt: entrance.path,
      },
    ];
  });
  return found.slice(0, 1);
}

/** A backup takes over after three adverts and its skew, which is less than one more (RFC 9568, 6.1). */
const ADVERTS = 4;

/**
 * Silence that moves the address < silence that moves the writer, where one loss brings both: a machine that both tiers
 * share, or their zone. Otherwise a stall between the two (live migration, a switch that starts again) moves the writer and
 * pays for it, while visitors still wait for the address, which no machine has taken: the database was quick for nothing.
 */
function addressStays(hive: Hive, { entrance, database }: Pair): Draft[] {
  const { advertInterval } = entrance.settings;
  const { suspect, inactiveCheck } = database.settings;
  if (typeof advertInterval !== "number" || typeof suspect !== "number" || typeof inactiveCheck !== "number") return [];
  const address = ADVERTS * advertInterval;
  const writer = suspect + inactiveCheck;
  const node = survivedByBoth(hive, entrance.path, database.path);
  if (address <= writer || node === undefined) return [];
  const patient = hive.manifest.structure.tiers[database.path]!.alternatives.find(
    ({ settings }) => (settings.suspect ?? suspect) + (settings.inactiveCheck ?? inactiveCheck) >= address,
  );
  const or = patient === undefined ? "" : `, or let the database wait as long: ${patient.change}`;
  const millis = Math.floor((writer / ADVERTS) * 1000);
  return [
    {
      level: "warning",
      subject: `${entrance.path}.advertInterval`,
      message:
        `${labelOf(hive, node)} holds members of ${entrance.path} and ${database.path}. When it is silent, the writer moves after ` +
        `suspect ${seconds(suspect)} + inactiveCheck ${seconds(inactiveCheck)} = ${seconds(writer)}, the address only after ` +
        `${ADVERTS} x advertInterval ${seconds(advertInterval)} = ${seconds(address)}: visitors hang at a machine that the ` +
        `database has given up.`,
      fix: `Lower it: advertInterval: Duration.millis(${millis}) or less${or}.`,
      cutSet: [node],
      changeAt: entrance.path,
    },
  ];
}

function survivedMachine({ manifest, entrances, without }: Hive, tier: string): string | undefined {
  return manifest.structure.tiers[tier]!.of.find((member) => {
    const tiers = without(member);
    return tiers[tier] && entrances.every((path) => tiers[path]);
  });
}

/** A machine of both tiers, or else a zone, whose loss both survive. */
function survivedByBoth(
  { manifest, footprint, without }: Hive,
  entrance: string,
  database: string,
): string | undefined {
  const { of } = manifest.structure.tiers[entrance]!;
  const places = (["machine", "zone"] as const).flatMap((kind) =>
    of.flatMap((member) => footprint.placeOf(member, kind) ?? []),
  );
  return places.find((node) => {
    const tiers = without(node);
    return footprint.membersLost(node, database).length > 0 && tiers[entrance] && tiers[database];
  });
}

/** The database's other settings that would be quick enough, tried out. */
function orFaster({ manifest }: Hive, { path }: ManifestTier, limit: number): string {
  const faster = alternativesFor(manifest, path, path, "machine").find((other) => other.seconds < limit);
  return faster === undefined ? "" : `, or ${path}: ${faster.change}`;
}

/** So many failures in a row that the database is back before, tried out. */
function orPatient({ manifest }: Hive, entrance: ManifestTier, web: string, limit: number): string {
  const { checkFall } = entrance.settings;
  if (typeof checkFall !== "number") return "";
  const after = (fall: number) => recoveryWith(manifest, entrance.path, { checkFall: fall }, web, "machine");
  const each = after(checkFall + 1) - after(checkFall);
  if (!(each > 0)) return "";
  const fall = checkFall + Math.ceil((limit - after(checkFall)) / each);
  return `, or wait until the database is back: healthCheck: HealthCheck.http({ fall: ${fall} }) (${seconds(after(fall))})`;
}
