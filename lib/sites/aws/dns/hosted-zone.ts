import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { Construct } from "constructs";
import type { ITerraformDependable } from "../../../cdktf";
import { Duration } from "../../../core/duration";
import type { DnsRecordRequest } from "../../../contracts/site";
import type { AwsScope } from "../aws-scope";
import { noLocation, ttlOfAlias } from "../engine-errors";

/** Ids of zones by their names, for names that several zones have. */
export type HostedZoneIds = Readonly<Record<string, string>>;

/** How long others remember an elastic IP. It moves between machines and stays the same. */
const TTL = Duration.seconds(60);

/** Route 53's id of a public zone, an expression. @param scope the look-up is made in it, once */
export function hostedZoneId(scope: Construct, aws: AwsScope, name: string, ids: HostedZoneIds = {}): string {
  if (ids[name] !== undefined) return ids[name];
  const id = `hosted-zone-${name}`;
  const known = scope.node.tryFindChild(id) as DataAwsRoute53Zone | undefined;
  const { provider } = aws;
  return (known ?? new DataAwsRoute53Zone(scope, id, { provider, name, privateZone: false })).zoneId;
}

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
  if (address === undefined) throw noLocation(tier, name);
  return new Route53Record(scope, "dns-record", {
    ...common,
    records: [address],
    ttl: Math.ceil((ttl ?? TTL).toSeconds()),
  });
}
