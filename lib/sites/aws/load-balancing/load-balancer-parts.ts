import type { LbAccessLogs } from "@cdktf/provider-aws/lib/lb";
import type { Construct } from "constructs";
import { z } from "../../../core/zod";
import type { ITerraformDependable } from "../../../cdktf";
import { Duration } from "../../../core/duration";
import { duration, propsSchema } from "../../../core/props";
import { Reliability } from "../../../contracts/reliability";
import {
  entranceEndpoint,
  entrancePort,
  onlyTarget,
  type LoadBalancerHandle,
  type LoadBalancerRequest,
} from "../../../contracts/load-balancer-engine";
import type { ApplicationLoadBalancerProps, NetworkLoadBalancerProps } from "./load-balancer-props";
import { prefixLength } from "../../shared/cidr";
import { AwsCertificate } from "../dns/aws-certificate";
import { placeOf, tierId } from "../../shared/tier-id";
import type { AwsSite } from "../aws-site";
import { subnetTooSmall } from "../engine-errors";
import { EntranceFirewall } from "./entrance-firewall";
import { LOAD_BALANCER_NAME } from "./load-balancer-names";
import { siteOf, spread } from "../managed-part";
import { subnetSources } from "./subnet-source";
import { TargetGroup } from "./target-group";

/** What both kinds take. */
export interface LoadBalancerProps {
  readonly protected?: boolean;
  readonly deregistrationDelay?: Duration;
  readonly tlsPolicy?: string;
  readonly accessLogs?: boolean;
}

/** What the engine adds to the request. */
export interface LoadBalancerKind {
  readonly engine: string;
  readonly protocol: "HTTP" | "TCP";
  readonly props: LoadBalancerProps;
  /**
   * Ends the name: what AWS changes by replacement only has another name, because the new one is made while the old one is there.
   * @default - the tier's name alone
   */
  readonly suffix?: string;
  /** Whether port 80 leads visitors to the encrypted one. */
  readonly redirects: boolean;
}

/** What both kinds are made of, beside the load balancer itself and its listeners. */
export interface LoadBalancerParts {
  readonly site: AwsSite;
  readonly name: string;
  readonly port: number;
  /** With a certificate, which is ready when its ARN is known. */
  readonly tls?: { readonly certificateArn: string; readonly sslPolicy: string };
  readonly isProtected: boolean;
  readonly firewall: EntranceFirewall;
  readonly targets: TargetGroup;
  /** What the load balancer writes its access log with, and what it waits for. */
  readonly logging: { readonly accessLogs: LbAccessLogs; readonly needs: readonly ITerraformDependable[] };
  readonly tags: Record<string, string>;
}

const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** `protected`, … as they come from programs in JavaScript. */
const common = {
  protected: z.boolean().optional(),
  deregistrationDelay: duration({ max: Duration.minutes(60) }).optional(),
  tlsPolicy: z
    .string()
    .regex(/^ELBSecurityPolicy-[\w-]+$/, `must be a policy of AWS such as "${TLS_POLICY}"`)
    .optional(),
  accessLogs: z.boolean().optional(),
};
/** @internal */
export const applicationSchema = propsSchema<ApplicationLoadBalancerProps>()(common);
/** @internal */
export const networkSchema = propsSchema<NetworkLoadBalancerProps>()({
  ...common,
  elasticAddresses: z.boolean().optional(),
});

/** Of AWS's addresses in a zone, eight must be free. */
const SMALLEST_SUBNET = 27;
const DELAY = Duration.seconds(30);
/** AWS's names are remembered for so many seconds; the address of a zone that is lost is taken out. */
const DNS_TTL = 60;

const SLA = Reliability.sla("99.99%", "AWS Elastic Load Balancing SLA: 99.99 % a month, over two zones or more");

export function loadBalancerParts(
  scope: Construct,
  request: LoadBalancerRequest,
  { engine, protocol, props, suffix, redirects }: LoadBalancerKind,
): LoadBalancerParts {
  const { path, healthCheck, tls, dns } = request;
  const target = onlyTarget(request, engine);
  const site = siteOf(request, engine, "a load balancer of AWS", 2);
  const { cidr } = site.vpc;
  const prefix = cidr === undefined ? 0 : prefixLength(site.vpc.subnetCidr(site.awsZones[0]!, "public"));
  if (prefix > SMALLEST_SUBNET) throw subnetTooSmall(path, cidr!, prefix);
  const networks = subnetSources(site, path, "public");
  target.allowFrom(networks);
  const port = entrancePort(request);
  const ports = redirects && port !== 80 ? [port, 80] : [port];
  const { aws, hostedZones: zoneIds } = site;
  const firewall = new EntranceFirewall(scope, "firewall", { site, path, ports, target });
  site.firewall.admit(target.path, path, firewall.groupId, target.port, networks);
  return {
    site,
    name: aws.labels.named(LOAD_BALANCER_NAME, [placeOf(path), ...(suffix === undefined ? [] : [suffix])].join("/")),
    port,
    ...(tls !== undefined && {
      tls: {
        certificateArn: new AwsCertificate(scope, "certificate", { aws, tls, path, zone: dns?.zone, zoneIds }).arn,
        sslPolicy: props.tlsPolicy ?? TLS_POLICY,
      },
    }),
    isProtected: props.protected ?? true,
    // Of connections without TLS a network load balancer logs nothing.
    logging: loggingOf(site, (props.accessLogs ?? site.logsByDefault) && (protocol === "HTTP" || tls !== undefined)),
    firewall,
    targets: new TargetGroup(scope, "targets", {
      site,
      path,
      engine,
      protocol,
      target,
      healthCheck,
      deregistrationDelay: props.deregistrationDelay ?? DELAY,
    }),
    tags: aws.labels.tags(tierId(path), tierId(path)),
  };
}

function loggingOf(site: AwsSite, isOn: boolean): LoadBalancerParts["logging"] {
  // Leaving it out would leave on what was on.
  if (!isOn) return { accessLogs: { bucket: "", enabled: false }, needs: [] };
  const { bucket, ready } = site.logs();
  return { accessLogs: { bucket, enabled: true }, needs: ready };
}

/** The handle that the tier gets. */
export function loadBalancerHandle(
  request: LoadBalancerRequest,
  { site, port, firewall, targets }: LoadBalancerParts,
  made: Pick<LoadBalancerHandle, "location" | "settings"> & { readonly listeners: readonly ITerraformDependable[] },
): LoadBalancerHandle {
  const { path } = request;
  const { location, settings, listeners } = made;
  return {
    location,
    endpoint: entranceEndpoint(request, port),
    settings: { ...targets.settings, dnsTtl: DNS_TTL, ...settings },
    resilience: spread(
      { name: `load balancer ${path}`, site, reliability: SLA, kind: "managed service", atLeast: 1 },
      {
        recovery: [
          { when: ["zone"], steps: [{ what: "visitors remember the lost zone's address", of: "dnsTtl" }] },
          ...targets.recovery,
        ],
        alternatives: targets.alternatives,
      },
    ),
    ready: [...listeners, ...firewall.ready, ...targets.ready],
  };
}
