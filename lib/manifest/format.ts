/**
 * `beehive.json`, written beside `cdk.tf.json` at synth: the one contract between the library and the command line tools.
 * `manifest.ts` says what is in it; only what reads one loads `manifest-schema.ts`, a validator that a synth does not need.
 */
export const MANIFEST_VERSION = 2;
/** Name of the file. */
export const MANIFEST_FILE = "beehive.json";

/** What a hive can lose at once. Worst last. */
export const DISRUPTIONS = ["machine", "zone", "site"] as const;
