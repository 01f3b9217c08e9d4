import type { Construct } from "constructs";
import type { ITerraformDependable } from "../cdktf";
import type { Duration } from "../core/duration";
import type { ManifestEndpoint } from "../manifest/manifest";
import type { EntranceLocation, IFloatingAddress, Machine } from "./site";
import type { HaproxyExtraConfig } from "../software/load-balancing/haproxy";
import type { Software } from "../software/software";
import type { Engine, EngineRequest, EngineResilience, EngineSettings } from "./engine";
import type { RequestedHealthCheck } from "./health-check";
import type { EntranceTls } from "./tls";
import type { WebScalingHandle } from "./web-scaling";

/** How a `HealthCheckedLoadBalancer` does its job: an HAProxy pair, or a part that a cloud sells. */
export interface LoadBalancerEngine extends Engine {
  /**
   * Whether it runs on machines: then the tier takes them from its site, hands them over and rolls the handle's software out to
   * them. Otherwise the tier has no machines, and a program that gives it some is refused.
   */
  readonly onMachines: boolean;
  /**
   * Makes everything in `scope`, the tier's construct; ids below it are contract. Called once, in the tier's constructor. Throws
   * when the request asks for something that the engine cannot do: nothing is left out in silence.
   */
  make(scope: Construct, request: LoadBalancerRequest): LoadBalancerHandle;
}

/** What the program wants of its entrance. What it does not say is undefined: defaults are the engine's. */
export interface LoadBalancerRequest extends EngineRequest {
  /** Two or more for engines on machines, none for others. */
  readonly machines: readonly Machine[];
  /** TCP port for visitors. @default - 80; 443 with TLS */
  readonly port?: number;
  /** @default - visitors come over plain HTTP */
  readonly tls?: EntranceTls;
  /** For engines on machines. @default - the site's */
  readonly address?: IFloatingAddress;
  /** The name that leads to the entrance; the tier has the site make the record. */
  readonly dns?: { readonly name: string; readonly zone: string };
  readonly target: LoadBalancerTarget;
  readonly healthCheck: RequestedHealthCheck;
  readonly serverTimeout?: Duration;
  /** Lines for HAProxy. The tier refuses them, and addresses, for engines that run on no machines. */
  readonly haproxy?: HaproxyExtraConfig;
}

/** The servers behind a load balancer. */
export interface LoadBalancerTarget {
  /** Construct path. */
  readonly path: string;
  readonly group: string;
  /** TCP port at which every server answers, on its private address. */
  readonly port: number;
  /** Fixed servers, to be registered one by one, keyed by their names; none when they come and go. */
  readonly machines: readonly Machine[];
  /** Servers that come and go. A cloud's load balancer knows the handles that its own cloud makes. @default - fixed servers */
  readonly scaled?: WebScalingHandle;
  /** Rollouts and memberships of the fixed servers, or the resources of the scaled ones. */
  readonly ready: readonly ITerraformDependable[];
  /** Lets addresses, CIDRs or facts connect to `port`; the servers' firewalls drop everybody else. */
  allowFrom(sources: readonly string[]): void;
  /**
   * Tells how long the load balancer takes, at most, to send visitors to a server again that came back. Rollouts of fixed servers
   * wait so long before the next one leaves.
   */
  expectBack(within: Duration): void;
}

/** What an engine has made. */
export interface LoadBalancerHandle {
  /** Where visitors come in, for DNS records. */
  readonly location: EntranceLocation;
  /** Kind `entrance`. No address where only apply knows it. */
  readonly endpoint: ManifestEndpoint;
  /** For the manifest. @default - the engine's name */
  readonly engine?: string;
  readonly settings: EngineSettings;
  readonly resilience: EngineResilience;
  /** What the tier rolls out; engines on machines have it, others do not. */
  readonly delivery?: EntranceDelivery;
  /** Whoever needs the entrance to work depends on these, beside the rollout. */
  readonly ready: readonly ITerraformDependable[];
}

export interface EntranceDelivery {
  /** Asked when the stack is synthesized. */
  readonly software: (machine: Machine) => readonly Software[];
  /** Terraform expressions of secrets, by the names in the placeholders. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What must be there before the first machine is rolled out. */
  readonly after: readonly ITerraformDependable[];
}
