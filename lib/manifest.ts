import { z } from "zod";

/**
 * `beehive.json`, written beside `cdk.tf.json` at synth: the one contract between the library and the command line
 * tools. Plain data; holds no secret.
 */
export const MANIFEST_VERSION = 1;
export const MANIFEST_FILE = "beehive.json";

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
  /** Where SSH reaches it. */
  address: z.string(),
  /** Where the other machines reach it; equals `address` where there is only one. */
  privateAddress: z.string(),
  sshPort: z.number().int(),
  labels: z.record(z.string(), z.string()),
  /** Debian packages that the machine's tiers install. */
  packages: z.array(z.string()),
});

const endpointSchema = z.strictObject({
  /** `entrance`: where visitors come in. `writer`, `reader`: where tiers reach a database. `health`: an agent. */
  kind: z.enum(["entrance", "writer", "reader", "health"]),
  protocol: z.enum(["http", "tcp", "mysql"]),
  /** `virtual` addresses move between machines. Absent where every machine of the tier answers on its own address. */
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
  /** The tier works while `atLeast` of its machines do. */
  atLeast: z.number().int(),
  /** Paths of tiers that this one needs to do its job. */
  needs: z.array(z.string()),
  endpoints: z.array(endpointSchema),
  /** Engine settings that decide how long failures last (seconds), and what is lost. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

export const manifestSchema = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  stack: z.string(),
  /** Hash of everything below; drill results carry it, and are stale when it changed. */
  hash: z.string(),
  sites: z.array(siteSchema),
  machines: z.array(machineSchema),
  tiers: z.array(tierSchema),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestSite = z.infer<typeof siteSchema>;
export type ManifestMachine = z.infer<typeof machineSchema>;
export type ManifestTier = z.infer<typeof tierSchema>;
export type ManifestEndpoint = z.infer<typeof endpointSchema>;
