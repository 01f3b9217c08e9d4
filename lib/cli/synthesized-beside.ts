import * as fs from "node:fs";
import * as path from "node:path";
import { ZodError } from "../core/zod-parts";
import { SynthesizedStack } from "../plan/synthesized-stack";
import { CommandError, ExitCode } from "./exit-code";
import { CDKTF_FILE } from "./synthesized-tasks";

/** Construct paths stand in cdktf's own output, beside the manifest. */
export function synthesizedBeside(manifest: string): SynthesizedStack {
  const file = path.join(path.dirname(manifest), CDKTF_FILE);
  try {
    return SynthesizedStack.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof ZodError ? "is not what cdktf writes" : (error as Error).message;
    throw new CommandError(
      `${file} is needed beside the manifest and cannot be used (${reason}). ` +
        `Run cdktf synth, or keep both files together when you move them.`,
      ExitCode.usage,
    );
  }
}
