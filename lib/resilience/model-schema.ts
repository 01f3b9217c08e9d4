import { z } from "../core/zod";
import { quoted } from "../core/words";
import { InvalidModelError } from "./errors";
import { probabilitySchema, provenanceSchema, timeSchema } from "./estimate-schema";
import type { FaultModel } from "./model";

/**
 * Fields that say how often something is down; the same for events of a fault tree and for nodes of a structure.
 *
 * @internal
 */
export const unavailabilityFields = {
  probability: probabilitySchema.optional(),
  mtbf: timeSchema.optional(),
  mttr: timeSchema.optional(),
  provenance: provenanceSchema.optional(),
  source: z.string().optional(),
};

export const hasOneUnavailability = (event: { probability?: unknown; mtbf?: unknown; mttr?: unknown }): boolean =>
  event.probability !== undefined
    ? event.mtbf === undefined && event.mttr === undefined
    : event.mtbf !== undefined && event.mttr !== undefined;

export const ONE_UNAVAILABILITY =
  'needs either "probability" or both "mtbf" and "mttr", and not all of them: they would contradict each other.';

const eventSchema = z
  .strictObject({ ...unavailabilityFields, kind: z.string().optional(), shared: z.boolean().optional() })
  .refine(hasOneUnavailability, { error: ONE_UNAVAILABILITY });

const modelSchema = z.strictObject({
  events: z.record(z.string(), eventSchema),
  gates: z.record(z.string(), z.unknown()),
  top: z.string(),
});

/**
 * Turns zod's findings into lines that name path, value and remedy.
 *
 * @throws InvalidModelError
 * @internal
 */
export function parseWith<T>(schema: z.ZodType<T>, what: string, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidModelError(
    what,
    result.error.issues.map((issue) => {
      const value = issue.path.reduce<unknown>(
        (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
        input,
      );
      return `${issue.path.map(String).join("/") || "(the whole)"}: ${quoted(value)} ${issue.message}`;
    }),
  );
}

/**
 * Checks input of unknown origin and types it: shapes, ranges, references, `atLeast` within the number of parts.
 * Cycles are found when the model is compiled.
 *
 * @throws InvalidModelError
 */
export function parseFaultModel(input: unknown): FaultModel {
  const model = parseWith(modelSchema, "the fault model", input) as FaultModel;
  const issues: string[] = [];
  const known = (name: string) => Object.hasOwn(model.events, name) || Object.hasOwn(model.gates, name);
  for (const name of Object.keys(model.gates)) {
    if (Object.hasOwn(model.events, name)) {
      issues.push(`gates/${name}: an event has the same name; names are unique. Rename one of them.`);
    }
    checkFormula(model.gates[name]!, `gates/${name}`, known, issues);
  }
  if (!known(model.top)) issues.push(`top: ${undefinedReference(model.top)}`);
  if (issues.length > 0) throw new InvalidModelError("the fault model", issues);
  return model;
}

const undefinedReference = (name: string) =>
  `${quoted(name)} is neither an event nor a gate. Define it under "events" or "gates", or correct the name.`;

const SHAPES = "a name, true, false, { or: […] }, { and: […] }, { xor: […] }, { not: … } or { atLeast: k, of: […] }";

const MAX_NESTING = 300;

function checkFormula(
  formula: unknown,
  path: string,
  known: (name: string) => boolean,
  issues: string[],
  depth = 0,
): void {
  if (depth > MAX_NESTING) {
    const begin = path.split("/").slice(0, 2).join("/");
    issues.push(`${begin}: more than ${MAX_NESTING} formulas within each other; give inner ones a name under "gates".`);
    return;
  }
  if (typeof formula === "boolean") return;
  if (typeof formula === "string") {
    if (!known(formula)) issues.push(`${path}: ${undefinedReference(formula)}`);
    return;
  }
  const keys = typeof formula === "object" && formula !== null ? Object.keys(formula).sort().join() : "";
  const gate = formula as Record<string, unknown>;
  if (keys === "not") return checkFormula(gate["not"], `${path}/not`, known, issues, depth + 1);
  const list = keys === "atLeast,of" ? "of" : keys;
  if (!["or", "and", "xor", "of"].includes(list)) {
    issues.push(`${path}: ${quoted(formula)} is no formula; allowed are ${SHAPES}.`);
    return;
  }
  const parts = gate[list];
  if (!Array.isArray(parts) || parts.length === 0) {
    issues.push(
      `${path}: ${list} is ${quoted(parts)}; a gate needs a list of one part or more. Remove the empty gate or fill it.`,
    );
    return;
  }
  const k = gate["atLeast"];
  if (list === "of" && !(Number.isInteger(k) && (k as number) >= 1 && (k as number) <= parts.length)) {
    issues.push(
      `${path}: atLeast is ${quoted(k)} of ${parts.length} parts; allowed is a whole number from 1 to ${parts.length}. ` +
        "Add parts or lower atLeast.",
    );
  }
  parts.forEach((part, i) => checkFormula(part, `${path}/${list}/${i}`, known, issues, depth + 1));
}
