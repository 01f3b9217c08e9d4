import * as fs from "node:fs";
import * as path from "node:path";
import { CommandError, ExitCode } from "./exit-code";

/** Instead of a file's name: standard output. */
export const STANDARD_OUTPUT = "-";

/** Files that a command writes beside its text, by the option that names them. */
export type Outputs = Readonly<Record<string, string | undefined>>;

/** @returns the option that takes standard output, so that the text is left out; only one can. */
export function standardOutputOf(outputs: Outputs): string | undefined {
  const [option, other] = Object.keys(outputs).filter((name) => outputs[name] === STANDARD_OUTPUT);
  if (other === undefined) return option;
  throw new CommandError(
    `--${option} and --${other} both name - (standard output); name a file for one of them.`,
    ExitCode.usage,
  );
}

export function writeOutput(option: string, file: string, text: string): void {
  if (file === STANDARD_OUTPUT) return void process.stdout.write(text);
  try {
    fs.writeFileSync(path.resolve(file), text);
  } catch (error) {
    throw new CommandError(`--${option} ${file} cannot be written (${(error as Error).message}).`, ExitCode.usage);
  }
}
