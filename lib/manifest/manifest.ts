import { z } from "../core/zod";
import { DISRUPTIONS, MANIFEST_VERSION } from "./format";

const siteSchema = z.strictObject({
  /** Construct id, unique in the stack. */
  name: z.string(),
  kind: z.string(),
  /** The layer 2 network of the private addresses, as CIDR; absent where machines share none. */
  network: z.string().optional(),
  zones: z.array(z.string()),
  ssh: z
    .strictObject({
      user: z.string(),
      /** Path as in the program, `~` not expanded. */
      privateKeyFile: z.string().optional(),
    })
    .optional(),
});

const machineSchema = z.strictObject({
  name: z.string(),
  site: z.string(),
  zone: z.string(),
  /** Where SSH reaches it. Absent, like `privateAddress`, where only Terraform knows it, after apply. */
  address: z.string().optional(),
  /** Where the other machines reach it; equals `address` where there is only one. */
  privateAddress: z.string().optional(),
  sshPort: z.number().int(),
  labels: z.record(z.string(), z.string()),
  /** Debian packages that the machine's tiers install. */
  packages: z.array(z.string()),
});

const endpointSchema = z.strictObject({
  /** `entrance`: where visitors come in. `writer`, `reader`: where tiers reach a database. `health`: an agent. */
  kind: z.enum(["entrance", "writer", "reader", "health"]),
  protocol: z.enum(["http", "https", "tcp", "mysql", "postgresql"]),
  /**
   * `virtual` addresses move between machines. Absent where every machine of the tier answers on its own address, and where a
   * provider gives it when the stack is applied.
   */
  address: z.string().optional(),
  virtual: z.boolean(),
  port: z.number().int(),
  /** For HTTP: a path that answers 200 when the application works. */
  healthPath: z.string().optional(),
});

const tierSchema = z.strictObject({
  /** Construct path: `shop/db`. */
  path: z.string(),
  kind: z.string(),
  engine: z.string(),
  site: z.string(),
  /** Names of machines. */
  machines: z.array(z.string()),
  /** The tier works while `atLeast` of its machines do; 0 where the provider keeps it working and shows no machines. */
  atLeast: z.number().int(),
  /** Paths of tiers that this one needs to do its job. */
  needs: z.array(z.string()),
  endpoints: z.array(endpointSchema),
  /** Engine settings that decide how long failures last (seconds), and what is lost. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

const share = z.number().min(0).max(1);

/** Something that fails on its own. Whatever is `in` it fails with it. */
const nodeSchema = z.strictObject({
  /**
   * `nat`: the way out for machines without a public address. What cannot work without it is `in` it (machines, where each
   * zone has its own) or `needs` it (a tier, where there is one for all).
   */
  kind: z.enum([
    "machine",
    "zone",
    "site",
    "network",
    "nat",
    "volume",
    "control plane",
    "managed service",
    "dependency",
  ]),
  in: z.array(z.string()),
  /** Share of time that it is down by itself: low, likely, high. */
  probability: z.tuple([share, share, share]),
  /** For the cost of its failures while others take over. Absent where no count is known. */
  failuresPerYear: z.number().min(0).optional(),
  provenance: z.enum(["measured", "sla", "literature", "assumed"]),
  source: z.string(),
});

const needSchema = z.union([z.string(), z.strictObject({ any: z.array(z.string()).min(1) })]);
const disruptionSchema = z.enum(DISRUPTIONS);

/** A length of time, derived from the tier's settings (seconds): the sum of `times` x the setting or the constant. */
const stepSchema = z.strictObject({
  /** What happens meanwhile: `three adverts are missing`. */
  what: z.string(),
  /** Name of a setting of the tier, or a constant in seconds. */
  of: z.union([z.string(), z.number()]),
  /** A factor, or the name of a setting that holds it. @default 1 */
  times: z.union([z.string(), z.number()]).optional(),
});

/** What rules have to know of a tier that is more than a part of the way to the entrance. */
const roleSchema = z.discriminatedUnion("kind", [
  /** Answers for the names under which visitors find the entrance. */
  z.strictObject({ kind: z.literal("dns") }),
  /** Keeps copies of other tiers' data, for the day on which these have none left. */
  z.strictObject({
    kind: z.literal("backup"),
    /** Paths of tiers. */
    protects: z.array(z.string()).min(1),
  }),
]);

const tierStructureSchema = z.strictObject({
  /** What the tier is for. @default - absent: it serves visitors or keeps their data */
  role: roleSchema.optional(),
  atLeast: z.number().int(),
  /** Nodes: machines, or the managed service. */
  of: z.array(z.string()).min(1),
  /** In series: tiers and nodes without which it does not work. `any`: one of several will do. */
  needs: z.array(needSchema),
  /** Beta factor: the share of a member's failures that hits all members at once. */
  commonCause: share,
  /** Absent where nothing has to switch. */
  failover: z
    .strictObject({
      /** Members whose loss makes the others take over; those that only wait cost nothing when they die. */
      active: z.number(),
      /** Share of failures that are handled automatically. */
      coverage: share,
      manualSeconds: z.number(),
    })
    .optional(),
  /** How long a loss lasts for visitors, at most. A disruption that is missing here is not recovered from. */
  recovery: z.array(
    z.strictObject({
      when: z.array(disruptionSchema),
      /** The tier that lost something. @default this one */
      of: z.string().optional(),
      steps: z.array(stepSchema),
    }),
  ),
  /** What a loss costs in data; empty for tiers that keep none. */
  loss: z.array(
    z.strictObject({
      when: disruptionSchema,
      /** Seconds of acknowledged writes; null when there is no limit. */
      seconds: z.number().nullable(),
      /** False where it usually holds and cannot be guaranteed. */
      guaranteed: z.boolean(),
      why: z.string(),
    }),
  ),
  /** Other settings that the program could choose, best first; tried out when a promise is not kept. */
  alternatives: z.array(
    z.strictObject({
      /** As in the program: `timeouts: GaleraTimeouts.lanFast()`. */
      change: z.string(),
      settings: z.record(z.string(), z.number()),
    }),
  ),
  /** How the program makes it larger. @default - absent: it has no number of machines */
  growth: z
    .strictObject({
      /** The property that says how many. */
      property: z.string(),
      step: z.number().int(),
      /** Whether `atLeast` stays, or is a majority of what there is then. */
      atLeast: z.enum(["same", "majority"]),
      /** The property that keeps `atLeast` where it is, when the default would grow too. */
      keep: z.string().optional(),
    })
    .optional(),
});

const secondsByDisruption = z.partialRecord(disruptionSchema, z.number());

const promiseSchema = z.strictObject({
  /** Construct path. */
  path: z.string(),
  /** Path of the tier at which visitors come in. */
  entrance: z.string(),
  /** Largest share of time that it may be down. */
  unavailability: share.optional(),
  /** Seconds until visitors are served again. */
  rto: secondsByDisruption,
  /** Seconds of acknowledged writes that may be lost. */
  rpo: secondsByDisruption,
  onBreach: z.enum(["fail", "warn"]),
});

const acknowledgementSchema = z.strictObject({ finding: z.string(), reason: z.string() });

/** Reads `beehive.json`. Plain data; it holds no secret. */
export const manifestSchema = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  stack: z.string(),
  /** Hash of sites, machines and tiers; drill results carry it, and are stale when it changed. */
  hash: z.string(),
  sites: z.array(siteSchema),
  machines: z.array(machineSchema),
  tiers: z.array(tierSchema),
  structure: z.strictObject({
    /** Names: machines as they are, `zone rack/a`, `site rack`; the rest as the program names it. */
    nodes: z.record(z.string(), nodeSchema),
    /** By the tier's path. */
    tiers: z.record(z.string(), tierStructureSchema),
  }),
  promises: z.array(promiseSchema),
  acknowledgements: z.array(acknowledgementSchema),
  resources: z.strictObject({
    /** How many things of the stack the structure covers. */
    modelled: z.number().int(),
    /** The others: construct paths with their Terraform type. */
    others: z.array(z.string()),
  }),
  /** Where the program says it: construct path, or finding that it acknowledges, to `main.ts:23`. */
  sources: z.record(z.string(), z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestSite = z.infer<typeof siteSchema>;
export type ManifestMachine = z.infer<typeof machineSchema>;
export type ManifestTier = z.infer<typeof tierSchema>;
export type ManifestEndpoint = z.infer<typeof endpointSchema>;
export type ManifestNode = z.infer<typeof nodeSchema>;
export type ManifestNeed = z.infer<typeof needSchema>;
export type ManifestPromise = z.infer<typeof promiseSchema>;
export type TierStructure = z.infer<typeof tierStructureSchema>;
export type RecoveryStep = z.infer<typeof stepSchema>;
export type Disruption = z.infer<typeof disruptionSchema>;
