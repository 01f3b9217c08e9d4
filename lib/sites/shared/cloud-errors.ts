import { BeehiveError } from "../../core/errors";
import { count, quoted } from "../../core/words";
import type { CloudWords } from "./cloud-words";

/** What every cloud refuses alike: path, property, value, what is allowed, the fix. */

// Machines

export function otherSize(tier: string, machine: string, size: string, other: string, otherSize: string): BeehiveError {
  return new BeehiveError(
    tier,
    `wants ${machine} as "${size}", but ${other} wants it as "${otherSize}"; a machine has one size. Give both tiers the same ` +
      `in the site's sizes, or give one of them other machines.`,
  );
}

export function twoDataVolumes(tier: string, machine: string, first: string): BeehiveError {
  return new BeehiveError(
    tier,
    `keeps data on ${machine}, where ${first} does so too; a machine has one data volume, so that one tier cannot fill the ` +
      `disk of another. Give one of them other machines.`,
  );
}

export function noData(path: string, tier: string): BeehiveError {
  return new BeehiveError(
    path,
    `dataVolumes names ${quoted(tier)}, which keeps no data on its machines; a volume would stay empty. Leave it out.`,
  );
}

export function userDataTooLong(path: string, excess: number, { name, userDataBytes }: CloudWords): BeehiveError {
  return new BeehiveError(
    path,
    `userData is ${count(excess, "byte")} over ${name}'s limit of ${userDataBytes}; it is only what makes a ` +
      `machine reachable. Leave packages, files and services to the tiers, which bring them over SSH.`,
  );
}

export function otherProvider(path: string, type: string, { name, site, provider }: CloudWords): BeehiveError {
  return new BeehiveError(
    path,
    `provider is a "${type}" provider; ${site} needs one of ${name}. Make it with ${provider}.`,
  );
}

// Entrance

export function noRouterId(tier: string, most: number): BeehiveError {
  return new BeehiveError(
    tier,
    `is the site's entrance number ${most + 1}; a site has ${most} with addresses that move. Make it on a site of its own.`,
  );
}

export function noLocation(tier: string, name: string, { dns }: CloudWords): BeehiveError {
  return new BeehiveError(
    tier,
    `dns.name is ${quoted(name)}, but the entrance has neither an address nor a name to which a record of ${dns} could lead. ` +
      `Leave dns out, and make the record yourself.`,
  );
}

export function noCertificateZone(path: string, domain: string, { name, dns }: CloudWords): BeehiveError {
  return new BeehiveError(
    path,
    `tls is Tls.managed for "${domain}", and no zone of ${dns} is named in which ${name} can prove that the name is yours. ` +
      `Name it (Tls.managed({ domain, zone: "example.org" }), or dns: { name, zone }), or give a certificate (Tls.given).`,
  );
}

export function nameOutsideZone(path: string, name: string, zone: string, cloud: CloudWords): BeehiveError {
  return new BeehiveError(
    path,
    `tls names ${quoted(name)}, which is not in the zone "${zone}" in which ${cloud.name} shall prove that it is yours. Correct one of ` +
      `them, or give a certificate (Tls.given).`,
  );
}

export function foreignMachines(path: string, target: string, machine: string, cloud: CloudWords): BeehiveError {
  return new BeehiveError(
    path,
    `target is ${quoted(target)}, whose machine ${machine} was not made by ${cloud.site}; ${cloud.name} registers its own ` +
      `${cloud.servers} only. Put the target on the same site.`,
  );
}

export function foreignScaling(path: string, target: string, engine: string, cloud: CloudWords): BeehiveError {
  return new BeehiveError(
    path,
    `target is ${quoted(target)}, whose scaling is "${engine}"; a load balancer of ${cloud.name} registers the ${cloud.servers} of ` +
      `${cloud.scaling} only. Choose that, or leave scaling out.`,
  );
}

// Servers that come and go

export function twoMinimums(path: string, min: number, servers: number): BeehiveError {
  return new BeehiveError(
    path,
    `scaling.min is ${min}, but servers is ${servers}; both say how few servers there are at any time. Leave one of them out.`,
  );
}
