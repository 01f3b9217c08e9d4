import type { PowerfulAction } from "./access/administrator-rights";
import { BeehiveError } from "../../core/errors";
import type { AddressShortage } from "./network/address-plan";
import type { AwsZone } from "./aws-zone";
import { quoted } from "../../core/words";
/** What `AwsSite` refuses: path, property, value, what is allowed, the fix. */

const list = (words: readonly string[]): string => (words.length === 0 ? "none" : words.join(", "));
const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? "" : "es"}`;

// Region and zones

export function notARegion(path: string, region: string): BeehiveError {
  return new BeehiveError(
    path,
    `region is ${quoted(region)}, which is no name of an AWS region; write it like "eu-central-1".`,
  );
}

export function notAZone(path: string, property: string, zone: string, region: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(zone)}, which is no availability zone; write its letter ("a" to "h") or its full name ` +
      `("${region}a"). Local and Wavelength Zones are not taken.`,
  );
}

export function zoneOfOtherRegion(
  path: string,
  property: string,
  zone: string,
  other: string,
  region: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(zone)}, a zone of ${other}, but region is "${region}"; a site is in one region. ` +
      `Write "${zone.replace(other, region)}", or make a second AwsSite in ${other}.`,
  );
}

export function zoneTwice(path: string, property: string, zone: string): BeehiveError {
  return new BeehiveError(path, `${property} has ${zone} twice; a zone is one failure domain. Leave one of them out.`);
}

// Addresses

export function notABlock(path: string, property: string, cidr: string, example: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(cidr)}, which is no IPv4 network; write the first address and the length, like "${example}".`,
  );
}

export function publicBlock(path: string, cidr: string): BeehiveError {
  return new BeehiveError(
    path,
    `cidr is ${quoted(cidr)}, which belongs to others on the internet: your machines could not reach them any more. ` +
      `Take a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.`,
  );
}

export function vpcSize(path: string, cidr: string, largest: number, smallest: number): BeehiveError {
  return new BeehiveError(
    path,
    `cidr is ${quoted(cidr)}; AWS takes a VPC of /${largest} or smaller, and subnets of /28 or larger, of which Beehive keeps ` +
      `16 places (8 zone letters, private and public), so that zones come and go without moving others. ` +
      `Use a /${largest} to a /${smallest}.`,
  );
}

export function blockOverlaps(path: string, cidr: string, other: string, owner: string): BeehiveError {
  return new BeehiveError(
    path,
    `cidr is ${quoted(cidr)}, which overlaps with ${other} (${owner}); the two could never be connected. ` +
      `Choose a free network, for example by changing the second number.`,
  );
}

export function blockTooSmall(path: string, cidr: string, need: AddressShortage): BeehiveError {
  const { zone, kind, addresses, room, prefix } = need;
  const address = cidr.slice(0, cidr.indexOf("/"));
  return new BeehiveError(
    path,
    `cidr is ${quoted(cidr)}: the ${kind} subnet of zone ${zone.name} holds ${count(room, "address")} (AWS keeps 5 of each subnet), ` +
      `and the tiers need ${addresses}, ${addresses - room} more than there are. ` +
      (prefix === undefined
        ? `No VPC is large enough; use more zones or a second site.`
        : `Use a /${prefix} or larger, for example "${aligned(address, prefix)}/${prefix}". It cannot be changed later without ` +
          `making every machine anew.`),
  );
}

/** The first address of the block that the address is in. */
function aligned(address: string, prefix: number): string {
  return address
    .split(".")
    .map((byte, i) => {
      const bits = Math.min(8, Math.max(0, prefix - 8 * i));
      return Number(byte) & (256 - 2 ** (8 - bits));
    })
    .join(".");
}

// An existing VPC

export function notAnId(path: string, property: string, value: string, example: string): BeehiveError {
  return new BeehiveError(path, `${property} is ${quoted(value)}, which is no id of AWS; write it like "${example}".`);
}

export function subnetsOfOtherZones(path: string, given: readonly string[], zones: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `vpc.subnets has the zones ${list(given)}, but zones are ${list(zones)}; a machine is in the zone of its subnet. ` +
      `Give the subnets of each zone, under its letter.`,
  );
}

export function subnetTwice(path: string, subnet: string, first: string, second: string): BeehiveError {
  return new BeehiveError(
    path,
    `vpc.subnets gives ${subnet} as ${first} and as ${second}; a subnet lies in one zone and is private or public. ` +
      `Give each place a subnet of its own.`,
  );
}

export function noSubnet(path: string, kind: string, zone: AwsZone, who: string): BeehiveError {
  return new BeehiveError(
    path,
    `vpc.subnets has no ${kind} subnet for zone ${zone.name}, and ${who}. Give it as vpc.subnets.${zone.letter}.${kind}.`,
  );
}

export function onlyForOwnVpc(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is given, and so is vpc; an existing VPC keeps its own networks and routes. Leave one of them out.`,
  );
}

export function onlyForOwnBucket(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is given, and so is logs.bucket; how long a bucket that is there keeps logs, and whether it may go, is set where ` +
      `it is made. Leave one of them out.`,
  );
}

// Machines

export function notASize(path: string, property: string, size: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(size)}, which has not the form of an instance type; write family, generation and size like ` +
      `"t3.small" or "m7g.2xlarge".`,
  );
}

export function mixedArchitectures(path: string, image: string, sizes: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `image is ${quoted(image)}, but the sizes ${list(sizes)} are of two processor families, and an image runs on one. ` +
      `Leave image out (Beehive finds Debian for both), or use sizes of one family.`,
  );
}

export function noDefaultImage(path: string, partition: string): BeehiveError {
  return new BeehiveError(
    path,
    `image is missing; in the partition ${partition} Debian publishes under other accounts than elsewhere. ` +
      `Give the id of a Debian 13 image: image: "ami-…".`,
  );
}

export function disksWithoutNames(tier: string, machine: string, size: string): BeehiveError {
  return new BeehiveError(
    tier,
    `keeps data on ${machine}, which is a "${size}"; instance types from before 2017 do not say which disk is which volume. ` +
      `Use a newer family, for example "t3.small" or "m7g.large".`,
  );
}

export function tooManyGroups(
  path: string,
  machines: readonly string[],
  tiers: readonly string[],
  most: number,
): BeehiveError {
  const need = tiers.length + 1;
  return new BeehiveError(
    path,
    `${list(machines)} would have ${need} security groups each, one of the site and one for each of the tiers ${list(tiers)}; AWS ` +
      `lets a machine have ${most}. Give some of the tiers other machines (machines: Machines.named(…)), or ` +
      (need > 16
        ? `make them one tier; AWS gives 16 at most.`
        : `have AWS raise the quota L-2AFB9258 and say so: securityGroupsPerMachine: ${need}.`),
  );
}

// Access

export function noKey(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `ssh names no key, and new machines accept no login without one. Give ssh.publicKeyFile, or ssh.privateKeyFile with its ` +
      `.pub beside it, or ssh.keyName, the name of a key pair that the region has.`,
  );
}

export function notAPublicKey(path: string, property: string, file: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(file)}, which is no public key that AWS takes; that is one line which begins with "ssh-ed25519" or ` +
      `"ssh-rsa". Make one with ssh-keygen -t ed25519.`,
  );
}

export function twoKeys(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `ssh has publicKeyFile and keyName; a machine is made with one key. Leave one of them out.`,
  );
}

export function nobodyMayLogIn(path: string, reason: string): BeehiveError {
  return new BeehiveError(
    path,
    `ssh.from is missing, and ${reason}: no rollout could reach a machine. Name the networks that you deploy from: ` +
      `ssh: { from: ["198.51.100.7/32"] }.`,
  );
}

export function unreachableMachines(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `machines are in private subnets, and ssh names neither a bastion nor a network inside: no rollout could reach them. ` +
      `Let Beehive make a bastion (ssh: { bastion: { zone: "a" }, from: [your network] }), name one that you have ` +
      `(ssh: { bastion: { host: … } }), deploy from a runner inside the VPC (ssh: { from: [its network] }), or give machines public ` +
      `addresses (placement: "public").`,
  );
}

export function administratorPolicy(path: string, property: string, policy: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(policy)}, which would make every machine an administrator of the account, at once or in a few steps: ` +
      `an intruder on one web server would own everything. Give the policy that the application needs and no more, or say that ` +
      `it is meant: permissions.mayBecomeAdministrator: [${quoted(policy)}].`,
  );
}

export function administratorAction(
  path: string,
  property: string,
  { action, way }: PowerfulAction,
  resources: readonly string[],
): BeehiveError {
  const covered = way === action.toLowerCase() ? "" : `, which covers ${way}`;
  return new BeehiveError(
    path,
    `${property} allows ${action} on ${list(resources.map((one) => quoted(one)))}${covered}; it makes an intruder on one machine ` +
      `an administrator of the account, at once or in a few steps. Name the single actions that the application needs, or say ` +
      `that it is meant: permissions.mayBecomeAdministrator: [${quoted(action)}].`,
  );
}

export function noSuchRisk(path: string, i: number, right: string): BeehiveError {
  return new BeehiveError(
    path,
    `permissions.mayBecomeAdministrator.${i} is ${quoted(right)}; no statement and no policy is written so and refused for it. ` +
      `Take it out, or write it as it stands in statements or policies.`,
  );
}

export function notAPolicy(path: string, property: string, arn: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(arn)}, which is no managed policy; write its ARN like "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess".`,
  );
}

export function unattachedPolicies(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `permissions has policies or statements and an instanceProfile; the role of an existing profile is not Beehive's to change. ` +
      `Add them to that role, or leave instanceProfile out.`,
  );
}

// Tags, provider

export function invalidTag(path: string, key: string, problem: string): BeehiveError {
  return new BeehiveError(path, `tags has the key ${quoted(key)}; ${problem}`);
}

export function tooManyTags(path: string, amount: number, most: number): BeehiveError {
  return new BeehiveError(
    path,
    `tags has ${amount} keys; AWS takes 50 on a resource, and 3 are Beehive's. Use ${most} or fewer.`,
  );
}

export function nameTooLong(path: string, property: string, value: string, most: number): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is "${value.slice(0, 40)}…" and has ${value.length} characters; AWS takes ${most}. ` +
      `It names something that exists, so it cannot be shortened here: correct it.`,
  );
}

export function providerOfOtherRegion(path: string, region: string, own: string): BeehiveError {
  return new BeehiveError(
    path,
    `provider works in ${own}, but region is ${quoted(region)}; a site is in one region. Make both the same.`,
  );
}

// An elastic IP

export function notOnAws(path: string, machine: string, site: string, kind: string): BeehiveError {
  return new BeehiveError(
    path,
    `address is an elastic IP, but ${machine} is on site ${site}, of kind ${kind}; only machines of an AwsSite can take it. ` +
      `Leave address out: a site that has addresses gives its own.`,
  );
}

export function severalIdentities(path: string, machines: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `its machines (${list(machines)}) are in part those of another load balancer with an elastic IP; each of these has an ` +
      `instance profile of its own, and a machine has one. Give both the same machines, or give each its own.`,
  );
}
