import { spawnSync } from "node:child_process";

/** What one process took, from outside and from inside. */
export interface Sample {
  /** Seconds from where the code calls `start` (or from its first line) to where it calls `stop` (or to its last line). */
  readonly seconds: number;
  /** Processor time of the same, user and system, with what the compiler and the collector do beside. */
  readonly cpuSeconds: number;
  /** Peak resident memory of the process until then, MiB. */
  readonly mebibytes: number;
  /** What the code printed besides. */
  readonly note: string;
}

/** Medians of several runs, and the least, the run that other load on the machine disturbed least. */
export interface Samples extends Sample {
  readonly least: Pick<Sample, "seconds" | "cpuSeconds">;
}

const HARNESS = (code: string) => `
  let begin, cpu, measured;
  const start = () => { cpu = process.cpuUsage(); begin = process.hrtime.bigint(); };
  const stop = () => {
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    const { user, system } = process.cpuUsage(cpu);
    const mebibytes = process.resourceUsage().maxRSS / 1024;
    measured ??= { seconds, cpuSeconds: (user + system) / 1e6, mebibytes };
  };
  start();
  let note = "";
  ${code}
  stop();
  console.log(JSON.stringify({ ...measured, note: String(note) }));
`;

function runOnce(code: string): Sample {
  const child = spawnSync(process.execPath, ["-e", HARNESS(code)], { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout.trim().split("\n").pop()!) as Sample;
}

/** Runs JavaScript in a process of its own, several times. The code may call `start` and `stop` and set `note`. */
export async function measure(code: string, runs = 5): Promise<Samples> {
  const [samples] = await measureInTurn([code], runs);
  return samples!;
}

/** The same for codes that are compared: in turn, so that a machine that becomes slower becomes so for all of them. */
export async function measureInTurn(codes: readonly string[], runs: number): Promise<Samples[]> {
  const { median, min } = await import("simple-statistics");
  const rounds = Array.from({ length: runs }, () => codes.map(runOnce));
  return codes.map((_, i) => {
    const all = (key: "seconds" | "cpuSeconds" | "mebibytes") => rounds.map((round) => round[i]![key]);
    return {
      seconds: median(all("seconds")),
      cpuSeconds: median(all("cpuSeconds")),
      mebibytes: median(all("mebibytes")),
      note: rounds[0]![i]!.note,
      least: { seconds: min(all("seconds")), cpuSeconds: min(all("cpuSeconds")) },
    };
  });
}

export const ms = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;
export const mb = (mebibytes: number): string => `${mebibytes.toFixed(0)} MiB`;
export const times = (ratio: number): string => ratio.toFixed(2);
