import { z } from "../core/zod";
import { agrees } from "./agrees";
import { DISRUPTIONS, LEADING_ROLES, MANIFEST_VERSION, NODE_KINDS, PROVENANCES } from "./format";
import type {
  Manifest,
  ManifestAcknowledgement,
  ManifestData,
  ManifestEndpoint,
  ManifestMachine,
  ManifestNeed,
  ManifestNode,
  ManifestProbe,
  ManifestPromise,
  ManifestSite,
  ManifestTier,
  ManifestVotes,
  RecoveryStep,
  TierRole,
  TierStructure,
} from "./manifest";

const share = z.number().min(0).max(1);
const disruption = z.enum(DISRUPTIONS);
const secondsByDisruption = z.partialRecord(disruption, z.number());

const site = agrees<ManifestSite>()(
  z.strictObject({
    name: z.string(),
    kind: z.string(),
    network: z.string().optional(),
    zones: z.array(z.string()),
    ssh: z.strictObject({ user: z.string(), privateKeyFile: z.string().optional() }).optional(),
  }),
);

const machine = agrees<ManifestMachine>()(
  z.strictObject({
    name: z.string(),
    site: z.string(),
    zone: z.string(),
    address: z.string().optional(),
    privateAddress: z.string().optional(),
    sshPort: z.number().int(),
    labels: z.record(z.string(), z.string()),
    packages: z.array(z.string()),
  }),
);

const endpoint = agrees<ManifestEndpoint>()(
  z.strictObject({
    kind: z.enum(["entrance", "writer", "reader", "health"]),
    protocol: z.enum(["http", "https", "tcp", "mysql", "postgresql"]),
    address: z.string().optional(),
    virtual: z.boolean(),
    port: z.number().int(),
    healthPath: z.string().optional(),
  }),
);

const votes = agrees<ManifestVotes>()(
  z.strictObject({
    members: z.record(z.string(), z.number().int().min(0)),
    arbitrators: z.array(z.string()).optional(),
    quorum: z.union([z.literal("majority"), z.number().int().min(1)]),
  }),
);

const data = agrees<ManifestData>()(
  z.strictObject({
    what: z.string(),
    folder: z.string().optional(),
    resources: z.array(z.string()).optional(),
    copies: z.union([z.literal("each"), z.number().int().min(1)]),
  }),
);

const probe = agrees<ManifestProbe>()(
  z.discriminatedUnion("asks", [
    z.strictObject({
      asks: z.literal("whole"),
      command: z.array(z.string()).min(1),
      expected: z.string(),
      silent: z.string(),
    }),
    z.strictObject({
      asks: z.literal("leader"),
      role: z.enum(LEADING_ROLES),
      command: z.array(z.string()).min(1),
      expected: z.string(),
      says: z.enum(["itself", "majority"]),
    }),
  ]),
);

const tier = agrees<ManifestTier>()(
  z.strictObject({
    path: z.string(),
    kind: z.string(),
    engine: z.string(),
    site: z.string(),
    machines: z.array(z.string()),
    atLeast: z.number().int(),
    needs: z.array(z.string()),
    endpoints: z.array(endpoint),
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    votes: votes.optional(),
    data: z.array(data).optional(),
    probes: z.array(probe).optional(),
  }),
);

const node = agrees<ManifestNode>()(
  z.strictObject({
    kind: z.enum(NODE_KINDS),
    in: z.array(z.string()),
    probability: z.tuple([share, share, share]),
    failuresPerYear: z.number().min(0).optional(),
    provenance: z.enum(PROVENANCES),
    source: z.string(),
  }),
);

const need = agrees<ManifestNeed>()(z.union([z.string(), z.strictObject({ any: z.array(z.string()).min(1) })]));

const step = agrees<RecoveryStep>()(
  z.strictObject({
    what: z.string(),
    of: z.union([z.string(), z.number()]),
    times: z.union([z.string(), z.number()]).optional(),
  }),
);

const role = agrees<TierRole>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("dns") }),
    z.strictObject({ kind: z.literal("backup"), protects: z.array(z.string()).min(1) }),
  ]),
);

const tierStructure = agrees<TierStructure>()(
  z.strictObject({
    role: role.optional(),
    atLeast: z.number().int(),
    of: z.array(z.string()).min(1),
    needs: z.array(need),
    commonCause: share,
    failover: z.strictObject({ active: z.number(), coverage: share, manualSeconds: z.number() }).optional(),
    recovery: z.array(z.strictObject({ when: z.array(disruption), of: z.string().optional(), steps: z.array(step) })),
    loss: z.array(
      z.strictObject({
        when: disruption,
        seconds: z.number().nullable(),
        guaranteed: z.boolean(),
        why: z.string(),
      }),
    ),
    alternatives: z.array(z.strictObject({ change: z.string(), settings: z.record(z.string(), z.number()) })),
    growth: z
      .strictObject({
        property: z.string(),
        step: z.number().int(),
        atLeast: z.enum(["same", "majority"]),
        keep: z.string().optional(),
      })
      .optional(),
  }),
);

const promise = agrees<ManifestPromise>()(
  z.strictObject({
    path: z.string(),
    entrance: z.string(),
    unavailability: share.optional(),
    rto: secondsByDisruption,
    rpo: secondsByDisruption,
    onBreach: z.enum(["fail", "warn"]),
  }),
);

const acknowledgement = agrees<ManifestAcknowledgement>()(z.strictObject({ finding: z.string(), reason: z.string() }));

/** Parts of a tier's entry, for what checks them where a tier says them. */
export const tierParts = { endpoint, votes, data, probe, structure: tierStructure };

/** Reads `beehive.json`; what its members mean stands in `manifest.ts`. */
export const manifestSchema = agrees<Manifest>()(
  z.strictObject({
    version: z.literal(MANIFEST_VERSION),
    stack: z.string(),
    hash: z.string(),
    sites: z.array(site),
    machines: z.array(machine),
    tiers: z.array(tier),
    structure: z.strictObject({
      nodes: z.record(z.string(), node),
      tiers: z.record(z.string(), tierStructure),
    }),
    promises: z.array(promise),
    acknowledgements: z.array(acknowledgement),
    resources: z.strictObject({ modelled: z.number().int(), others: z.array(z.string()) }),
    sources: z.record(z.string(), z.string()),
  }),
);
