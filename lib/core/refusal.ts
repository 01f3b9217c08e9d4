import type { z } from "./zod";
import {
  defOf,
  entryOf,
  exampleOf,
  inner,
  isOfKind,
  isOptional,
  isTokenSchema,
  optionsOf,
  shapeOf,
  takesTokens,
  wordsOf,
} from "./schema";
import { isToken } from "./tokens";
import { nearest } from "./words";

type Issue = z.core.$ZodIssue;

/** What is wrong with properties, in Beehive's words. */
export interface Refusal {
  /** The way to the property. */
  readonly keys: readonly PropertyKey[];
  readonly value: unknown;
  /** Whether the value is no value but the name of an entry. */
  readonly isKey?: boolean;
  /** Whether it is a text in the place of entries by name: anything may stand in it, passwords too. */
  readonly isForEntries?: boolean;
  /** What is allowed and how to mend it, as a sentence. */
  readonly problem: string;
  /** A property that there is not. */
  readonly unknown?: string;
  readonly allowed: readonly string[];
}

/** @param unsaid the message of issues for which the schema has no words */
export function refusalOf(schema: z.ZodType, props: unknown, issues: readonly Issue[], unsaid: string): Refusal {
  const { issue, at } = meant(schema, props, mostTelling(issues, props));
  const keys = issue.path;
  const value = valueAt(props, keys);
  if (issue.code === "unrecognized_keys") {
    const unknown = issue.keys[0]!;
    return { keys, value, problem: "", unknown, allowed: Object.keys(shapeOf(at) ?? {}) };
  }
  const said = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? unsaid) : issue.message;
  const { words, example } = explained(schema, keys, at);
  const isForEntries = typeof value === "string" && optionsOf(at).every(isRecord);
  const rest = { keys, value, isForEntries, allowed: [] };
  if (value === undefined) return { ...rest, problem: `give ${words}${example}.` };
  if (isToken(value) && takesTokens(schemaAt(schema, keys) ?? schema)) {
    return { ...rest, problem: "must be a text; write Token.asString(…) around it." };
  }
  if (issue.code === "invalid_key") {
    const problem = said === unsaid ? "must be a name." : sentence(said);
    return { keys: keys.slice(0, -1), value: String(keys.at(-1)), isKey: true, problem, allowed: [] };
  }
  if (said !== unsaid) return { ...rest, problem: withExample(said, example) };
  const typed = typeof value === "string" ? nearest(value, choices(at)) : undefined;
  if (typed !== undefined) return { ...rest, problem: `must be ${words}. Did you mean ${JSON.stringify(typed)}?` };
  return { ...rest, problem: `${limitOf(issue) ?? patternOf(at, unsaid) ?? `must be ${words}`}${example}.` };
}

/** What a property may be, and an example of it: `, for example zones: ["a", "b", "c"]`, or nothing. */
export function explained(
  schema: z.ZodType,
  keys: readonly PropertyKey[],
  at: z.ZodType = schemaAt(schema, keys) ?? schema,
): { readonly words: string; readonly example: string } {
  const example = exampleFor(schema, keys, at);
  return { words: wordsOf(at), example: example === undefined ? "" : `, for example ${example}` };
}

/** Of an entry of a list or a record, it is the whole's: entries have no name that a program writes. */
function exampleFor(schema: z.ZodType, keys: readonly PropertyKey[], at: z.ZodType): string | undefined {
  const own = exampleOf(at) ?? written(at);
  if (keys.length === 0) return own;
  const outside = keys.slice(0, -1);
  const owner = schemaAt(schema, outside) ?? schema;
  if (optionsOf(owner).some((option) => shapeOf(option) !== undefined)) {
    return own === undefined ? undefined : `${String(keys.at(-1))}: ${own}`;
  }
  return exampleFor(schema, outside, owner) ?? own;
}

/** An object of what must be there, when all of that has an example. */
function written(schema: z.ZodType): string | undefined {
  const required = Object.entries(shapeOf(schema) ?? {}).filter(([, one]) => !isOptional(one));
  if (required.length === 0) return undefined;
  const examples = required.map(([key, one]) => `${key}: ${exampleOf(one) ?? "…"}`);
  return `{ ${examples.join(", ")} }`;
}

/** The first issue; but a property that is misspelled is missing as well, and what the user meant is its name. */
function mostTelling(issues: readonly Issue[], props: unknown): Issue {
  const first = issues[0]!;
  if (valueAt(props, first.path) !== undefined) return first;
  return (
    issues.find(({ code, path }) => code === "unrecognized_keys" && path.length === first.path.length - 1) ?? first
  );
}

/** A union reports all its branches. What the value looks like says which one the user meant. */
function meant(schema: z.ZodType, props: unknown, issue: Issue): { readonly issue: Issue; readonly at: z.ZodType } {
  const at = schemaAt(schema, issue.path) ?? schema;
  if (issue.code !== "invalid_union") return { issue, at };
  const value = valueAt(props, issue.path);
  const all = defOf(inner(at));
  const options = all.type === "union" ? (all.options as z.ZodType[]) : [];
  const [best] = options
    .map((option, i) => ({ option, errors: issue.errors[i] ?? [] }))
    .filter(({ option, errors }) => errors.length > 0 && !isTokenSchema(option) && isOfKind(option, value))
    .sort((a, b) => sharedKeys(b.option, value) - sharedKeys(a.option, value));
  if (best === undefined) return { issue, at };
  const inside = meant(best.option, value, mostTelling(best.errors, value));
  return { issue: { ...inside.issue, path: [...issue.path, ...inside.issue.path] }, at: inside.at };
}

function sharedKeys(schema: z.ZodType, value: unknown): number {
  const shape = shapeOf(schema) ?? {};
  return typeof value === "object" && value !== null
    ? Object.keys(value).filter((key) => key in shape || nearest(key, Object.keys(shape)) !== undefined).length
    : 0;
}

function schemaAt(schema: z.ZodType, keys: readonly PropertyKey[]): z.ZodType | undefined {
  return keys.reduce<z.ZodType | undefined>((at, key) => {
    if (at === undefined) return undefined;
    return optionsOf(at)
      .map((option) => entryOf(option, key))
      .find((one) => one !== undefined);
  }, schema);
}

function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

const isRecord = (schema: z.ZodType): boolean => defOf(inner(schema)).type === "record";

function choices(schema: z.ZodType): string[] {
  const def = defOf(inner(schema));
  if (def.type === "enum") return Object.values(def.entries).map(String);
  return def.type === "literal" ? def.values.filter((one) => typeof one === "string") : [];
}

/** Limits for which the schema has no words. */
function limitOf(issue: Issue): string | undefined {
  if (issue.code === "too_small") return `must be ${String(issue.minimum)} or more`;
  if (issue.code === "too_big") return `must be ${String(issue.maximum)} or less`;
  return undefined;
}

/** What the schema says of a text that breaks its pattern says what a number should have been, too. */
function patternOf(schema: z.ZodType, unsaid: string): string | undefined {
  if (defOf(inner(schema)).type !== "string") return undefined;
  const said = schema.safeParse("\u0001", { jitless: true, error: () => unsaid }).error?.issues[0]?.message;
  return said?.startsWith("must be") === true ? said : undefined;
}

function withExample(said: string, example: string): string {
  if (example === "" || /such as|like |["{[]|; use /.test(said)) return sentence(said);
  return `${sentence(said)} ${example.replace(/^, f/, "F")}.`;
}

const sentence = (message: string): string => `${message}${/[.!?]$/.test(message) ? "" : "."}`;
