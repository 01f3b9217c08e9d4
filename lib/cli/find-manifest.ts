import * as fs from "node:fs";
import * as path from "node:path";
import { MANIFEST_FILE, MANIFEST_VERSION, OLDEST_MANIFEST_VERSION } from "../manifest/format";
import { upgraded } from "../manifest/version-2";
import type { Manifest } from "../manifest/manifest";
import { manifestSchema } from "../manifest/manifest-schema";
import { CommandError, ExitCode } from "./exit-code";
import { packageVersion } from "./package-root";

export interface FoundManifest {
  readonly file: string;
  readonly manifest: Manifest;
}

/** Of commands that work on a manifest: what `findManifest` is given. */
export const MANIFEST_OPTION = [
  "--manifest <file>",
  "the manifest that cdktf synth wrote; default: ./beehive.json, else the only cdktf.out/stacks/*/beehive.json",
] as const;

/**
 * The manifest that a command works on: the given file, or the only one that `cdktf synth` left below the directory.
 *
 * @param directory folder of the cdktf program, or of one of its synthesized stacks
 */
export function findManifest(given: string | undefined, directory: string): FoundManifest {
  const file = given === undefined ? onlyManifest(directory) : path.resolve(directory, given);
  return { file, manifest: readManifest(file) };
}

function onlyManifest(directory: string): string {
  const here = path.join(directory, MANIFEST_FILE);
  if (fs.existsSync(here)) return here;
  const stacks = path.join(directory, "cdktf.out", "stacks");
  const found = (fs.existsSync(stacks) ? fs.readdirSync(stacks).sort() : [])
    .map((stack) => path.join(stacks, stack, MANIFEST_FILE))
    .filter((file) => fs.existsSync(file));
  const [only, ...others] = found;
  if (only === undefined) {
    throw new CommandError(
      `there is no ${MANIFEST_FILE} in ${path.join(stacks, "*")}; run cdktf synth in the program's folder first, ` +
        `or name the file with --manifest FILE. A synth that ended with an error says itself what to change.`,
      ExitCode.usage,
    );
  }
  if (others.length > 0) {
    const names = found.map((file) => path.relative(directory, file)).join(", ");
    throw new CommandError(
      `several stacks have a manifest: ${names}. Choose one with --manifest FILE.`,
      ExitCode.usage,
    );
  }
  return only;
}

function readManifest(file: string): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    const reason =
      error instanceof SyntaxError ? `is no JSON (${error.message})` : `cannot be read (${(error as Error).message})`;
    throw new CommandError(`the manifest ${file} ${reason}. Run cdktf synth to write it again.`, ExitCode.usage);
  }
  const parsed = manifestSchema.safeParse(upgraded(content));
  if (parsed.success) return parsed.data;
  const version = (content as { version?: unknown } | null)?.version;
  const ours = `cdktf-beehive ${packageVersion()}`;
  if (version !== undefined && version !== MANIFEST_VERSION && version !== OLDEST_MANIFEST_VERSION) {
    const newer = typeof version === "number" && version > MANIFEST_VERSION;
    throw new CommandError(
      `the manifest ${file} has version ${String(version)}; this beehive (${ours}) reads versions ${OLDEST_MANIFEST_VERSION} and ${MANIFEST_VERSION}. ` +
        (newer
          ? "Update cdktf-beehive here to the version that synthesized it"
          : `Run cdktf synth again with ${ours}`) +
        ", so that the program and the beehive command are the same package.",
      ExitCode.usage,
    );
  }
  const [issue] = parsed.error.issues;
  throw new CommandError(
    `the manifest ${file} is not what cdktf synth writes: ${issue?.path.join(".") || "the whole file"}: ${issue?.message}. ` +
      `Run cdktf synth again with ${ours}.`,
    ExitCode.usage,
  );
}
