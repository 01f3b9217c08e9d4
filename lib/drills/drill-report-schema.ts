import { z } from "../core/zod";
import { FAULTS } from "./faults/faults";
import { limitsOf, promiseFor } from "./drill-promise";
import { LEADING_ROLES } from "../manifest/format";
import { type DrillReport, REPORT_VERSION } from "./drill-report";

const count = z.number().int().min(0);
const seconds = z.number().min(0);

const writes = {
  acknowledged: count,
  unknown: count,
  lostIds: z.array(z.string()),
};

const fault = z.enum(FAULTS.map(({ name }) => name));

const promisedSchema = z.object({
  failed: z.union([count, z.literal("open")]).nullable(),
  worstSeconds: seconds.nullable(),
  writeGapSeconds: seconds,
  lastFailureSeconds: seconds.nullable(),
});

const waiting = z.object({ some: seconds, full: seconds });
const hostSchema = z.object({
  seconds,
  pressure: z.object({ cpu: waiting, io: waiting, memory: waiting }).nullable(),
  bare: z.object({ requests: count, late: count, p50: seconds, p99: seconds, worst: seconds }),
});

const moveSchema = z.object({
  role: z.enum(LEADING_ROLES),
  from: z.string(),
  to: z.string().nullable(),
});

const drillSchema = z.object({
  fault,
  machine: z.string().nullable(),
  machines: z.array(z.string()).optional(),
  zone: z.string().nullable().default(null),
  requests: count,
  failed: count,
  failedAfterFault: count,
  worstSeconds: seconds.nullable(),
  worstFailureSeconds: seconds.nullable(),
  writeGapSeconds: seconds.nullable(),
  percentiles: z.object({ p50: seconds, p90: seconds, p99: seconds, p999: seconds }).nullable(),
  // A request whose connection was open may fail before the fault was complete.
  firstFailureSeconds: z.number().nullable(),
  lastFailureSeconds: z.number().nullable(),
  errors: z.record(z.string(), count),
  sendLagSeconds: z.object({ p99: z.number(), worst: z.number() }),
  host: hostSchema.nullable().default(null),
  ...writes,
  lost: count.nullable(),
  recovered: count.nullable(),
  unexpected: count.nullable(),
  duplicated: count.nullable(),
  roles: z.array(z.enum(["web", "address-holder", "database"])),
  promised: promisedSchema.nullable().optional(),
  verdict: z.enum(["kept", "broken", "inconclusive"]),
  reasons: z.array(z.string()),
  movedTo: z.string().nullable(),
  moved: z.array(moveSchema).default([]),
  healedSeconds: seconds.nullable(),
  faultAtSeconds: z.number().nullable(),
  cutSeconds: seconds.nullable().default(null),
  startedAt: z.string(),
  tookSeconds: seconds,
});

/** Files from before there were drills of zones name one machine and no limits; both follow from what they have. */
const readDrill = drillSchema.transform((drill) => ({
  ...drill,
  machines: drill.machines ?? (drill.machine === null ? [] : [drill.machine]),
  promised:
    drill.promised !== undefined ? drill.promised : drill.machine === null ? null : limitsOf(promiseFor(drill.roles)),
}));

/** What `--json FILE` of a demo or a drill wrote, when it is read again. Fields that a newer version added are dropped. */
export const drillReportSchema: z.ZodType<DrillReport> = z.object({
  version: z.literal(REPORT_VERSION),
  drills: z.array(readDrill),
  leftOut: z.array(z.object({ fault, reason: z.string() })).default([]),
  finally: z.object({ ...writes, lost: count, recovered: count, unexpected: count, duplicated: count }).nullable(),
  verdict: z.enum(["kept", "broken", "inconclusive"]),
  stack: z.string(),
  stackHash: z.string(),
  seed: z.number(),
  machine: z.object({
    cores: z.number(),
    processor: z.string(),
    memoryBytes: z.number(),
    engine: z.string(),
    suite: z.string(),
  }),
  timings: z.record(z.string(), z.number()),
});
