import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import type { Construct } from "constructs";
import type { AwsScope } from "../aws-scope";

/** Ids of zones by their names, for names that several zones have. */
export type HostedZoneIds = Readonly<Record<string, string>>;

/** Route 53's id of a public zone, an expression. @param scope the look-up is made in it, once */
export function hostedZoneId(scope: Construct, aws: AwsScope, name: string, ids: HostedZoneIds = {}): string {
  if (ids[name] !== undefined) return ids[name];
  const id = `hosted-zone-${name}`;
  const known = scope.node.tryFindChild(id) as DataAwsRoute53Zone | undefined;
  const { provider } = aws;
  return (known ?? new DataAwsRoute53Zone(scope, id, { provider, name, privateZone: false })).zoneId;
}
