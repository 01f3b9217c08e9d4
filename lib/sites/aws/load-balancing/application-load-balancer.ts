import { checkProps } from "../../../core/props";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import type { Construct } from "constructs";
import { Duration } from "../../../core/duration";
import { engineCannot } from "../../../contracts/engine-errors";
import type {
  LoadBalancerEngine,
  LoadBalancerHandle,
  LoadBalancerRequest,
} from "../../../contracts/load-balancer-engine";
import type { ApplicationLoadBalancerProps } from "./load-balancer-props";
import { loadBalancerHandle, loadBalancerParts, applicationSchema } from "./load-balancer-parts";

/** As with HAProxy. AWS counts silence on both sides of it. */
const SERVER_TIMEOUT = Duration.seconds(30);
const LONGEST = Duration.seconds(4000);

/**
 * Children of the tier: `Resource` (`aws_lb`), `firewall`, `targets`, `listener`, and with TLS `certificate` and `redirect`.
 * Made by `AwsLoadBalancer.application`.
 */
export class ApplicationLoadBalancer implements LoadBalancerEngine {
  readonly name = "aws-application-load-balancer";
  readonly siteKind = "aws";
  readonly onMachines = false;

  constructor(private readonly props: ApplicationLoadBalancerProps) {}

  make(scope: Construct, request: LoadBalancerRequest): LoadBalancerHandle {
    checkProps(request.path, applicationSchema, this.props, "engine");
    const serverTimeout = request.serverTimeout ?? SERVER_TIMEOUT;
    this.refuse(request.path, serverTimeout);
    const redirects = request.tls?.redirect === true;
    const { name: engine, props } = this;
    const parts = loadBalancerParts(scope, request, { engine, protocol: "HTTP", props, redirects });
    const { site, name, port, tls, isProtected, firewall, targets, logging, tags } = parts;
    const { provider } = site.aws;
    const balancer = new Lb(scope, "Resource", {
      provider,
      name,
      loadBalancerType: "application",
      internal: false,
      securityGroups: [firewall.groupId],
      subnets: site.awsZones.map((zone) => site.vpc.subnetId(zone, "public")),
      dropInvalidHeaderFields: true,
      idleTimeout: serverTimeout.toSeconds(),
      enableDeletionProtection: isProtected,
      accessLogs: logging.accessLogs,
      tags,
      dependsOn: [...site.awsZones.flatMap((zone) => [...site.vpc.wayOut(zone, "public")]), ...logging.needs],
    });
    const forward = { type: "forward", targetGroupArn: targets.arn };
    const common = { provider, loadBalancerArn: balancer.arn, tags };
    const listener = new LbListener(scope, "listener", {
      ...common,
      port,
      protocol: tls === undefined ? "HTTP" : "HTTPS",
      ...tls,
      defaultAction: [forward],
    });
    const redirect = { port: String(port), protocol: "HTTPS", statusCode: "HTTP_301" };
    const listeners =
      redirects && port !== 80
        ? [
            listener,
            new LbListener(scope, "redirect", {
              ...common,
              port: 80,
              protocol: "HTTP",
              defaultAction: [{ type: "redirect", redirect }],
            }),
          ]
        : [listener];
    return loadBalancerHandle(request, parts, {
      location: { dnsName: balancer.dnsName, aliasZone: balancer.zoneId },
      settings: { serverTimeout: serverTimeout.toSeconds(), crossZone: true },
      listeners,
    });
  }

  private refuse(path: string, serverTimeout: Duration): void {
    if (Number.isInteger(serverTimeout.toSeconds()) && serverTimeout.toMillis() <= LONGEST.toMillis()) return;
    throw engineCannot(
      path,
      this.name,
      "serverTimeout",
      String(serverTimeout),
      `AWS takes whole seconds up to ${LONGEST.toSeconds()}. Choose one of those.`,
    );
  }
}
