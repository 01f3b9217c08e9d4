import { z } from "./zod";
import { Duration } from "./duration";
import { Token } from "../cdktf";
import { invalidProperty, unknownProperty } from "./errors";

/** Checks a construct's props at run time, for programs in JavaScript and for values from outside. */
export function checkProps<T>(path: string, schema: z.ZodType<T>, props: T): T {
  // A program has few constructs of a kind: zod would take longer to compile a schema than to follow it.
  const result = schema.safeParse(props, { jitless: true });
  if (result.success) return props;
  const issue = mostSpecific(result.error.issues[0]!);
  const property = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const owner = at(props, issue.path);
    const known = Object.keys(typeof owner === "object" && owner ? owner : {}).filter(
      (key) => !issue.keys.includes(key),
    );
    throw unknownProperty(
      path,
      [property, issue.keys[0]].filter(Boolean).join("."),
      allowedKeys(schema, issue.path) ?? known,
    );
  }
  throw invalidProperty(path, property === "" ? "props" : property, at(props, issue.path), sentence(issue.message));
}

/** A union reports all its branches; the one that got furthest says what the user meant. */
function mostSpecific(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code === "invalid_key" && issue.issues[0] !== undefined)
    return { ...issue, message: issue.issues[0].message };
  if (issue.code !== "invalid_union") return issue;
  const branches = issue.errors.map((errors) => errors[0]).filter((e): e is z.core.$ZodIssue => e !== undefined);
  const deepest = branches.sort((a, b) => b.path.length - a.path.length)[0];
  return deepest === undefined ? issue : { ...mostSpecific(deepest), path: [...issue.path, ...deepest.path] };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((v, key) => (v as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function allowedKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] | undefined {
  let here: unknown = schema;
  for (const key of path) {
    here = unwrap(here);
    if (here instanceof z.ZodObject) here = here.shape[key as string];
    else if (here instanceof z.ZodArray) here = here.element;
    else return undefined;
  }
  here = unwrap(here);
  return here instanceof z.ZodObject ? Object.keys(here.shape) : undefined;
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

function sentence(message: string): string {
  const text = message.replace(/^Invalid input: /, "").replace(/^Too (small|big): /, "");
  return `${text}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** The schema of a construct's props: one that is forgotten here, or has no property, does not compile. */
export const propsSchema = <T extends object>(parts: Record<keyof T, z.ZodType>): z.ZodType<T> =>
  z.strictObject(parts) as unknown as z.ZodType<T>;

/** Lets cdktf tokens pass: their values are known only to Terraform. */
export function orToken<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.custom<T>().superRefine((value, context) => {
    if (Token.isUnresolved(value)) return;
    const result = schema.safeParse(value);
    if (!result.success) for (const issue of result.error.issues) context.addIssue({ ...issue } as never);
  });
}

/** An object that has its own type already (a construct, a value class): only its presence is checked. */
export const instance = <T>(what: string, isOne: (value: object) => boolean): z.ZodType<T> =>
  z.custom<T>((value) => typeof value === "object" && value !== null && isOne(value), { message: `expected ${what}` });

/** @param limits inclusive. */
export function duration(limits: { min?: Duration; max?: Duration } = {}): z.ZodType<Duration> {
  return z.custom<Duration>().superRefine((value, context) => {
    const say = (message: string) => context.addIssue({ code: "custom", message });
    if (typeof (value as Duration | undefined)?.toMillis !== "function") {
      say("expected a Duration, for example Duration.seconds(2)");
    } else if (limits.min && value.toMillis() < limits.min.toMillis()) {
      say(`must be ${limits.min} or more`);
    } else if (limits.max && value.toMillis() > limits.max.toMillis()) {
      say(`must be ${limits.max} or less`);
    }
  });
}

/** A fully qualified name without the dot at its end, or a wildcard. */
export const dnsName = z
  .string()
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'must be a DNS name in lower case such as "shop.example.org"',
  );

export const port = z.number().int().min(1, "a port is 1 to 65535").max(65535, "a port is 1 to 65535");
