/**
 * `beehive.json`, written beside `cdk.tf.json` at synth: the one contract between the library and the command line tools.
 * `manifest.ts` says what is in it; `manifest-schema.ts` is loaded when one is read, and when tiers say of themselves what
 * becomes a part of it.
 */
export const MANIFEST_VERSION = 3;
/** The oldest version that the commands still read: `version-2.ts`. */
export const OLDEST_MANIFEST_VERSION = 2;
/** Name of the file. */
export const MANIFEST_FILE = "beehive.json";

/** What a hive can lose at once. Worst last. */
export const DISRUPTIONS = ["machine", "zone", "site"] as const;

/** What a node of the structure is. */
export const NODE_KINDS = [
  "machine",
  "zone",
  "site",
  "network",
  "nat",
  "volume",
  "control plane",
  "managed service",
  "dependency",
] as const;

/** Where a number of the structure comes from. */
export const PROVENANCES = ["measured", "sla", "literature", "assumed"] as const;

/** What one machine of a tier does for the whole hive, and another one takes over when it dies. */
export const LEADING_ROLES = ["address", "writer"] as const;

/** In a probe's command: the private address of the machine on which it runs. */
export const PROBED_ADDRESS = "{{beehive:self:address}}";

/** In the place of a host key that nobody knows: no deploy makes a connection with it, so that nothing is sent to a stranger. */
export const UNKNOWN_HOST_KEY = "unknown";

/**
 * Names the file whose host keys count in the place of the program's when it is synthesized: a lab's machines have the addresses of
 * the real ones, and other keys.
 */
export const KNOWN_HOSTS_VARIABLE = "BEEHIVE_KNOWN_HOSTS";

/** Where deploys put the program that works on every machine. */
export const MACHINE_PROGRAM = "/usr/local/lib/beehive/beehive-apply";
