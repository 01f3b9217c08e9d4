import { DataDigitaloceanVpc } from "@cdktf/provider-digitalocean/lib/data-digitalocean-vpc";
import { Firewall } from "@cdktf/provider-digitalocean/lib/firewall";
import { Loadbalancer } from "@cdktf/provider-digitalocean/lib/loadbalancer";
import type { Construct } from "constructs";
import { Token, type ITerraformDependable } from "../../../cdktf";
import { Duration } from "../../../core/duration";
import { engineCannot } from "../../../contracts/engine-errors";
import { Hive } from "../../../stack/hive";
import type { LoadBalancerTarget } from "../../../contracts/load-balancer-engine";
import { DIGITALOCEAN_NAMES } from "../digitalocean-labels";
import type { DigitalOceanSite } from "../digitalocean-site";
import type { DropletMachine } from "../machines/droplet-machine";
import { healthcheckBlock, type Checks } from "./load-balancer-checks";

export interface BalancedRegionProps {
  readonly site: DigitalOceanSite;
  /** Construct path of the entrance. */
  readonly path: string;
  readonly region: string;
  readonly target: LoadBalancerTarget;
  /** The servers of the region. */
  readonly droplets: readonly DropletMachine[];
  readonly nodes: number;
  readonly isProtected: boolean;
  /** Port for visitors. */
  readonly port: number;
  /** Name of a certificate, an expression. @default - plain HTTP */
  readonly certificate?: string;
  readonly redirect: boolean;
  readonly checks: Checks;
  readonly healthPath: string;
  /** In seconds. */
  readonly idleTimeout: number;
}

/** What a region's load balancer is made of. */
export interface BalancedRegion {
  readonly balancer: Loadbalancer;
  readonly ready: readonly ITerraformDependable[];
}

/** So many droplets can be named; more need a tag (docs, "load balancer limits"). */
export const MOST_NAMED = 10;
const IDLE = { least: 30, most: 600, usual: 60 } as const;

/**
 * A regional load balancer, the child `Resource`, and the cloud firewall that lets it alone reach the servers, the child
 * `firewall`. They talk inside the VPC.
 *
 * Up to ten droplets are named one by one. Terraform then takes a server out before its application stops; by a tag DigitalOcean
 * would send visitors there until its checks have failed. More than ten can't be named, and have the tier's tag.
 */
export function balancedRegion(scope: Construct, props: BalancedRegionProps): BalancedRegion {
  const { site, path, region, target, droplets, port, certificate, redirect } = props;
  const { provider, labels, networks } = site;
  const place = labels.inStack(path);
  const tag = site.tierTag(target.path);
  const toServers = { targetProtocol: "http", targetPort: target.port };
  const visitors =
    certificate === undefined
      ? { entryProtocol: "http", entryPort: port }
      : { entryProtocol: "https", entryPort: port, certificateName: certificate };
  const balancer = new Loadbalancer(scope, "Resource", {
    provider,
    name: labels.named(DIGITALOCEAN_NAMES.loadBalancer, place, region),
    type: "REGIONAL",
    region,
    vpcUuid: networks.vpcId(region),
    projectId: site.project,
    sizeUnit: props.nodes,
    forwardingRule: [
      { ...visitors, ...toServers },
      // Port 80 has to be forwarded for its visitors to be sent on.
      ...(redirect ? [{ entryProtocol: "http", entryPort: 80, ...toServers }] : []),
    ],
    redirectHttpToHttps: redirect,
    healthcheck: healthcheckBlock(props.checks, "http", target.port, props.healthPath),
    stickySessions: { type: "none" },
    httpIdleTimeoutSeconds: props.idleTimeout,
    // The entrance's record is the tier's.
    disableLetsEncryptDnsRecords: true,
    ...(isNamed(props) ? { dropletIds: droplets.map((machine) => Token.asNumber(machine.id)) } : { dropletTag: tag }),
    dependsOn: [...target.ready],
    // A region that goes is let go by the global load balancer first.
    lifecycle: { preventDestroy: props.isProtected, createBeforeDestroy: true },
  });
  const firewall = new Firewall(scope, "firewall", {
    provider,
    name: labels.name(labels.inStack(target.path), `load-balancer-${place}-${region}`),
    tags: [tag],
    inboundRule: [{ protocol: "tcp", portRange: String(target.port), sourceLoadBalancerUids: [balancer.id] }],
  });
  const network = networkOf(scope, site, path, region);
  site.narrowed(target.path, network);
  target.allowFrom([network]);
  const { interval, rise, timeout } = props.checks;
  target.expectBack(Duration.seconds(rise * interval + timeout));
  return { balancer, ready: [balancer, firewall] };
}

/** Whether the servers are named one by one. */
export const isNamed = ({ target, droplets }: Pick<BalancedRegionProps, "target" | "droplets">): boolean =>
  target.scaled === undefined && droplets.length <= MOST_NAMED;

/** The VPC's network, where the load balancer's own addresses are; only DigitalOcean knows them. */
function networkOf(scope: Construct, site: DigitalOceanSite, path: string, region: string): string {
  const cidr = site.networks.cidrOf(region);
  if (cidr !== undefined) return cidr;
  const vpc = new DataDigitaloceanVpc(scope, "vpc", { provider: site.provider, id: site.networks.vpcId(region) });
  return Hive.of(site).addFact(`network/${site.name}/${region}/${path}`, vpc.ipRange, path);
}

/** @returns how long a connection may be silent, in seconds */
export function idleTimeoutOf(path: string, engine: string, serverTimeout: Duration | undefined): number {
  if (serverTimeout === undefined) return IDLE.usual;
  const seconds = serverTimeout.toSeconds();
  if (Number.isInteger(seconds) && seconds >= IDLE.least && seconds <= IDLE.most) return seconds;
  throw engineCannot(
    path,
    engine,
    "serverTimeout",
    String(serverTimeout),
    `DigitalOcean takes whole seconds from ${IDLE.least} to ${IDLE.most}. Choose one of those.`,
  );
}
