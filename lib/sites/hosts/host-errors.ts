import { BeehiveError } from "../../core/errors";
import { quoted, list, count } from "../../core/words";

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

export function noHosts(path: string): BeehiveError {
  return new BeehiveError(path, `hosts is empty; list at least one machine with name, address and zone.`);
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

export function siteAddressTaken(path: string, address: string, other: string): BeehiveError {
  return new BeehiveError(
    path,
    `address is missing, and the site's virtualIp ${address} is that of ${other} already. ` +
      `Give this load balancer one of its own: address: FloatingAddress.virtualIp(…).`,
  );
}
