import { BeehiveError } from "../../core/errors";
import { quoted } from "../../core/words";

/** What the engines of `cdktf-beehive/aws` refuse: path, property, value, what is allowed, the fix. */

export function tooFewZones(path: string, what: string, least: number, zones: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `site.zones is ${zones.join(", ")}; ${what} needs ${least} zones or more, because it stands in each of them and survives the ` +
      `loss of one. Name ${least} in the site's zones.`,
  );
}

export function subnetTooSmall(path: string, cidr: string, prefix: number): BeehiveError {
  return new BeehiveError(
    path,
    `site.cidr is ${quoted(cidr)}, whose subnets are /${prefix}; a load balancer of AWS needs a /27 or more in each zone, because it ` +
      `grows with its visitors. Give the site a /23 or more, for example "10.64.0.0/16".`,
  );
}

export function ttlOfAlias(path: string, ttl: string): BeehiveError {
  return new BeehiveError(
    path,
    `dns.ttl is ${ttl}, but the record is an alias of a load balancer, which AWS has remembered for 60 s. Leave dns.ttl out.`,
  );
}

export function databaseVersion(path: string, engine: string, version: string, example: string): BeehiveError {
  return new BeehiveError(
    path,
    `engine.version is ${quoted(version)}, which is no version of ${engine}; write it like "${example}", with a part more to ` +
      `stay at a minor version.`,
  );
}

export function instanceClass(path: string, value: string, example: string, why: string): BeehiveError {
  return new BeehiveError(path, `engine.size is ${quoted(value)}; ${why} Write it like "${example}".`);
}

export function moreDatabases(path: string, engine: string, names: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `databases is ${names.join(", ")}, but the engine is ${quoted(engine)}; RDS makes one database and one account, and more only over a ` +
      `connection into the private network. Make a ManagedDatabase for each, or create them from the application's migrations.`,
  );
}

export function accountName(path: string, property: string, value: string, problem: string): BeehiveError {
  return new BeehiveError(path, `databases.0.${property} is ${quoted(value)}; ${problem}`);
}
