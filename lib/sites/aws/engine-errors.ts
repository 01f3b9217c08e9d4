import { BeehiveError } from "../../core/errors";

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
    `site.cidr is "${cidr}", whose subnets are /${prefix}; a load balancer of AWS needs a /27 or more in each zone, because it ` +
      `grows with its visitors. Give the site a /23 or more, for example "10.64.0.0/16".`,
  );
}

export function foreignMachines(path: string, target: string, machine: string): BeehiveError {
  return new BeehiveError(
    path,
    `target is "${target}", whose machine ${machine} was not made by an AwsSite; AWS registers its own instances only. ` +
      `Put the target on the same site.`,
  );
}

export function foreignScaling(path: string, target: string, engine: string): BeehiveError {
  return new BeehiveError(
    path,
    `target is "${target}", whose scaling is "${engine}"; a load balancer of AWS registers the servers of AwsAutoScaling only. ` +
      `Choose that, or leave scaling out.`,
  );
}

export function noCertificateZone(path: string, domain: string): BeehiveError {
  return new BeehiveError(
    path,
    `tls is Tls.managed for "${domain}", and no zone is named in which AWS can prove that the name is yours. Name one of Route 53 ` +
      `(Tls.managed({ domain, zone: "example.org" }), or dns: { name, zone }), or give a certificate (Tls.given).`,
  );
}

export function nameOutsideZone(path: string, name: string, zone: string): BeehiveError {
  return new BeehiveError(
    path,
    `tls names "${name}", which is not in the zone "${zone}" in which AWS shall prove that it is yours. Correct one of them, or ` +
      `give a certificate (Tls.given).`,
  );
}

export function ttlOfAlias(path: string, ttl: string): BeehiveError {
  return new BeehiveError(
    path,
    `dns.ttl is ${ttl}, but the record is an alias of a load balancer, which AWS has remembered for 60 s. Leave dns.ttl out.`,
  );
}

export function noLocation(path: string, name: string): BeehiveError {
  return new BeehiveError(
    path,
    `dns.name is "${name}", but the entrance has neither an address nor a name with a zone of Route 53 that it could lead to. ` +
      `Leave dns out, and make the record yourself.`,
  );
}

export function databaseVersion(path: string, engine: string, version: string, example: string): BeehiveError {
  return new BeehiveError(
    path,
    `engine.version is "${version}", which is no version of ${engine}; write it like "${example}", with a part more to ` +
      `stay at a minor version.`,
  );
}

export function instanceClass(path: string, value: string, example: string, why: string): BeehiveError {
  return new BeehiveError(path, `engine.size is "${value}"; ${why} Write it like "${example}".`);
}

export function moreDatabases(path: string, engine: string, names: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `databases is ${names.join(", ")}, but the engine is "${engine}"; RDS makes one database and one account, and more only over a ` +
      `connection into the private network. Make a ManagedDatabase for each, or create them from the application's migrations.`,
  );
}

export function accountName(path: string, property: string, value: string, problem: string): BeehiveError {
  return new BeehiveError(path, `databases.0.${property} is "${value}"; ${problem}`);
}
