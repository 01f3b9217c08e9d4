import { addressAgent, type MovedAddressOptions } from "./address-agent";
import type { Software } from "../software";

export interface ReservedAddressOptions extends MovedAddressOptions {
  /** Name of the rollout's secret that holds the API token (`RESERVED_ADDRESS_SCOPES`). */
  readonly tokenSecret: string;
}

/**
 * Custom scopes of the token. `reserved_ip:update` moves; without `droplet:read` the API does not say which droplet holds the address; the
 * others come with `reserved_ip:update`, which the control panel adds by itself. DigitalOcean has no scope for one address: the token moves every reserved IP of the team.
 */
export const RESERVED_ADDRESS_SCOPES: readonly string[] = [
  "reserved_ip:update",
  "reserved_ip:read",
  "droplet:read",
  "regions:read",
  "sizes:read",
  "actions:read",
  "image:read",
];

/**
 * A reserved IP of DigitalOcean that the elected droplet assigns to itself. What visitors send to it arrives at the droplet's
 * anchor address (`anchorPlaceholder`), which is what HAProxy binds. VRRP goes in UDP, because DigitalOcean's firewalls let
 * nothing but TCP, UDP and ICMP through.
 */
export function reservedAddress(options: ReservedAddressOptions): Software {
  return addressAgent({
    ...options,
    name: "reserved-address",
    carrier: "udp",
    packages: [],
    provider: {
      provider: "digitalocean",
      metadataUrl: "http://169.254.169.254",
      apiUrl: "https://api.digitalocean.com",
    },
  });
}
