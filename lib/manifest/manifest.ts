import type { MANIFEST_VERSION } from "./format";

/**
 * What `beehive.json` says of a stack: its sites, machines and tiers, how they fail, and what is promised. Plain data; it
 * holds no secret. `manifest-schema.ts` reads it.
 */
export interface Manifest {
  /** Of the format. */
  readonly version: typeof MANIFEST_VERSION;
  /** Name of the stack. */
  readonly stack: string;
  /** Hash of sites, machines and tiers; drill results carry it, and are stale when it changed. */
  readonly hash: string;
  /** Where the machines are. */
  readonly sites: readonly ManifestSite[];
  /** All machines of the stack. */
  readonly machines: readonly ManifestMachine[];
  /** What runs on them, and what providers run in their place. */
  readonly tiers: readonly ManifestTier[];
  /** How it all fails, for predictions. */
  readonly structure: ManifestStructure;
  /** What the program promises. */
  readonly promises: readonly ManifestPromise[];
  /** Findings that the program accepts. */
  readonly acknowledgements: readonly ManifestAcknowledgement[];
  /** How much of the stack the structure covers. */
  readonly resources: ManifestCoverage;
  /** Where the program says it: construct path, or finding that it acknowledges, to `main.ts:23`. */
  readonly sources: Readonly<Record<string, string>>;
}

/** A provider's region, a data centre, a rack: where machines are, and the zones that fail apart. */
export interface ManifestSite {
  /** Construct id, unique in the stack. */
  readonly name: string;
  /** Who has the machines: `hosts`, `aws`. */
  readonly kind: string;
  /** The layer 2 network of the private addresses, as CIDR. @default - absent: machines share none */
  readonly network?: string;
  /** Failure domains. */
  readonly zones: readonly string[];
  /** How to log in to the machines. @default - absent: nobody logs in */
  readonly ssh?: ManifestSsh;
}

/** How to log in to the machines of a site. */
export interface ManifestSsh {
  /** Account on the machines. */
  readonly user: string;
  /** Path as in the program, `~` not expanded. @default - absent: the agent's keys */
  readonly privateKeyFile?: string;
}

/** One machine, as far as the commands have to know it. */
export interface ManifestMachine {
  /** Unique in the stack. */
  readonly name: string;
  /** Name of its site. */
  readonly site: string;
  /** Zone of its site. */
  readonly zone: string;
  /** Where SSH reaches it. @default - absent: only Terraform knows it, after apply */
  readonly address?: string;
  /** Where the other machines reach it; equals `address` where there is only one. @default - absent: only Terraform knows it, after apply */
  readonly privateAddress?: string;
  /** TCP port of SSH. */
  readonly sshPort: number;
  /** By which tiers choose it. */
  readonly labels: Readonly<Record<string, string>>;
  /** Debian packages that the machine's tiers install. */
  readonly packages: readonly string[];
}

/** A tier as it was synthesized. */
export interface ManifestTier {
  /** Construct path: `shop/db`. */
  readonly path: string;
  /** What it is, for people: `GaleraCluster`. */
  readonly kind: string;
  /** How it does its job, for people: `mariadb-galera`. */
  readonly engine: string;
  /** Name of its site. */
  readonly site: string;
  /** Names of machines. */
  readonly machines: readonly string[];
  /** The tier works while `atLeast` of its machines do; 0 where the provider keeps it working and shows no machines. */
  readonly atLeast: number;
  /** Paths of tiers that this one needs to do its job. */
  readonly needs: readonly string[];
  /** Where others reach it. */
  readonly endpoints: readonly ManifestEndpoint[];
  /** Engine settings that decide how long failures last (seconds), and what is lost. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Whose agreement it needs to take writes. @default - absent: its members do not vote */
  readonly votes?: ManifestVotes;
  /** What it keeps that must not be lost. @default - absent: nothing */
  readonly data?: readonly ManifestData[];
  /** How its machines are asked whether it is whole, and which of them leads. @default - absent: nobody can ask */
  readonly probes?: readonly ManifestProbe[];
}

/** Whose agreement a tier needs to take writes. */
export interface ManifestVotes {
  /** Votes of each member, arbitrators included, by the names of machines. */
  readonly members: Readonly<Record<string, number>>;
  /** Members that vote and keep no data. @default - absent: all keep it */
  readonly arbitrators?: readonly string[];
  /** How many votes decide: more than half of all, or so many. */
  readonly quorum: "majority" | number;
}

/** Something that a tier keeps, and that must not be lost. */
export interface ManifestData {
  /** What it is, for people: `MariaDB's data`. */
  readonly what: string;
  /** Folder on the machines that keep it. @default - absent: it is on no machine, or nobody knows where */
  readonly folder?: string;
  /** Construct paths of the resources that keep it; a plan that deletes one is refused. @default - absent: it is on the machines */
  readonly resources?: readonly string[];
  /** Complete copies: one with each member that keeps data, or so many among all of them. */
  readonly copies: "each" | number;
}

/** How drills ask a tier. */
export type ManifestProbe = WholeProbe | LeaderProbe;

/** Asks each machine of the tier whether its part is whole. */
export interface WholeProbe {
  /** Tells it from `LeaderProbe`. */
  readonly asks: "whole";
  /**
   * Program and arguments, no shell. `{{beehive:self:address}}` stands for the machine's private address. What it prints
   * instead of `expected` says in words what is missing, one thing a line; on stderr where it fails.
   */
  readonly command: readonly string[];
  /** All that it prints, without blanks around it, when nothing is missing. */
  readonly expected: string;
  /** What it means when it does not answer: `its database agent does not answer`. */
  readonly silent: string;
}

/** Asks each machine of the tier who leads. */
export interface LeaderProbe {
  /** Tells it from `WholeProbe`. */
  readonly asks: "leader";
  /** `address`: who has the entrance's address. `writer`: who takes the writes. */
  readonly role: LeadingRole;
  /** Program and arguments, no shell. `{{beehive:self:address}}` stands for the machine's private address. */
  readonly command: readonly string[];
  /** Regular expression of JavaScript of what it prints. */
  readonly expected: string;
  /**
   * `itself`: the machine leads that prints what is expected. `majority`: the expression's first group is the leader's
   * name, and more than half of the tier's machines have to print the same.
   */
  readonly says: "itself" | "majority";
}

/** What one machine of a tier does for the whole hive. */
export type LeadingRole = "address" | "writer";

/** Where visitors, other tiers or tools reach a tier. */
export interface ManifestEndpoint {
  /** `entrance`: where visitors come in. `writer`, `reader`: where tiers reach a database. `health`: an agent. */
  readonly kind: "entrance" | "writer" | "reader" | "health";
  /** What is spoken there. */
  readonly protocol: "http" | "https" | "tcp" | "mysql" | "postgresql";
  /**
   * Where it listens, when synth knows it.
   * @default - absent: every machine of the tier answers on its own address, or a provider gives one at apply
   */
  readonly address?: string;
  /** Whether the address moves between machines. */
  readonly virtual: boolean;
  /** TCP port. */
  readonly port: number;
  /** For HTTP: a path that answers 200 when the application works. @default - absent: there is none */
  readonly healthPath?: string;
}

/** How a stack fails: what fails by itself, and which tiers that takes away. */
export interface ManifestStructure {
  /** By name: machines as they are, `zone rack/a`, `site rack`; the rest as the program names it. */
  readonly nodes: Readonly<Record<string, ManifestNode>>;
  /** By the tier's path. */
  readonly tiers: Readonly<Record<string, TierStructure>>;
}

/** Something that fails on its own. Whatever is `in` it fails with it. */
export interface ManifestNode {
  /**
   * `nat`: the way out for machines without a public address. What cannot work without it is `in` it (machines, where each
   * zone has its own) or `needs` it (a tier, where there is one for all).
   */
  readonly kind:
    "machine" | "zone" | "site" | "network" | "nat" | "volume" | "control plane" | "managed service" | "dependency";
  /** Names of nodes whose failure takes this one down. */
  readonly in: readonly string[];
  /** Share of time that it is down by itself: low, likely, high. */
  readonly probability: readonly [number, number, number];
  /** For the cost of its failures while others take over. @default - absent: no count is known */
  readonly failuresPerYear?: number;
  /** What kind of source the number has: a drill, a contract, published statistics, or a guess. */
  readonly provenance: "measured" | "sla" | "literature" | "assumed";
  /** Where the number comes from, for reports. */
  readonly source: string;
}

/** How a tier fails and recovers. */
export interface TierStructure {
  /** What the tier is for. @default - absent: it serves visitors or keeps their data */
  readonly role?: TierRole;
  /** The tier works while so many of its members do. */
  readonly atLeast: number;
  /** Members, by the names of nodes: machines, or the managed service. */
  readonly of: readonly string[];
  /** In series: tiers and nodes without which it does not work. */
  readonly needs: readonly ManifestNeed[];
  /** Beta factor: the share of a member's failures that hits all members at once, 0 to 1. */
  readonly commonCause: number;
  /** What a switch to another member costs. @default - absent: nothing has to switch */
  readonly failover?: TierFailover;
  /** How long a loss lasts for visitors, at most. A disruption that is missing here is not recovered from. */
  readonly recovery: readonly TierRecovery[];
  /** What a loss costs in data; empty for tiers that keep none. */
  readonly loss: readonly TierLoss[];
  /** Other settings that the program could choose, best first; tried out when a promise is not kept. */
  readonly alternatives: readonly TierAlternative[];
  /** How the program makes it larger. @default - absent: it has no number of machines */
  readonly growth?: TierGrowth;
}

/**
 * What rules have to know of a tier that is more than a part of the way to the entrance. `dns`: it answers for the names
 * under which visitors find the entrance. `backup`: it keeps copies of the data of other tiers, given by their paths, for
 * the day on which these have none left.
 */
export type TierRole = { readonly kind: "dns" } | { readonly kind: "backup"; readonly protects: readonly string[] };

/** Path of a tier or name of a node. `any`: one of several will do. */
export type ManifestNeed = string | { readonly any: readonly string[] };

/** What a switch to another member costs. */
export interface TierFailover {
  /** Members whose loss makes the others take over; those that only wait cost nothing when they die. */
  readonly active: number;
  /** Share of failures that are handled automatically, 0 to 1. */
  readonly coverage: number;
  /** Seconds until a person has handled the others. */
  readonly manualSeconds: number;
}

/** How long a loss lasts for visitors, at most: the sum of the steps. */
export interface TierRecovery {
  /** What is lost. */
  readonly when: readonly Disruption[];
  /** Path of the tier that lost something. @default - this one */
  readonly of?: string;
  /** One after the other. */
  readonly steps: readonly RecoveryStep[];
}

/** A length of time, derived from the tier's settings (seconds): `times` x the setting or the constant. */
export interface RecoveryStep {
  /** What happens meanwhile: `three adverts are missing`. */
  readonly what: string;
  /** Name of a setting of the tier, or a constant in seconds. */
  readonly of: string | number;
  /** A factor, or the name of a setting that holds it. @default 1 */
  readonly times?: string | number;
}

/** What a loss costs in data. */
export interface TierLoss {
  /** What is lost. */
  readonly when: Disruption;
  /** Seconds of acknowledged writes; null when there is no limit. */
  readonly seconds: number | null;
  /** False where it usually holds and cannot be guaranteed. */
  readonly guaranteed: boolean;
  /** For reports. */
  readonly why: string;
}

/** Settings that the program could choose in the place of its own. */
export interface TierAlternative {
  /** As in the program: `timeouts: GaleraTimeouts.lanFast()`. */
  readonly change: string;
  /** The tier's settings that it would change, with their new values. */
  readonly settings: Readonly<Record<string, number>>;
}

/** How the program makes a tier larger. */
export interface TierGrowth {
  /** The property that says how many machines it has. */
  readonly property: string;
  /** How many machines more at a time. */
  readonly step: number;
  /** Whether `atLeast` stays, or is a majority of what there is then. */
  readonly atLeast: "same" | "majority";
  /** The property that keeps `atLeast` where it is. @default - absent: it stays by itself */
  readonly keep?: string;
}

/** What a hive can lose at once. */
export type Disruption = "machine" | "zone" | "site";

/** What is promised to the visitors of one entrance. */
export interface ManifestPromise {
  /** Construct path. */
  readonly path: string;
  /** Path of the tier at which visitors come in. */
  readonly entrance: string;
  /** Largest share of time that it may be down, 0 to 1. @default - absent: not promised */
  readonly unavailability?: number;
  /** Seconds until visitors are served again. */
  readonly rto: Readonly<Partial<Record<Disruption, number>>>;
  /** Seconds of acknowledged writes that may be lost. */
  readonly rpo: Readonly<Partial<Record<Disruption, number>>>;
  /** What synth does when the structure cannot keep it. */
  readonly onBreach: "fail" | "warn";
}

/** A finding that the program accepts. */
export interface ManifestAcknowledgement {
  /** Its id: `SHARED_FATE:site rack`. */
  readonly finding: string;
  /** Why. */
  readonly reason: string;
}

/** How much of the stack the structure covers. */
export interface ManifestCoverage {
  /** How many things of the stack the structure covers. */
  readonly modelled: number;
  /** The others: construct paths with their Terraform type. */
  readonly others: readonly string[];
}
