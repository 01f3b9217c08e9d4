import { spawnSync } from "node:child_process";

/** What one process took, from outside and from inside. */
export interface Sample {
  /** Seconds from where the code sets `begin` (or from its first line) to its last line. */
  readonly seconds: number;
  /** Peak resident memory of the process, MiB. */
  readonly mebibytes: number;
  /** What the code printed besides. */
  readonly note: string;
}

const HARNESS = (code: string) => `
  let begin = process.hrtime.bigint();
  let note = "";
  ${code}
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  console.log(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024, note: String(note) }));
`;

/** Runs JavaScript in a process of its own, several times; medians. `begin` and `note` are variables that the code may set. */
export async function measure(code: string, runs = 5): Promise<Sample> {
  const { median } = await import("simple-statistics");
  const samples = Array.from({ length: runs }, () => {
    const child = spawnSync(process.execPath, ["-e", HARNESS(code)], { encoding: "utf8", maxBuffer: 2 ** 28 });
    if (child.status !== 0) throw new Error(child.stderr);
    return JSON.parse(child.stdout.trim().split("\n").pop()!) as Sample;
  });
  return {
    seconds: median(samples.map((sample) => sample.seconds)),
    mebibytes: median(samples.map((sample) => sample.mebibytes)),
    note: samples[0]!.note,
  };
}

export const ms = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;
export const mb = (mebibytes: number): string => `${mebibytes.toFixed(0)} MiB`;
