import { checkProps } from "../../../core/props";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import type { Construct } from "constructs";
import { engineCannot } from "../../../contracts/engine-errors";
import type {
  LoadBalancerEngine,
  LoadBalancerHandle,
  LoadBalancerRequest,
} from "../../../contracts/load-balancer-engine";
import type { AwsZone } from "../aws-zone";
import type { NetworkLoadBalancerProps } from "./load-balancer-props";
import { loadBalancerHandle, loadBalancerParts, type LoadBalancerParts, networkSchema } from "./load-balancer-parts";

/**
 * Children of the tier: `Resource` (`aws_lb`), `firewall`, `targets`, `listener`, with TLS `certificate`, and where its addresses
 * stay `address-<letter>` for each zone. Made by `AwsLoadBalancer.network`.
 */
export class NetworkLoadBalancer implements LoadBalancerEngine {
  readonly name = "aws-network-load-balancer";
  readonly siteKind = "aws";
  readonly onMachines = false;

  constructor(private readonly props: NetworkLoadBalancerProps) {}

  make(scope: Construct, request: LoadBalancerRequest): LoadBalancerHandle {
    checkProps(request.path, networkSchema, this.props, "engine");
    this.refuse(request);
    const { name: engine, props } = this;
    const parts = loadBalancerParts(scope, request, {
      engine,
      protocol: "TCP",
      props,
      suffix: props.elasticAddresses === true ? "network-fixed" : "network",
      redirects: false,
    });
    const { site, name, port, tls, isProtected, firewall, targets, logging, tags } = parts;
    const { provider } = site.aws;
    const balancer = new Lb(scope, "Resource", {
      provider,
      name,
      loadBalancerType: "network",
      internal: false,
      securityGroups: [firewall.groupId],
      ...this.places(scope, parts),
      // Otherwise a zone without a healthy server would have no server for its visitors.
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: isProtected,
      accessLogs: logging.accessLogs,
      tags,
      dependsOn: [...site.awsZones.flatMap((zone) => [...site.vpc.wayOut(zone, "public")]), ...logging.needs],
    });
    const listener = new LbListener(scope, "listener", {
      provider,
      loadBalancerArn: balancer.arn,
      tags,
      port,
      protocol: tls === undefined ? "TCP" : "TLS",
      ...tls,
      defaultAction: [{ type: "forward", targetGroupArn: targets.arn }],
    });
    return loadBalancerHandle(request, parts, {
      location: { dnsName: balancer.dnsName, aliasZone: balancer.zoneId },
      settings: { crossZone: true, elasticAddresses: this.props.elasticAddresses ?? false },
      listeners: [listener],
    });
  }

  private places(scope: Construct, { site, tags }: LoadBalancerParts) {
    const subnetId = (zone: AwsZone) => site.vpc.subnetId(zone, "public");
    if (this.props.elasticAddresses !== true) return { subnets: site.awsZones.map(subnetId) };
    const address = ({ letter }: AwsZone) =>
      new Eip(scope, `address-${letter}`, { provider: site.aws.provider, domain: "vpc", tags });
    return {
      subnetMapping: site.awsZones.map((zone) => ({ subnetId: subnetId(zone), allocationId: address(zone).id })),
    };
  }

  private refuse({ path, tls, serverTimeout }: LoadBalancerRequest): void {
    if (tls?.redirect === true) {
      throw engineCannot(
        path,
        this.name,
        "tls.redirect",
        true,
        "it knows no HTTP and cannot redirect. Say redirect: false, or choose AwsLoadBalancer.application().",
      );
    }
    if (serverTimeout === undefined) return;
    throw engineCannot(
      path,
      this.name,
      "serverTimeout",
      String(serverTimeout),
      "it passes bytes on and waits for no answer. Leave serverTimeout out.",
    );
  }
}
