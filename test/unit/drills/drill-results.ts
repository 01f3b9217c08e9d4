import type { DrillReport } from "../../../lib/drills/drill-report";
import type { DrillResult } from "../../../lib/drills/drill-result";

const result: DrillResult = {
  fault: "web-power-loss",
  machine: "web-2",
  requests: 1400,
  failed: 0,
  failedAfterFault: 0,
  worstSeconds: 0.412,
  worstFailureSeconds: null,
  writeGapSeconds: 0.203,
  percentiles: { p50: 0.004, p90: 0.006, p99: 0.05, p999: 0.4 },
  firstFailureSeconds: null,
  lastFailureSeconds: null,
  errors: {},
  sendLagSeconds: { p99: 0.002, worst: 0.01 },
  acknowledged: 951,
  lost: 0,
  recovered: 0,
  unexpected: 0,
  unknown: 0,
  duplicated: 0,
  lostIds: [],
  roles: ["web"],
  verdict: "kept",
  reasons: [],
  movedTo: null,
  healedSeconds: 9.3,
  faultAtSeconds: 0.7,
  startedAt: "2026-11-21T08:00:00.000Z",
  tookSeconds: 41,
};

export const report: DrillReport = {
  version: 1,
  drills: [
    result,
    { ...result, fault: "lb-power-loss", machine: "lb-1", roles: ["address-holder"], failed: 2, worstSeconds: 1.03 },
    {
      ...result,
      fault: "db-writer-power-loss",
      machine: "db-a",
      roles: ["database"],
      worstSeconds: 3.1,
      writeGapSeconds: 3.05,
      verdict: "broken",
      reasons: ["no write was acknowledged for 3.05 s; promised are at most 2.5 s"],
    },
  ],
  finally: { acknowledged: 2853, lost: 0, recovered: 1, unexpected: 0, unknown: 2, duplicated: 0, lostIds: [] },
  verdict: "broken",
  stack: "shop",
  stackHash: "0123456789abcdef",
  seed: 42,
  machine: { cores: 2, processor: "test", memoryBytes: 25e9, engine: "podman", suite: "trixie" },
  timings: {},
};

export const drill = (rest: Partial<DrillResult>): DrillResult => ({ ...result, ...rest });
