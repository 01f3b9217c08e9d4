import { z } from "./zod";
import { PRIVATE_KEY, secretIn } from "./secret-text";
import { isToken } from "./tokens";
import { either } from "./words";

/** A schema of values that only a function can judge: constructs, value classes. */
export function judgedBy<T>(words: string, isOne: (value: object) => boolean): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === "object" && value !== null && isOne(value)).meta({ words });
}

/** What a schema says of itself by `meta`. */
function saidOf(schema: z.ZodType, what: "example" | "words"): string | undefined {
  const said = schema.meta()?.[what] ?? inner(schema).meta()?.[what];
  return typeof said === "string" ? said : undefined;
}

/** An example of the value, in the words of the program: `.meta({ example: '"eu-central-1"' })`. */
export const exampleOf = (schema: z.ZodType): string | undefined => saidOf(schema, "example");

const TOKEN = z.custom<never>((value) => typeof value === "string" && isToken(value));
export const isTokenSchema = (schema: z.ZodType): boolean => schema === TOKEN;

/** Lets texts that are cdktf tokens pass: their values are known only to Terraform. All other scalars are refused as tokens. */
export function orToken<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.union([TOKEN, schema]);
}

export const takesTokens = (schema: z.ZodType): boolean => {
  const def = defOf(inner(schema));
  return def.type === "union" && (def.options as z.ZodType[]).includes(TOKEN);
};

/** The definition of a schema: zod's classes are known by the word in it. */
export const defOf = (schema: z.ZodType) => (schema as unknown as z.core.$ZodTypes)._zod.def;

/** The schema inside `optional`. */
export function inner(schema: z.ZodType): z.ZodType {
  const def = defOf(schema);
  return def.type === "optional" ? inner(def.innerType as z.ZodType) : schema;
}

export const isOptional = (schema: z.ZodType): boolean => defOf(schema).type === "optional";

export function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  const def = defOf(inner(schema));
  return def.type === "object" ? (def.shape as Record<string, z.ZodType>) : undefined;
}

/** The choices of a union and of those within it, tokens left out. */
export function optionsOf(schema: z.ZodType): readonly z.ZodType[] {
  const def = defOf(inner(schema));
  if (def.type !== "union") return [schema];
  return (def.options as z.ZodType[]).filter((option) => option !== TOKEN).flatMap(optionsOf);
}

/** The schema of one entry of an object, a list or a record. */
export function entryOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  const def = defOf(inner(schema));
  if (def.type === "object") return (def.shape as Record<PropertyKey, z.ZodType>)[key];
  if (def.type === "array") return def.element as z.ZodType;
  if (def.type === "record") return def.valueType as z.ZodType;
  return undefined;
}

/** What a value must be, for after "must be" and "give". */
export function wordsOf(schema: z.ZodType): string {
  const own = saidOf(schema, "words");
  if (own !== undefined) return own;
  const def = defOf(inner(schema));
  switch (def.type) {
    case "string":
      return "a text";
    case "number":
      return isWhole(inner(schema)) ? "a whole number" : "a number";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "enum":
      return either(Object.values(def.entries).map((one) => JSON.stringify(one)));
    case "literal":
      return either(def.values.map((one) => (typeof one === "string" ? JSON.stringify(one) : String(one))));
    case "union":
      return either([...new Set(optionsOf(schema).map(wordsOf))]);
    case "object":
      return `an object with ${either(requiredOr(schema), "and")}`;
    default:
      return "an object";
  }
}

/** The properties that must be there, or else all. */
function requiredOr(schema: z.ZodType): string[] {
  const entries = Object.entries(shapeOf(schema) ?? {});
  const required = entries.filter(([, one]) => !isOptional(one));
  return (required.length > 0 ? required : entries).map(([key]) => key);
}

function isWhole(schema: z.ZodType): boolean {
  const checks = defOf(schema).checks ?? [];
  return checks.some((check) => (check._zod.def as { format?: unknown }).format === "safeint");
}

/** Whether a value is of the kind that a schema is about, however wrong its content is. */
export function isOfKind(schema: z.ZodType, value: unknown): boolean {
  const { type } = defOf(inner(schema));
  if (type === "array") return Array.isArray(value);
  if (type === "object" || type === "record") {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !("node" in value);
  }
  if (type === "union") return optionsOf(schema).some((option) => isOfKind(option, value));
  return type === typeof value;
}

/** Properties that are about keys and certificates: they say themselves what is wrong with a key in them, and how to mend it. */
const OF_KEYS = ["privateKeyFile", "privateKey", "certificate", "chain", "authorities"];

/** Where a text stands that others must not read: the path to it, and what it is. Undefined when there is none. */
export function secretTextIn(
  schema: z.ZodType,
  value: unknown,
): { readonly keys: readonly PropertyKey[]; readonly what: string } | undefined {
  if (typeof value === "string") {
    const what = secretIn(value);
    return what === undefined ? undefined : { keys: [], what };
  }
  if (typeof value !== "object" || value === null) return undefined;
  const def = defOf(inner(schema));
  // What is judged by a function is no data of the program's: constructs, durations.
  if (def.type === "custom") return undefined;
  if (def.type === "union") {
    const option = optionsOf(schema).find((one) => isOfKind(one, value));
    return option === undefined ? undefined : secretTextIn(option, value);
  }
  for (const [key, one] of Object.entries(value)) {
    const what = secretIn(key);
    if (what !== undefined) return { keys: [], what };
    const entry = entryOf(schema, key);
    const found = entry === undefined ? undefined : secretTextIn(entry, one);
    if (found?.what === PRIVATE_KEY && def.type === "object" && OF_KEYS.includes(key)) continue;
    if (found !== undefined) return { keys: [key, ...found.keys], what: found.what };
  }
  return undefined;
}

/** Where a value that only Terraform knows stands and may not: the path to it. Undefined when there is none. */
export function tokenIn(schema: z.ZodType, value: unknown): readonly PropertyKey[] | undefined {
  if (value === undefined || value === null) return undefined;
  const def = defOf(schema);
  switch (def.type) {
    case "optional":
      return tokenIn(def.innerType as z.ZodType, value);
    case "union": {
      if (takesTokens(schema) && isToken(value)) return undefined;
      if (typeof value !== "object") return isToken(value) ? [] : undefined;
      const found = optionsOf(schema)
        .filter((option) => isOfKind(option, value))
        .map((option) => tokenIn(option, value));
      return found.every((one) => one !== undefined) ? found[0] : undefined;
    }
    case "custom":
      return typeof value !== "object" && isToken(value) ? [] : undefined;
    case "object": {
      if (isToken(value)) return [];
      for (const [key, one] of Object.entries(def.shape)) {
        const found = tokenIn(one as z.ZodType, (value as Record<string, unknown>)[key]);
        if (found !== undefined) return [key, ...found];
      }
      return undefined;
    }
    case "array":
    case "record": {
      if (typeof value !== "object" || isToken(value)) return isToken(value) ? [] : undefined;
      const entry = (def.type === "array" ? def.element : def.valueType) as z.ZodType;
      for (const [key, one] of Object.entries(value)) {
        if (isToken(key)) return [];
        const found = tokenIn(entry, one);
        if (found !== undefined) return [key, ...found];
      }
      return undefined;
    }
    default:
      return isToken(value) ? [] : undefined;
  }
}
