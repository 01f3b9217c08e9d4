import { BeehiveError } from "../../../core/errors";

/** What `AwsAutoScaling` refuses: path, property, value, what is allowed, the fix. */

export interface GroupShortage {
  readonly least: number;
  readonly needed: number;
  readonly zones: number;
  /** What would survive the loss of a zone. */
  readonly warm: number;
}

export function groupTooSmall(path: string, property: string, shortage: GroupShortage): BeehiveError {
  const { least, needed, zones, warm } = shortage;
  return new BeehiveError(
    path,
    `${property} is ${least}, but needed is ${needed}: with ${least} servers none can be spared. With ${needed + 1} one server may ` +
      `fail; with ${warm} a whole zone may (${needed} x ${zones} / ${zones - 1}, rounded up). Raise it, or lower needed.`,
  );
}

export function networksUnknown(path: string, zones: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `scaling.networks is missing, and the site is in an existing VPC: which addresses its subnets have, only AWS knows, and databases ` +
      `let in the servers by them. Give the CIDRs of the private subnets of the zones ${zones.join(", ")}.`,
  );
}

export function networksKnown(path: string, own: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `scaling.networks is given, but Beehive made the site's subnets and knows that they are ${own.join(", ")}. Leave it out.`,
  );
}

export function userDataTooLong(path: string, excess: number, limit: number): BeehiveError {
  return new BeehiveError(
    path,
    `the site's userData and the program that starts a server are ${excess} bytes over AWS's limit of ${limit} together. ` +
      `Shorten the site's userData by that.`,
  );
}
