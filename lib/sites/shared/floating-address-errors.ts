import { BeehiveError } from "../../core/errors";
import { Token } from "../../cdktf";
import { KNOWN_TO_TERRAFORM, quoted } from "../../core/words";
import { siteClass, type SiteName } from "../../contracts/engine-errors";

export function invalidAddress(path: string, property: string, address: string): BeehiveError {
  if (Token.isUnresolved(address)) return addressOfTerraform(path, property);
  const name = /^(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)*\.?$/i.test(address);
  return new BeehiveError(
    path,
    `${property} is ${quoted(address)}, which is ${name ? "a host name and no" : "no"} IP address; write an IPv4 or IPv6 address ` +
      `such as "10.77.0.31"${name ? ` (getent hosts ${address.slice(0, 80)} prints it)` : ""}. ` +
      `Host names are not taken, because a cluster must not depend on DNS to find its members.`,
  );
}

function addressOfTerraform(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${KNOWN_TO_TERRAFORM}; synth has to know it, because other machines' firewalls and daemons name it. Write ` +
      `the IPv4 or IPv6 address itself; machines that Terraform makes belong to the site of their cloud (AwsSite, DigitalOceanSite).`,
  );
}

export function unusableAddress(path: string, property: string, address: string, why: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(address)}, which ${why}; write the address of one machine, such as "10.77.0.31".`,
  );
}

export function reservedAddress(
  path: string,
  property: string,
  address: string,
  role: string,
  network: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(address)}, which is ${role} address in ${network}, and no machine can have it. Choose a free ` +
      `address of ${network}; where the hosts' network is larger than that, say so on the site (network).`,
  );
}

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

export function routerIdTaken(path: string, routerId: number, other: string): BeehiveError {
  return new BeehiveError(
    path,
    `routerId is ${routerId}, which ${other} uses on the same network; two VRRP groups with one id fight over their addresses. ` +
      `Give one of them another routerId (1 to 255).`,
  );
}
