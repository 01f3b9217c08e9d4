import { forProgram } from "./program-frames";
import { didYouMean, KNOWN_TO_TERRAFORM, list, quoted } from "./words";

/**
 * What the construct library refuses. A message names the construct's path, the property, the value, what is allowed and the fix,
 * in this order. Uncaught, it prints that sentence and the program's own line.
 */
export class BeehiveError extends Error {
  /** Path of the construct that refuses. */
  declare readonly path: string;

  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
    // Not enumerable, because Node prints what is.
    Object.defineProperty(this, "path", { value: path });
    forProgram(this);
  }
}
// So that a refusal is told from other errors without `instanceof`.
BeehiveError.prototype.name = "BeehiveError";

export function invalidProperty(path: string, property: string, value: unknown, problem: string): BeehiveError {
  return new BeehiveError(path, `${property} is ${quoted(value)}; ${problem}`);
}

/** @param instead what to write: `a whole number, for example servers: 4` */
export function onlyTerraformKnows(path: string, property: string, instead: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${KNOWN_TO_TERRAFORM}; Beehive needs it at synth, because it decides what is made. Write ${instead}.`,
  );
}

export function unknownProperty(path: string, property: string, allowed: readonly string[]): BeehiveError {
  const meant = didYouMean(property.split(".").at(-1)!, allowed, (word) => word);
  return new BeehiveError(path, `"${property}" is no property here; allowed are ${list(allowed)}.${meant}`);
}

export function timeoutsOutOfOrder(
  path: string,
  property: string,
  values: readonly { readonly name: string; readonly value: string }[],
  broken: readonly [string, string],
  why: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} has ${values.map((v) => `${v.name} ${v.value}`).join(", ")}; ${broken[0]} must be less than ${broken[1]}: ${why}`,
  );
}
