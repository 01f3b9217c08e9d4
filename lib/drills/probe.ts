import { PROBED_ADDRESS } from "../manifest/format";
import type { LocatedMachine } from "../manifest/located-machines";
import type { LeaderProbe, ManifestProbe, WholeProbe } from "../manifest/manifest";
import type { CommandResult } from "./machines";

/** The probe's command as it runs on a machine. */
export const commandOn = ({ command }: ManifestProbe, { privateAddress }: LocatedMachine): string[] =>
  command.map((word) => word.replaceAll(PROBED_ADDRESS, privateAddress));

/**
 * What a machine says is missing, in words.
 *
 * @param result undefined when the machine did not answer
 */
export function missingBy(probe: WholeProbe, result: CommandResult | undefined): string[] {
  const said = result === undefined ? "" : result.stdout.trim();
  if (result?.status === 0 && said === probe.expected) return [];
  const words = said === "" || result?.status !== 0 ? lastLine(result?.stderr) : said;
  return (words === "" ? probe.silent : words).split("\n");
}

/** A program that fails may print more than the reason, which comes last. */
const lastLine = (text = ""): string => text.trim().split("\n").at(-1) ?? "";

/** An answer of one machine. */
export interface ProbeAnswer {
  readonly machine: string;
  /** What it printed; empty when it did not answer or failed. */
  readonly printed: string;
}

/** Who leads: one machine, when all is well. @param answers of all machines of the tier */
export function leadersBy({ expected, says }: LeaderProbe, answers: readonly ProbeAnswer[]): string[] {
  const pattern = new RegExp(expected, "m");
  if (says === "itself") return answers.filter(({ printed }) => pattern.test(printed)).map(({ machine }) => machine);
  const named = answers.flatMap(({ printed }) => pattern.exec(printed)?.[1] ?? []);
  return [...new Set(named)].filter((name) => named.filter((other) => other === name).length * 2 > answers.length);
}
