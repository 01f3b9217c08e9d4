import { BeehiveError } from "../../core/errors";
import { quoted, list, count } from "../../core/words";
import { tierId } from "../shared/tier-id";

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

export function machineInTwoSites(path: string, address: string, other: string): BeehiveError {
  return new BeehiveError(
    path,
    `address is ${quoted(address)}, which is that of ${other} as well; a machine that two sites have would get two owners for its ` +
      `ports and files. List it in one site (shareMachines: true lets tiers share its machines), or correct the address.`,
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

export function sshFromOpen(path: string, sshFrom: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `sshFrom is ${quoted(sshFrom)}, but firewall is not "closed", and SSH is nobody's business then. ` +
      `Say firewall: "closed", or leave sshFrom out.`,
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
  /** Labels that the site's hosts carry, when the tier asks for labels. */
  readonly labels?: readonly string[];
  /** Hosts that are kept for tiers which have not come yet: one of them may be this one, by another name. */
  readonly reserved: readonly { readonly host: string; readonly tiers: readonly string[] }[];
  /** Whether tiers may share the machines that were asked for. */
  readonly sharing: boolean;
}

export function tooFewHosts(shortage: Shortage): BeehiveError {
  const { tier, noun, wanted, left, site, selection } = shortage;
  const from = selection === "" ? "" : ` ${selection}`;
  const wants = `wants ${count(wanted, noun.replace(/s$/, ""))} on hosts${from} of site ${site}`;
  return new BeehiveError(
    tier,
    shortage.labels !== undefined
      ? `${wants}, and ${tooFewLabels(shortage, shortage.labels)}`
      : `${wants}, and ${left.length} ${left.length === 1 ? "is" : "are"} left: ${list(left)}. ${waysOut(shortage)}`,
  );
}

function tooFewLabels({ wanted, left }: Shortage, labels: readonly string[]): string {
  return left.length === 0
    ? `no host is so labelled; the labels of its hosts are ${list(labels)}. Correct the label, or give it to ${count(wanted, "host")}.`
    : `${left.length} ${left.length === 1 ? "is" : "are"} so labelled: ${list(left)}. ` +
        `Label ${count(wanted - left.length, "more host", "more hosts")}, or ask for fewer.`;
}

function waysOut({ tier, wanted, left, taken, reserved, sharing }: Shortage): string {
  const missing = count(wanted - left.length, "host");
  const used = `Taken: ${list(taken)}. `;
  if (reserved.length > 0) {
    const id = quoted(tierId(tier));
    const names = [...new Set(reserved.flatMap(({ tiers }) => tiers))];
    return (
      `${taken.length === 0 ? "" : used}${list(reserved.map(({ host }) => host))} ${reserved.length === 1 ? "is" : "are"} kept for ` +
      `${list(names.map(quoted))} (tiers), and this tier has the id ${id}. Did you mean tiers: [${id}]? ` +
      `Otherwise add ${missing} to the site.`
    );
  }
  const share =
    taken.length === 0 || sharing
      ? "or ask for fewer."
      : "ask for fewer, or let tiers share machines (shareMachines: true on the site).";
  return `${used}Add ${missing} to the site, ${share}`;
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

export function notAUnit(path: string, property: string, unit: string): BeehiveError {
  const likely = /^[A-Za-z0-9:_@-]+$/.test(unit) ? unit : "nginx";
  return new BeehiveError(
    path,
    `${property} is ${quoted(unit)}, which is no name of a systemd unit; write it with its kind, for example ` +
      `${quoted(`${likely}.service`)}.`,
  );
}

export function unitNotToTake(path: string, property: string, unit: string): BeehiveError {
  const why = unit.startsWith("beehive-")
    ? "which is one of Beehive's own"
    : "without which nobody reaches the machine any more";
  return new BeehiveError(
    path,
    `${property} is ${quoted(unit)}, ${why}; name only units whose place a tier needs, such as "nginx.service".`,
  );
}
