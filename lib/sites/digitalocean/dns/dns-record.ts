import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { Record as DnsRecord } from "@cdktf/provider-digitalocean/lib/record";
import type { ITerraformDependable } from "../../../cdktf";
import { Duration } from "../../../core/duration";
import type { DnsRecordRequest } from "../../../contracts/site";
import { noLocation } from "../../shared/cloud-errors";
import { ENTRANCE_TTL } from "../../shared/entrance-ttl";
import { DIGITALOCEAN } from "../digitalocean-words";
import { apexNeedsAddress, ttlTooShort } from "../errors";

const SHORTEST_TTL = Duration.seconds(30);

/** The record of an entrance, in a domain that the account has: its address, or the name that the provider keeps. */
export function entranceRecord(request: DnsRecordRequest, provider: DigitaloceanProvider): ITerraformDependable {
  const { scope, tier, name, zone, ttl = ENTRANCE_TTL, location } = request;
  const { address, dnsName } = location;
  if (ttl.toMillis() < SHORTEST_TTL.toMillis()) throw ttlTooShort(tier, String(ttl), String(SHORTEST_TTL));
  if (address === undefined && dnsName === undefined) throw noLocation(tier, name, DIGITALOCEAN);
  if (address === undefined && name === zone) throw apexNeedsAddress(tier, name);
  return new DnsRecord(scope, "dns-record", {
    provider,
    domain: zone,
    name: name === zone ? "@" : name.slice(0, -zone.length - 1),
    type: address === undefined ? "CNAME" : "A",
    value: address ?? `${dnsName}.`,
    ttl: Math.ceil(ttl.toSeconds()),
    // A new name is there before the old one goes.
    lifecycle: { createBeforeDestroy: true },
  });
}
