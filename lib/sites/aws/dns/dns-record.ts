import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { ITerraformDependable } from "../../../cdktf";
import type { DnsRecordRequest } from "../../../contracts/site";
import { noLocation } from "../../shared/cloud-errors";
import { ENTRANCE_TTL } from "../../shared/entrance-ttl";
import type { AwsScope } from "../aws-scope";
import { AWS } from "../aws-words";
import { ttlOfAlias } from "../engine-errors";
import { hostedZoneId, type HostedZoneIds } from "./hosted-zone";

/** The record of an entrance: an alias of a load balancer, which Route 53 leaves when AWS finds it ill, or an address. */
export function entranceRecord(request: DnsRecordRequest, aws: AwsScope, ids?: HostedZoneIds): ITerraformDependable {
  const { scope, tier, name, zone, ttl, location } = request;
  const { address, dnsName, aliasZone } = location;
  const common = {
    provider: aws.provider,
    zoneId: hostedZoneId(scope, aws, zone, ids),
    name,
    type: "A",
    // A new name is there before the old one goes.
    lifecycle: { createBeforeDestroy: true },
  };
  if (dnsName !== undefined && aliasZone !== undefined) {
    if (ttl !== undefined) throw ttlOfAlias(tier, String(ttl));
    const alias = { name: dnsName, zoneId: aliasZone, evaluateTargetHealth: true };
    return new Route53Record(scope, "dns-record", { ...common, alias });
  }
  if (address === undefined) throw noLocation(tier, name, AWS);
  return new Route53Record(scope, "dns-record", {
    ...common,
    records: [address],
    ttl: Math.ceil((ttl ?? ENTRANCE_TTL).toSeconds()),
  });
}
