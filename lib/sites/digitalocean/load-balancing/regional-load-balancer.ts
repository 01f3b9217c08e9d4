import { checkProps } from "../../../core/props";
import type { Construct } from "constructs";
import { engineCannot } from "../../../contracts/engine-errors";
import { managedService } from "../../../contracts/engine";
import {
  entranceEndpoint,
  entrancePort,
  onlyTarget,
  type LoadBalancerEngine,
  type LoadBalancerHandle,
  type LoadBalancerRequest,
} from "../../../contracts/load-balancer-engine";
import { zoneNode } from "../../../contracts/site";
import { balancedRegion, isNamed } from "./balanced-region";
import type { RegionalLoadBalancerProps } from "./load-balancer-props";
import { targetOverRegions } from "../engine-errors";
import { entranceCertificate } from "../dns/entrance-certificate";
import { checkSettings, FASTEST_CHECKS, NOTICED } from "./load-balancer-checks";
import { loadBalancerParts, REGIONAL_SLA, regionalSchema } from "./load-balancer-parts";

/** Where DigitalOcean sends visitors of port 80. */
const REDIRECTED_TO = 443;

/**
 * Children of the tier: `Resource` (`digitalocean_loadbalancer`), `firewall`, and with TLS `certificate`. Made by
 * `DigitalOceanLoadBalancer.regional`.
 */
export class RegionalLoadBalancer implements LoadBalancerEngine {
  readonly name = "digitalocean-regional-load-balancer";
  readonly siteKind = "digitalocean";
  readonly onMachines = false;

  constructor(private readonly props: RegionalLoadBalancerProps) {}

  make(scope: Construct, request: LoadBalancerRequest): LoadBalancerHandle {
    checkProps(request.path, regionalSchema, this.props, "engine");
    const { path, healthCheck, tls, dns } = request;
    const target = onlyTarget(request, this.name);
    const { regions, ...common } = loadBalancerParts(request, this.name, this.props);
    const { site, nodes, checks, idleTimeout } = common;
    const [[region, droplets], second] = [...regions] as [[string, never[]], unknown];
    if (second !== undefined) throw targetOverRegions(path, target.path, target.machines);
    const port = entrancePort(request);
    const redirect = tls?.redirect === true && port !== 80;
    if (redirect && port !== REDIRECTED_TO) this.refuseRedirect(path, port);
    const certificate = tls && entranceCertificate(scope, { site, tls, path, zone: dns?.zone });
    const { balancer, ready } = balancedRegion(scope, {
      ...common,
      path,
      region,
      target,
      droplets,
      port,
      certificate,
      redirect,
      healthPath: healthCheck.path,
    });
    return {
      location: { address: balancer.ip },
      endpoint: entranceEndpoint(request, port),
      settings: {
        ...checkSettings(checks),
        nodes,
        serverTimeout: idleTimeout,
        registration: isNamed({ target, droplets }) ? "droplets" : "tag",
      },
      resilience: managedService(`load balancer ${path}`, REGIONAL_SLA, [zoneNode(site.name, region)], {
        recovery: [{ when: ["machine"], of: target.path, steps: [...NOTICED] }],
        alternatives: [FASTEST_CHECKS],
      }),
      ready,
    };
  }

  private refuseRedirect(path: string, port: number): void {
    throw engineCannot(
      path,
      this.name,
      "tls.redirect",
      true,
      `DigitalOcean sends visitors of port 80 to ${REDIRECTED_TO}, and port is ${port}. Leave port out, or set redirect: false.`,
    );
  }
}
