import type { Construct } from "constructs";
import { engineCannot } from "../../../contracts/engine-errors";
import { managedService } from "../../../contracts/engine";
import type {
  LoadBalancerEngine,
  LoadBalancerHandle,
  LoadBalancerRequest,
} from "../../../contracts/load-balancer-engine";
import { zoneNode } from "../../../contracts/site";
import { balancedRegion, idleTimeoutOf, isNamed } from "./balanced-region";
import type { RegionalLoadBalancerProps } from "./load-balancer-props";
import { targetOverRegions } from "../engine-errors";
import { entranceCertificate } from "../dns/entrance-certificate";
import { checkSettings, checksOf, FASTEST_CHECKS, NOTICED } from "./load-balancer-checks";
import { loadBalancerParts, REGIONAL_SLA } from "./load-balancer-parts";

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
    const { path, target, healthCheck, tls, dns } = request;
    const { site, nodes, isProtected, regions } = loadBalancerParts(request, this.name, this.props);
    const [[region, droplets], second] = [...regions] as [[string, never[]], unknown];
    if (second !== undefined) throw targetOverRegions(path, target.path, target.machines);
    const checks = checksOf(path, this.name, healthCheck);
    const port = request.port ?? (tls === undefined ? 80 : REDIRECTED_TO);
    const redirect = tls?.redirect === true && port !== 80;
    if (redirect && port !== REDIRECTED_TO) this.refuseRedirect(path, port);
    const certificate = tls && entranceCertificate(scope, { site, tls, path, zone: dns?.zone });
    const idleTimeout = idleTimeoutOf(path, this.name, request.serverTimeout);
    const { balancer, ready } = balancedRegion(scope, {
      site,
      path,
      region,
      target,
      droplets,
      nodes,
      isProtected,
      port,
      certificate,
      redirect,
      checks,
      healthPath: healthCheck.path,
      idleTimeout,
    });
    return {
      location: { address: balancer.ip },
      endpoint: {
        kind: "entrance",
        protocol: tls === undefined ? "http" : "https",
        virtual: false,
        port,
        healthPath: healthCheck.path,
      },
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
