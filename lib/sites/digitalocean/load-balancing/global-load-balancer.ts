import { checkProps } from "../../../core/props";
import { Loadbalancer } from "@cdktf/provider-digitalocean/lib/loadbalancer";
import { Construct } from "constructs";
import { engineCannot } from "../../../contracts/engine-errors";
import type { ManifestNode } from "../../../manifest/manifest";
import type { EngineResilience } from "../../../contracts/engine";
import {
  entranceEndpoint,
  onlyTarget,
  type LoadBalancerEngine,
  type LoadBalancerHandle,
  type LoadBalancerRequest,
} from "../../../contracts/load-balancer-engine";
import { siteNode, zoneNode } from "../../../contracts/site";
import { balancedRegion, isNamed } from "./balanced-region";
import { DIGITALOCEAN_NAMES } from "../digitalocean-labels";
import type { GlobalLoadBalancerProps } from "./load-balancer-props";
import type { DigitalOceanSite } from "../digitalocean-site";
import { noEntranceName, targetInOneRegion } from "../engine-errors";
import { entranceCertificate } from "../dns/entrance-certificate";
import { checkSettings, FASTEST_CHECKS, healthcheckBlock, NOTICED } from "./load-balancer-checks";
import { GLOBAL_SLA, loadBalancerParts, REGIONAL_SLA, globalSchema } from "./load-balancer-parts";

/**
 * Children of the tier: `Resource` (the global `digitalocean_loadbalancer`), `<region>/Resource` and `<region>/firewall` for each
 * region that has servers, and with TLS `certificate`. Made by `DigitalOceanLoadBalancer.global`.
 *
 * A global load balancer could have droplets behind it directly, at port 80 or 443 of their public addresses. A regional one in
 * each region reaches them inside the VPC, at any port, and no droplet is open to the world.
 */
export class GlobalLoadBalancer implements LoadBalancerEngine {
  readonly name = "digitalocean-global-load-balancer";
  readonly siteKind = "digitalocean";
  readonly onMachines = false;

  constructor(private readonly props: GlobalLoadBalancerProps) {}

  make(scope: Construct, request: LoadBalancerRequest): LoadBalancerHandle {
    checkProps(request.path, globalSchema, this.props, "engine");
    const { path, healthCheck, tls, dns } = request;
    const target = onlyTarget(request, this.name);
    const { regions, ...common } = loadBalancerParts(request, this.name, this.props);
    const { site, nodes, isProtected, checks, idleTimeout } = common;
    if (regions.size < 2) throw targetInOneRegion(path, target.path, [...regions.keys()][0]!);
    const { port, protocol } = this.visitors(request);
    const domains = this.domains(request);
    const certificate = tls && entranceCertificate(scope, { site, tls, path, zone: dns?.zone });
    const parts = [...regions].map(([region, droplets]) =>
      balancedRegion(new Construct(scope, region), {
        ...common,
        path,
        region,
        target,
        droplets,
        // With TLS the way from the global load balancer to the region is encrypted, too.
        port,
        certificate,
        redirect: false,
        healthPath: healthCheck.path,
      }),
    );
    const balancer = new Loadbalancer(scope, "Resource", {
      provider: site.provider,
      name: site.labels.named(DIGITALOCEAN_NAMES.loadBalancer, site.labels.inStack(path), "global"),
      type: "GLOBAL",
      projectId: site.project,
      // The records are the tier's, or stand where the names' zone is kept.
      domains: domains.map((name) => ({
        name,
        isManaged: false,
        ...(certificate && { certificateName: certificate }),
      })),
      glbSettings: { targetProtocol: protocol, targetPort: port, cdn: { isEnabled: false } },
      redirectHttpToHttps: tls?.redirect === true,
      healthcheck: healthcheckBlock(checks, protocol, port, healthCheck.path),
      targetLoadBalancerIds: parts.map((part) => part.balancer.id),
      dependsOn: parts.flatMap(({ ready }) => [...ready]),
      lifecycle: { preventDestroy: isProtected },
    });
    return {
      location: { address: balancer.ip },
      endpoint: entranceEndpoint(request, port),
      settings: {
        ...checkSettings(checks),
        nodes,
        serverTimeout: idleTimeout,
        registration: [...regions.values()].every((droplets) => isNamed({ target, droplets })) ? "droplets" : "tag",
      },
      resilience: resilience(path, target.path, site, [...regions.keys()]),
      ready: [balancer],
    };
  }

  /** It listens on 80 and 443 and nowhere else. */
  private visitors({ path, port, tls }: LoadBalancerRequest): {
    readonly port: number;
    readonly protocol: "http" | "https";
  } {
    const [only, protocol] = tls === undefined ? ([80, "http"] as const) : ([443, "https"] as const);
    if (port !== undefined && port !== only) {
      throw engineCannot(
        path,
        this.name,
        "port",
        port,
        `it has 80, and 443 with tls. Leave port out, or use DigitalOceanLoadBalancer.regional().`,
      );
    }
    return { port: only, protocol };
  }

  private domains({ path, tls, dns }: LoadBalancerRequest): string[] {
    const certified = tls?.kind === "managed" ? [tls.domain, ...tls.alternatives] : [];
    const names = this.props.domains ?? [...new Set([...certified, ...(dns === undefined ? [] : [dns.name])])];
    if (names.length === 0) throw noEntranceName(path);
    return [...names];
  }
}

/** The global service is needed; of the regional ones behind it one is enough. */
function resilience(
  path: string,
  target: string,
  site: DigitalOceanSite,
  regions: readonly string[],
): EngineResilience {
  const whole = `load balancer ${path}`;
  const inRegions = regions.map((region): [string, ManifestNode] => [
    `${whole} in ${region}`,
    REGIONAL_SLA.node("managed service", [zoneNode(site.name, region)]),
  ]);
  return {
    nodes: { [whole]: GLOBAL_SLA.node("managed service", [siteNode(site.name)]), ...Object.fromEntries(inRegions) },
    structure: {
      atLeast: 1,
      of: inRegions.map(([name]) => name),
      needs: [whole],
      commonCause: 0,
      recovery: [
        // A whole region is noticed by the global one, with the same checks.
        { when: ["zone"], steps: [...NOTICED] },
        { when: ["machine", "zone"], of: target, steps: [...NOTICED] },
      ],
      loss: [],
      alternatives: [FASTEST_CHECKS],
    },
  };
}
