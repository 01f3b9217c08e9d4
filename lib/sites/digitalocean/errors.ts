import { BeehiveError } from "../../core/errors";
import type { TakenNetwork } from "../shared/networks";
import { quoted } from "../../core/words";

/** What `DigitalOceanSite` refuses: path, property, value, what is allowed, the fix. */

const list = (words: readonly string[]): string => (words.length === 0 ? "none" : words.join(", "));
const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? "" : "s"}`;

// Regions

export function notARegion(path: string, property: string, region: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(region)}, which has not the form of a DigitalOcean region; write it like "fra1". ` +
      `A zone is a region here, because DigitalOcean sells no zones inside a region.`,
  );
}

export function regionTwice(path: string, region: string): BeehiveError {
  return new BeehiveError(
    path,
    `zones has ${region} twice; a region is one failure domain, and DigitalOcean sells no zones inside it. Leave one out, or name another region.`,
  );
}

export function noRegions(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `zones is empty; name the regions, three for a quorum: zones: ["fra1", "ams3", "lon1"].`,
  );
}

export function unpeeredRegion(path: string, region: string): BeehiveError {
  return new BeehiveError(
    path,
    `zones has ${region} and other regions; DigitalOcean cannot peer VPCs of ${region} with those of other regions, so its ` +
      `machines could not talk to the others. Use another region, or ${region} alone.`,
  );
}

// Networks

export function cidrUnusable(path: string, property: string, cidr: string, problem: string): BeehiveError {
  return new BeehiveError(path, `${property} is ${quoted(cidr)}; ${problem}. Choose another network.`);
}

export function noDerivedNetwork(path: string, region: string, known: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `zones has ${region}, a region for which no part of cidr is set aside; that is done for ${list(known)}. ` +
      `Correct the name, or, if DigitalOcean has it, give its network: vpcs: { ${region}: { cidr: "10.81.0.0/20" } }.`,
  );
}

export function vpcOfNoZone(path: string, region: string, zones: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `vpcs names ${region}, which is none of the site's zones; they are ${list(zones)}. Correct the name, or add the zone.`,
  );
}

export function vpcTwice(path: string, id: string, first: string, second: string): BeehiveError {
  return new BeehiveError(
    path,
    `vpcs gives ${id} to ${first} and to ${second}; a VPC is in one region. Give each region a VPC of its own.`,
  );
}

interface RegionNetwork {
  readonly region: string;
  readonly cidr: string;
}

export function networksOverlap(path: string, first: RegionNetwork, second: RegionNetwork): BeehiveError {
  return new BeehiveError(
    path,
    `the network of ${first.region}, ${first.cidr}, overlaps with that of ${second.region}, ${second.cidr}; VPCs that overlap ` +
      `cannot be peered. Give one of them another: vpcs: { ${second.region}: { cidr: … } }.`,
  );
}

export function cidrTaken(path: string, own: RegionNetwork, other: TakenNetwork): BeehiveError {
  return new BeehiveError(
    path,
    `the network of ${own.region}, ${own.cidr}, overlaps with ${other.cidr} of ${other.site}; an account has no two VPCs that ` +
      `overlap. Give one of the sites another cidr.`,
  );
}

export function networkTooSmall(path: string, own: RegionNetwork, droplets: number, room: number): BeehiveError {
  return new BeehiveError(
    path,
    `the network of ${own.region} is ${own.cidr}, which has addresses for ${count(room, "droplet")}; the tiers want ` +
      `${droplets} there, ${droplets - room} more than fit. Give the region a larger one (vpcs: { ${own.region}: { cidr: … } }, up to a ` +
      `/16) before it is made, or spread the tiers over more regions.`,
  );
}

export function peeringNeeded(path: string, region: string): BeehiveError {
  return new BeehiveError(
    path,
    `peering is "existing", but the VPC of ${region} is made by this site, so that nothing can have peered it yet. ` +
      `Leave peering out, or give the VPCs of all regions in vpcs.`,
  );
}

// Droplets

export function notASize(path: string, property: string, size: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(size)}, which has not the form of a droplet size; write it like "s-1vcpu-1gb" (doctl compute size list).`,
  );
}

export function notAnImage(path: string, image: string): BeehiveError {
  return new BeehiveError(
    path,
    `image is ${quoted(image)}; Beehive's machines run Debian 12 or 13. Use "debian-13-x64", "debian-12-x64", or the number of a ` +
      `snapshot of such a machine.`,
  );
}

// Access

export function noLoginKey(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `ssh names no key; a droplet without one mails a root password. Give ssh.keys (names, fingerprints or ids of keys that the account ` +
      `has), ssh.publicKeyFile, or ssh.privateKeyFile with its .pub beside it.`,
  );
}

export function notAPublicKeyFile(path: string, file: string, problem: string): BeehiveError {
  return new BeehiveError(
    path,
    `ssh.publicKeyFile is ${quoted(file)}, which is no public key (${problem}). Give the file that ends with .pub, or make one ` +
      `with ssh-keygen -t ed25519.`,
  );
}

export function nobodyMayLogIn(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `ssh.from is empty; no rollout could reach a machine. Name the networks that you deploy from: ` +
      `ssh: { from: ["198.51.100.7/32"] }.`,
  );
}

// Firewalls

export function vrrpImpossible(tier: string, site: string): BeehiveError {
  return new BeehiveError(
    tier,
    `wants VRRP on ${site}; DigitalOcean's firewalls let only TCP, UDP and ICMP through, and its networks carry no virtual IP. ` +
      `Leave address out, so that the site gives a reserved IP.`,
  );
}

export function tooManyRules(
  site: string,
  firewall: string,
  rules: number,
  sources: number,
  most: { readonly rules: number; readonly sources: number },
): BeehiveError {
  return new BeehiveError(
    site,
    `the firewall of ${firewall} has ${count(rules, "rule")}, the longest with ${count(sources, "source")}; DigitalOcean takes ` +
      `${most.rules} and ${most.sources}. Name networks instead of single addresses, or tiers that are let in as a whole.`,
  );
}

// Entrance

export function reservedIpOverRegions(
  tier: string,
  machines: readonly { readonly name: string; readonly zone: string }[],
  regions: readonly string[],
): BeehiveError {
  const layout = machines.map(({ name, zone }) => `${name} in ${zone}`).join(", ");
  return new BeehiveError(
    tier,
    `its machines are ${layout}; a reserved IP belongs to one region and can't move between ${regions.join(" and ")}. ` +
      `For an entrance over several regions use the global load balancer (engine: DigitalOceanLoadBalancer.global()); for a pair in ` +
      `one region leave machines out, and the site's entranceZone decides.`,
  );
}

export function ttlTooShort(tier: string, ttl: string, shortest: string): BeehiveError {
  return new BeehiveError(
    tier,
    `dns.ttl is ${ttl}; DigitalOcean's DNS takes ${shortest} or more. Use Duration.seconds(30).`,
  );
}

export function apexNeedsAddress(tier: string, name: string): BeehiveError {
  return new BeehiveError(
    tier,
    `dns.name is ${quoted(name)}, the zone itself, and the entrance has a name and no address; a zone's own name takes an address ` +
      `only. Use a name inside it, such as "www.${name}".`,
  );
}

// Tags

export function invalidTag(path: string, tag: string, problem: string): BeehiveError {
  return new BeehiveError(path, `tags has ${quoted(tag)}; ${problem}. Choose another word.`);
}
