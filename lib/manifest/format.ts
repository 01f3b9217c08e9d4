/**
 * `beehive.json`, written beside `cdk.tf.json` at synth: the one contract between the library and the command line tools.
 * `manifest.ts` says what is in it; only what reads one loads `manifest-schema.ts`, a validator that a synth does not need.
 */
export const MANIFEST_VERSION = 3;
/** The oldest version that the commands still read: `version-2.ts`. */
export const OLDEST_MANIFEST_VERSION = 2;
/** Name of the file. */
export const MANIFEST_FILE = "beehive.json";

/** What a hive can lose at once. Worst last. */
export const DISRUPTIONS = ["machine", "zone", "site"] as const;

/** What one machine of a tier does for the whole hive, and another one takes over when it dies. */
export const LEADING_ROLES = ["address", "writer"] as const;

/** In a probe's command: the private address of the machine on which it runs. */
export const PROBED_ADDRESS = "{{beehive:self:address}}";
