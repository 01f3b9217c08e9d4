import { BeehiveError } from "../core/errors";

export function plainTextPassword(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is written into the program; it would stand in cdk.tf.json for everybody to read. ` +
      `Leave it out (Beehive makes a sensitive Terraform variable) or pass a TerraformVariable with sensitive: true.`,
  );
}

export function plainTextSecret(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is written into the program; it would stand in cdk.tf.json for everybody to read. ` +
      `Pass a TerraformVariable with sensitive: true, or another Terraform expression.`,
  );
}
