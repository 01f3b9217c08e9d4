import { z } from "./zod";
import { isDuration, type Duration } from "./duration";
import { BeehiveError, invalidProperty, onlyTerraformKnows, unknownProperty } from "./errors";
import { explained, refusalOf } from "./refusal";
import { secretInClear } from "./secret-errors";
import { SECRET } from "./secret-text";
import { judgedBy, secretTextIn, shapeOf, tokenIn } from "./schema";
import { quoted, visible } from "./words";

export { orToken } from "./schema";

/** What may be written for each property: optional is what the type says is optional, and nothing is left out. */
type Shape<P> = {
  readonly [K in keyof P]-?: undefined extends P[K] ? z.ZodOptional<z.ZodType<P[K]>> : z.ZodType<P[K]>;
};

/** The schema of a construct's properties. One that the schema forgets does not compile. */
export const propsSchema =
  <P extends object>() =>
  (shape: Shape<P>): z.ZodType<P> =>
    // zod computes the same type from the shape, but not for a P that is not known yet.
    z.strictObject(shape) as unknown as z.ZodType<P>;

/**
 * Checks properties at run time, for programs in JavaScript and for values from outside. Whatever stands in them, it refuses
 * with a `BeehiveError`.
 *
 * @param path of the construct, or the name of the function that was called
 * @param property that holds them, when they are no construct's own: `engine`
 */
export function checkProps<T>(path: string, schema: z.ZodType<T>, props: T, property = ""): T {
  const at = (keys: readonly PropertyKey[]): string =>
    [property, ...keys.map((key) => visible(String(key).slice(0, LONGEST_NAME)))].filter(Boolean).join(".");
  try {
    const token = tokenIn(schema, props);
    if (token !== undefined) {
      const { words, example } = explained(schema, token);
      throw onlyTerraformKnows(path, at(token), `${words}${example}`);
    }
    // A program has few constructs of a kind: zod would take longer to compile a schema than to follow it.
    const result = schema.safeParse(props, { jitless: true, error: () => UNSAID });
    if (result.success) {
      const secret = secretTextIn(schema, props);
      if (secret !== undefined) throw secretInClear(path, at(secret.keys), secret.what);
      return props;
    }
    const refusal = refusalOf(schema, props, result.error.issues, UNSAID);
    if (refusal.unknown !== undefined)
      throw unknownProperty(path, at([...refusal.keys, refusal.unknown]), refusal.allowed);
    const where = at(refusal.keys);
    if (refusal.isKey === true) throw invalidName(path, where, refusal.value, refusal.problem);
    if (refusal.value === undefined) throw missingProperty(path, where, refusal.problem);
    if (isSecret(refusal.keys, refusal.value)) throw invalidSecret(path, where, refusal.problem);
    if (refusal.isForEntries === true) throw textForEntries(path, where, refusal.problem);
    throw invalidProperty(path, where === "" ? "the properties" : where, refusal.value, refusal.problem);
  } catch (error) {
    if (error instanceof BeehiveError) throw error;
    throw unreadable(path, at(unreadableKey(schema, props)));
  }
}

/** The properties of something that is checked where it is used: here, only that there are any. */
export function givenProps<T>(path: string, schema: z.ZodType<T>, props: T): T {
  return typeof props === "object" && props !== null ? props : checkProps(path, schema, props);
}

/** Stands for what zod would say: all words are ours. */
const UNSAID = "\0";

function invalidName(path: string, property: string, name: unknown, problem: string): BeehiveError {
  return new BeehiveError(path, `${property} has the name ${quoted(name)}; ${problem}`);
}

/** A name that is longer is no name. */
const LONGEST_NAME = 80;

const isSecret = (keys: readonly PropertyKey[], value: unknown): boolean =>
  keys.some((key) => SECRET.test(String(key))) && value !== null && typeof value !== "boolean";

function invalidSecret(path: string, property: string, problem: string): BeehiveError {
  return new BeehiveError(path, `${property} is a value that is not shown here; ${problem}`);
}

function textForEntries(path: string, property: string, problem: string): BeehiveError {
  return new BeehiveError(path, `${property === "" ? "the properties are" : `${property} is`} a text; ${problem}`);
}

function missingProperty(path: string, property: string, problem: string): BeehiveError {
  return new BeehiveError(path, `${property === "" ? "the properties are" : `${property} is`} missing; ${problem}`);
}

function unreadable(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property === "" ? "the properties are" : `${property} is`} an object that cannot be read; give a plain value.`,
  );
}

/** The property at which reading failed: a getter or a proxy threw. */
function unreadableKey(schema: z.ZodType, props: unknown): string[] {
  for (const [key, one] of Object.entries(shapeOf(schema) ?? {})) {
    try {
      const value = (props as Record<string, unknown>)[key];
      tokenIn(one, value);
      one.safeParse(value, { jitless: true });
    } catch {
      return [key];
    }
  }
  return [];
}

/** An object that has its own type already: a construct, a value class, an interface of the user's. */
export function instance<T>(words: string, isOne: (value: unknown) => value is T): z.ZodType<T>;
export function instance<T>(words: string, isOne: (value: object) => boolean): z.ZodType<T>;
export function instance<T>(words: string, isOne: (value: object) => boolean): z.ZodType<T> {
  return judgedBy<T>(words, isOne);
}

/** @param limits inclusive. */
export function duration(limits: { min?: Duration; max?: Duration } = {}): z.ZodType<Duration> {
  const { min, max } = limits;
  const excess = (value: Duration): string | undefined => {
    if (min && value.toMillis() < min.toMillis()) return `must be ${min} or more`;
    return max && value.toMillis() > max.toMillis() ? `must be ${max} or less` : undefined;
  };
  return judgedBy<Duration>("a Duration", isDuration)
    .refine((value) => excess(value) === undefined, { error: ({ input }) => excess(input as Duration) })
    .meta({ example: `Duration.seconds(${(min ?? max)?.toSeconds() ?? 2})` });
}

/** A fully qualified name without the dot at its end, or a wildcard. */
export const dnsName = z
  .string()
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'must be a DNS name in lower case such as "shop.example.org"',
  );

export const port = z
  .number()
  .int()
  .min(1, "a port is 1 to 65535")
  .max(65535, "a port is 1 to 65535")
  .meta({ words: "a port, 1 to 65535", example: "8080" });

/**
 * A text that may be empty. Names, labels and words of commands end in files and units, which a control character would break and
 * half of a surrogate pair cannot reach.
 */
export const line = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "takes one line, without control characters and lone surrogates");

/** Text of several lines: part of a configuration, a script, PEM. */
export const lines = z
  .string()
  .regex(
    /^[\t\n\r -~\u{a0}-\u{d7ff}\u{e000}-\u{10ffff}]*$/u,
    "takes text without control characters and lone surrogates",
  );

/** The same, and not empty. */
export const block = lines.min(1, "must not be empty");

/** One line that says something. */
export const text = line.min(1, "must not be empty");
