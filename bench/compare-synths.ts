import Table from "cli-table3";
import { mb, measure, measureInTurn, ms, times } from "./child";

/** A hive, and the same resources written by hand. */
export interface SynthComparison {
  readonly size: number;
  /** Its note says which resources it has. */
  readonly hive: string;
  readonly resources: (note: string) => number;
  readonly bare: (note: string) => string;
}

/** Medians of runs in turn. The ratio of processor times holds on a busy machine, too. */
export async function compareSynths(noun: string, comparisons: readonly SynthComparison[]): Promise<string> {
  const table = new Table({
    head: [noun, "resources", "hive", "bare cdktf", "ratio", "CPU ratio", "hive memory", "bare memory", "ratio"],
  });
  for (const { size, hive, resources, bare } of comparisons) {
    const { note } = await measure(hive, 1);
    const [ours, theirs] = await measureInTurn([hive, bare(note)], 7);
    table.push([
      size,
      resources(note),
      ms(ours!.seconds),
      ms(theirs!.seconds),
      times(ours!.seconds / theirs!.seconds),
      times(ours!.cpuSeconds / theirs!.cpuSeconds),
      mb(ours!.mebibytes),
      mb(theirs!.mebibytes),
      times(ours!.mebibytes / theirs!.mebibytes),
    ]);
  }
  return table.toString();
}
