import os from "node:os";
import type { Manifest } from "../manifest/manifest";
import type { LeftOut } from "./drill-choice";
import type { DrillResult, Verdict } from "./drill-result";
import type { SuiteResult } from "./drill-suite";
import type { WriteCheck } from "./write-checker";

/** Version of the JSON file; raised when a field changes its meaning. */
export const REPORT_VERSION = 1;

/** Where it was measured; numbers of two machines compare only with care. */
export interface ReportMachine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  /** `podman` or `docker`. */
  readonly engine: string;
  /** Debian release of the machines. */
  readonly suite: string;
}

/** What `--json FILE` writes. Times are seconds. */
export interface DrillReport {
  readonly version: typeof REPORT_VERSION;
  readonly drills: readonly DrillResult[];
  /** Default drills that do not fit the hive. */
  readonly leftOut: readonly LeftOut[];
  /** All writes of all drills, looked up once more after the last. */
  readonly finally: WriteCheck | null;
  readonly verdict: Verdict;
  readonly stack: string;
  /** The manifest's hash. The results are stale when the stack has another one. */
  readonly stackHash: string;
  /** Chose the machines, the instants and the mix of requests: give it to `--seed` for the same again. */
  readonly seed: number;
  readonly machine: ReportMachine;
  /** How long each step of the command took, by its name. */
  readonly timings: Readonly<Record<string, number>>;
}

export interface ReportContext {
  readonly manifest: Manifest;
  readonly leftOut: readonly LeftOut[];
  readonly seed: number;
  readonly machine: ReportMachine;
  readonly timings: Readonly<Record<string, number>>;
}

export function makeReport(suite: SuiteResult, { manifest, ...context }: ReportContext): DrillReport {
  const { stack, hash: stackHash } = manifest;
  return { version: REPORT_VERSION, ...suite, verdict: overallVerdict(suite), stack, stackHash, ...context };
}

/** Broken when any drill was, or when a write is gone at the very end; else inconclusive when any drill was. */
export function overallVerdict(suite: SuiteResult): Verdict {
  const verdicts = suite.drills.map(({ verdict }) => verdict);
  if (verdicts.includes("broken") || (suite.finally?.lost ?? 0) > 0) return "broken";
  if (verdicts.includes("inconclusive") || verdicts.length === 0 || suite.finally === null) return "inconclusive";
  return "kept";
}

export function describeMachine(engine: string, suite: string): ReportMachine {
  const processors = os.cpus();
  return {
    cores: os.availableParallelism(),
    processor: processors[0]?.model.trim() || os.arch(),
    memoryBytes: os.totalmem(),
    engine,
    suite,
  };
}
