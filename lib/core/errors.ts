/**
 * Every refusal of the construct library, in one place. A message names the construct's path, the property, the value,
 * what is allowed and the fix, in this order.
 */
export class BeehiveError extends Error {
  /** Always `BeehiveError`, so that a refusal of this library is told from other errors without `instanceof`. */
  override readonly name = "BeehiveError";
  constructor(
    /** Path of the construct that refuses. */
    readonly path: string,
    message: string,
  ) {
    super(`${path}: ${message}`);
  }
}

const list = (words: readonly string[]): string => (words.length === 0 ? "none" : words.join(", "));
const quoted = (value: unknown): string =>
  typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? "unset");
const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? "" : "s"}`;

// Props

export function invalidProperty(path: string, property: string, value: unknown, problem: string): BeehiveError {
  return new BeehiveError(path, `${property} is ${quoted(value)}; ${problem}`);
}

export function unknownProperty(path: string, property: string, allowed: readonly string[]): BeehiveError {
  return new BeehiveError(path, `"${property}" is no property here; allowed are ${list(allowed)}.`);
}

export function plainTextPassword(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is written into the program; it would stand in cdk.tf.json for everybody to read. ` +
      `Leave it out (Beehive makes a sensitive Terraform variable) or pass a TerraformVariable with sensitive: true.`,
  );
}

export function otherStack(path: string, property: string, otherPath: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(otherPath)}, which belongs to another stack; tiers that work together must be in one stack, ` +
      `because a rollout orders them. Make both in the same TerraformStack.`,
  );
}

export function groupTaken(path: string, group: string, other: string): BeehiveError {
  return new BeehiveError(
    path,
    `its files and units would be named ${quoted(group)} on the machines, as those of ${other} are; rename one of the two, ` +
      `so that they differ in more than "/" and "-".`,
  );
}

export function otherSite(
  path: string,
  property: string,
  otherPath: string,
  site: string,
  otherSiteName: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(otherPath)} on site ${otherSiteName}, but this tier is on site ${site}; ` +
      `give both the same site.`,
  );
}

// Sites and machines

export function invalidHostName(path: string, name: string): BeehiveError {
  return new BeehiveError(
    path,
    `hosts has a name ${quoted(name)}; a host name is 1 to 63 lower-case letters, digits and dashes, and neither begins nor ` +
      `ends with a dash (RFC 1123). Rename it, for example to ${quoted(suggestName(name))}.`,
  );
}

function suggestName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);
  return plain === "" ? "web-1" : plain;
}

export function duplicateHostName(path: string, name: string): BeehiveError {
  return new BeehiveError(
    path,
    `hosts names ${quoted(name)} twice; every host needs a name of its own. Rename one of them.`,
  );
}

export function duplicateAddress(path: string, address: string, first: string, second: string): BeehiveError {
  return new BeehiveError(
    path,
    `hosts gives ${address} to ${first} and to ${second}; every host needs an address of its own. Correct one of them.`,
  );
}

export function invalidAddress(path: string, property: string, address: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(address)}, which is no IP address; write an IPv4 or IPv6 address such as "10.77.0.31". ` +
      `Host names are not taken, because a cluster must not depend on DNS to find its members.`,
  );
}

export function invalidNetwork(path: string, network: string): BeehiveError {
  return new BeehiveError(path, `network is ${quoted(network)}, which is no CIDR; write it like "10.77.0.0/24".`);
}

export function networkTaken(
  path: string,
  property: string,
  network: string,
  other: string,
  site: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(network)}, which overlaps with ${other}, the network that ${site} makes; the two could never be ` +
      `connected, and an address would mean two machines. Give ${site} other addresses.`,
  );
}

export function unknownZone(path: string, property: string, zone: string, zones: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(zone)}, which is no zone of the site; its zones are ${list(zones)}. ` +
      `Correct the name, or add the zone to zones.`,
  );
}

export function noHosts(path: string): BeehiveError {
  return new BeehiveError(path, `hosts is empty; list at least one machine with name, address and zone.`);
}

export function unreadableKey(path: string, property: string, file: string, reason: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(file)}, which cannot be read (${reason}). Correct the path, or make a key with ` +
      `ssh-keygen -t ed25519 -f ${file}, or leave it out to use the SSH agent.`,
  );
}

export function notAPrivateKey(path: string, property: string, file: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(file)}, which is no private key (a private key begins with "-----BEGIN"). ` +
      `Give the file without .pub.`,
  );
}

export interface Shortage {
  readonly tier: string;
  readonly noun: string;
  readonly wanted: number;
  readonly left: readonly string[];
  readonly taken: readonly string[];
  readonly site: string;
  /** `with label role=db`, `for tier db`, or empty. */
  readonly selection: string;
}

export function tooFewHosts(shortage: Shortage): BeehiveError {
  const { tier, noun, wanted, left, taken, site, selection } = shortage;
  const from = selection === "" ? "" : ` ${selection}`;
  return new BeehiveError(
    tier,
    `wants ${count(wanted, noun.replace(/s$/, ""))} on hosts${from} of site ${site}, and ${left.length} ` +
      `${left.length === 1 ? "is" : "are"} left: ${list(left)}. Taken: ${list(taken)}. ` +
      `Add ${count(wanted - left.length, "host")} to the site, ` +
      (taken.length === 0
        ? `or ask for fewer.`
        : `ask for fewer, or let tiers share machines (shareMachines: true on the site).`),
  );
}

export function unknownHosts(path: string, names: readonly string[], known: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `machines names ${list(names)}, which the site does not have; its hosts are ${list(known)}. Correct the names.`,
  );
}

export function unknownTiers(path: string, property: string, tier: string, known: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `${property} names ${quoted(tier)}, and no tier of this site has that id; its tiers are ${list(known)}. Correct the name.`,
  );
}

export function selectionCount(path: string, property: string, value: number, named: number): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${value}, but machines names ${named}; leave ${property} out or make both agree.`,
  );
}

export function portConflict(
  machine: string,
  port: number,
  address: string,
  first: { tier: string; purpose: string },
  second: { tier: string; purpose: string },
): BeehiveError {
  return new BeehiveError(
    second.tier,
    `port ${port} on ${address === "*" ? "every address" : address} of machine ${machine} is wanted twice: by ${second.purpose} ` +
      `of ${second.tier} and by ${first.purpose} of ${first.tier}. Choose another port for one of them, or other machines.`,
  );
}

export function machineNameTaken(path: string, name: string, otherSite: string): BeehiveError {
  return new BeehiveError(
    path,
    `the name ${quoted(name)} is taken by a machine of ${otherSite}; machines of all sites of a stack need names of their own, ` +
      `because messages, the manifest and the lab tell them apart by it. Rename one of them.`,
  );
}

export function factTaken(path: string, name: string, value: string, owner: string, ownerValue: string): BeehiveError {
  return new BeehiveError(
    path,
    `the fact ${quoted(name)} is ${quoted(value)}, but ${owner} has made it ${quoted(ownerValue)}; a fact has one value in a ` +
      `stack. Give one of them another name.`,
  );
}

export function unknownFact(path: string, name: string, known: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `software names the fact ${quoted(name)}, which nothing in the stack has made; the facts are ${list(known)}. Add it with ` +
      `Hive.addFact, or correct the name.`,
  );
}

// Quorum

export function votesNotOdd(path: string, property: string, value: number): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${value}; a quorum needs an odd number of votes, 3 or more: with ${value} votes ` +
      `${value < 3 ? "the loss of one machine loses the majority" : `the cluster survives no more losses than with ${value - 1}`}. ` +
      `Use ${value < 3 ? 3 : value + 1} nodes.`,
  );
}

export function votesInTooFewZones(
  path: string,
  votes: number,
  perZone: ReadonlyMap<string, number>,
  site: SiteName & { readonly zones: readonly string[] },
): BeehiveError {
  const layout = [...perZone].map(([zone, n]) => `${n} in zone ${zone}`).join(", ");
  const [worst, most] = [...perZone].reduce((a, b) => (b[1] > a[1] ? b : a));
  const left = votes - most;
  return new BeehiveError(
    path,
    `its ${votes} votes are ${layout}; when zone ${worst} is lost, ${left} of ${votes} votes are left, and a majority is ` +
      `${Math.floor(votes / 2) + 1}. ` +
      (perZone.size === 2
        ? `Over two zones one of them always holds half of the votes or more, which is no better than one zone with a second zone to lose. `
        : ``) +
      `Spread the votes over three zones or more, so that no zone holds half of them. ` +
      (site.kind === "hosts"
        ? `A zone is what fails at once: in one datacentre, name the racks or the host systems.`
        : `The zones of site ${site.name} are ${list(site.zones)}${site.zones.length < 3 ? ": add to them" : ""}.`),
  );
}

// Load balancing

export function virtualIpOutsideNetwork(
  path: string,
  property: string,
  address: string,
  network: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${address}, outside ${network}, the network of the load balancers' hosts; a virtual IP moves by ARP and works ` +
      `only inside that network. Choose a free address of ${network}.`,
  );
}

export function virtualIpTaken(path: string, property: string, address: string, host: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${address}, which host ${host} already uses; a floating address must belong to no machine. Choose a free one.`,
  );
}

export function noSharedNetwork(path: string, property: string, address: string, site: SiteName): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is the virtual IP ${address}, ` +
      (site.kind === "hosts"
        ? `but the private addresses of the hosts of site ${site.name} share no /24; a virtual IP needs one layer 2 network. ` +
          `When they do share one, say so on the site (network: "10.0.0.0/16"); otherwise the seller's API has to move the address.`
        : `but site ${site.name} (${siteClass(site.kind)}) has no layer 2 network that it could move in. ` +
          `Leave ${property} out: the site gives an address that its provider moves.`),
  );
}

export function noAddress(path: string, site: SiteName): BeehiveError {
  return new BeehiveError(
    path,
    `address is missing, and site ${site.name} gives none. Give the site a free address of its network ` +
      `(virtualIp: "10.77.0.100"), or this load balancer (address: FloatingAddress.virtualIp("10.77.0.100")).`,
  );
}

export function siteAddressTaken(path: string, address: string, other: string): BeehiveError {
  return new BeehiveError(
    path,
    `address is missing, and the site's virtualIp ${address} is that of ${other} already. ` +
      `Give this load balancer one of its own: address: FloatingAddress.virtualIp(…).`,
  );
}

export function routerIdTaken(path: string, routerId: number, other: string): BeehiveError {
  return new BeehiveError(
    path,
    `routerId is ${routerId}, which ${other} uses on the same network; two VRRP groups with one id fight over their addresses. ` +
      `Give one of them another routerId (1 to 255).`,
  );
}

// Engines

/** A site, as messages name it. */
export interface SiteName {
  readonly name: string;
  readonly kind: string;
}

const SITE_CLASSES: Readonly<Record<string, string>> = {
  hosts: "HostsSite",
  aws: "AwsSite",
  digitalocean: "DigitalOceanSite",
};
const siteClass = (kind: string): string => SITE_CLASSES[kind] ?? `a site of kind ${kind}`;

export function foreignEngine(
  path: string,
  property: string,
  engine: string,
  siteKind: string,
  site: SiteName,
  instead: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(engine)}, which only ${siteClass(siteKind)} has; site ${site.name} (${siteClass(site.kind)}) has not. ` +
      instead,
  );
}

export function engineCannot(
  path: string,
  engine: string,
  property: string,
  value: unknown,
  problem: string,
): BeehiveError {
  return new BeehiveError(path, `${property} is ${quoted(value)}, but the engine is ${quoted(engine)}; ${problem}`);
}

export function noManagedCertificate(path: string, domain: string): BeehiveError {
  return new BeehiveError(
    path,
    `tls is Tls.managed for ${quoted(domain)}, but HAProxy pairs get no certificates by themselves. Give one ` +
      `(Tls.given({ certificate, privateKey })), or choose an engine whose provider gets it: AwsLoadBalancer on AwsSite, ` +
      `DigitalOceanLoadBalancer on DigitalOceanSite.`,
  );
}

export function privateKeyInPlainText(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `tls.privateKey is written into the program; it would stand in cdk.tf.json for everybody to read. ` +
      `Pass a TerraformVariable with sensitive: true, or another Terraform expression.`,
  );
}

export function noDns(path: string, name: string, site: SiteName): BeehiveError {
  return new BeehiveError(
    path,
    `dns.name is ${quoted(name)}, but site ${site.name} (${siteClass(site.kind)}) has no DNS; AwsSite and DigitalOceanSite have. ` +
      `Leave dns out, and make the record where the name's zone is kept.`,
  );
}

export function portOnlyHealthCheck(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `healthCheck looks only at the port of an HTTP service; a hung application keeps its port open and would go on ` +
      `receiving visitors. Use HealthCheck.http({ path: "/health" }), a path that touches what the application needs.`,
  );
}

export function missingHealthPath(path: string, property = "app.healthPath"): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is missing; the load balancer has to ask the application itself. ` +
      `Give a path that answers 200 only when the application can do its work, for example healthPath: "/health".`,
  );
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

// Promises

export function contradictingPromise(path: string, what: string, why: string): BeehiveError {
  return new BeehiveError(path, `${what}; ${why}.`);
}

export function unknownCarried(path: string, names: readonly string[], known: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `carries names ${list(names)}, which no tier runs on; machines of the hive are ${list(known)}. Correct the names.`,
  );
}
