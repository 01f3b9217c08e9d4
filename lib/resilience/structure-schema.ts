import { z } from "../core/zod";
import { timeSchema } from "./estimate-schema";
import { hasOneUnavailability, ONE_UNAVAILABILITY, parseWith, unavailabilityFields } from "./model-schema";
import type { Need, Structure } from "./structure";

const needSchema: z.ZodType<Need> = z.lazy(() =>
  z.union(
    [
      z.string(),
      z.strictObject({ all: needsSchema }),
      z.strictObject({ any: needsSchema }),
      z.strictObject({ atLeast: z.number(), of: needsSchema }),
    ],
    {
      error:
        "is no need; allowed are a name, { all: […] }, { any: […] } or { atLeast: k, of: […] } with one entry or more.",
    },
  ),
);
const needsSchema = z.array(needSchema).min(1, { error: "is empty; name one node or tier at least." });

const share = z.number().min(0).max(1);
const shareError = "is outside 0 to 1; write a share, 0.1 for 10 %.";
const shareSchema = z.custom<number>((value) => share.safeParse(value).success, { error: shareError });

const nodeSchema = z
  .strictObject({
    ...unavailabilityFields,
    kind: z.string().optional(),
    in: z.union([z.string(), z.array(z.string())]).optional(),
  })
  .refine(hasOneUnavailability, { error: ONE_UNAVAILABILITY });

const tierSchema = z.strictObject({
  atLeast: z.number().optional(),
  of: needsSchema,
  needs: z.array(needSchema).optional(),
  commonCause: shareSchema.optional(),
  crews: z.int().min(1, { error: "is less than one crew." }).optional(),
  failover: z
    .strictObject({
      failuresPerYear: z.number().min(0).optional(),
      coverage: shareSchema,
      switchTime: timeSchema,
      manualTime: timeSchema,
    })
    .optional(),
  plannedWork: z.strictObject({ takes: timeSchema, every: timeSchema }).optional(),
});

const structureSchema = z.strictObject({
  nodes: z.record(z.string(), nodeSchema),
  tiers: z.record(z.string(), tierSchema),
  entrance: needSchema,
});

/**
 * Checks shapes and ranges of input of unknown origin; references are checked by `resolveStructure`.
 *
 * @throws InvalidModelError
 */
export function parseStructure(input: unknown): Structure {
  return parseWith(structureSchema, "the structure", input) as Structure;
}
