import { BeehiveError } from "./errors";

/** What is refused because others could read it. No message repeats the value. */

const READ_BY_OTHERS = "it would stand in cdk.tf.json for everybody to read";

export function plainTextPassword(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is written into the program; ${READ_BY_OTHERS}. ` +
      `Leave it out (Beehive makes a sensitive Terraform variable) or pass a TerraformVariable with sensitive: true.`,
  );
}

export function plainTextSecret(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is written into the program; ${READ_BY_OTHERS}. ` +
      `Pass a TerraformVariable with sensitive: true, or another Terraform expression.`,
  );
}

/** @param what it looks like: `a private key` */
export function secretInClear(path: string, property: string, what: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property === "" ? "the properties hold" : `${property} holds`} ${what}; what a program says is synthesized, and most of it ` +
      `delivered, in clear. Take it out and give it another way: by a TerraformVariable with sensitive: true where a Terraform ` +
      `expression is taken, by secretPlaceholder(…) in files of software. If others have seen it, make a new one.`,
  );
}
