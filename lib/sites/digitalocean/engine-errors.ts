import { BeehiveError } from "../../core/errors";
import { quoted } from "../../core/words";

/** What the engines of `cdktf-beehive/digitalocean` refuse: path, property, value, what is allowed, the fix. */

const list = (words: readonly string[]): string => words.join(", ");

// Load balancers

export function oneNode(path: string, what: string): BeehiveError {
  return new BeehiveError(
    path,
    `engine.nodes is 1; ${what} with one node is a single point of failure, and is away while DigitalOcean makes another. ` +
      `Use 2 or more.`,
  );
}

export function targetOverRegions(
  path: string,
  target: string,
  machines: readonly { readonly name: string; readonly zone: string }[],
): BeehiveError {
  return new BeehiveError(
    path,
    `target is ${quoted(target)}, whose machines are ${list(machines.map(({ name, zone }) => `${name} in ${zone}`))}; a regional load ` +
      `balancer reaches the droplets of its own region and VPC only. For several regions use the global load balancer ` +
      `(engine: DigitalOceanLoadBalancer.global()), or put the target into one region (machines: Machines.named(…)).`,
  );
}

export function targetInOneRegion(path: string, target: string, region: string): BeehiveError {
  return new BeehiveError(
    path,
    `target is ${quoted(target)}, whose machines are all in ${region}; a global load balancer chooses between regions, and there is one. ` +
      `Use DigitalOceanLoadBalancer.regional(), or give the target machines in more regions.`,
  );
}

export function noEntranceName(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `engine is DigitalOceanLoadBalancer.global(), which answers visitors by the name they ask for, and no name is given. Give ` +
      `dns: { name, zone }, tls: Tls.managed({ domain }), or the names themselves: DigitalOceanLoadBalancer.global({ domains: […] }).`,
  );
}

// Databases

export function notADatabaseSize(path: string, size: string): BeehiveError {
  return new BeehiveError(
    path,
    `engine.size is ${quoted(size)}, which has not the form of a database size; write it like "db-s-1vcpu-2gb" ` +
      `(doctl databases options slugs).`,
  );
}

export function noStandbys(path: string, size: string, smallest: string): BeehiveError {
  return new BeehiveError(
    path,
    `engine.size is ${quoted(size)}, which DigitalOcean sells with one node only; a database without a standby is a single point of ` +
      `failure. Use "${smallest}" or larger.`,
  );
}

export function notADatabaseVersion(path: string, version: string, product: string, example: string): BeehiveError {
  return new BeehiveError(
    path,
    `engine.version is ${quoted(version)}, which is no major version of ${product}; write it like "${example}".`,
  );
}

export function passwordGiven(path: string, database: string): BeehiveError {
  return new BeehiveError(
    path,
    `databases has a password for "${database}", but DigitalOcean makes the passwords of its databases itself. Leave password out.`,
  );
}

// Pools

export function secretsInPool(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `scaling is DigitalOceanAutoscale.pool(), but the application has secrets (a database, or sensitive values in its environment). ` +
      `What a droplet of a pool takes with it stands in its user data, which every program on it can read, and DigitalOcean sells no ` +
      `store for secrets. Leave scaling out: secrets are brought to fixed machines over SSH.`,
  );
}

export function poolTooLarge(path: string, excess: number, limit: number): BeehiveError {
  return new BeehiveError(
    path,
    `app and what serves it are ${excess} bytes over DigitalOcean's limit of ${limit} for user data, compressed. Make app.source ` +
      `smaller by about that, or leave scaling out: fixed machines get files of any size.`,
  );
}
