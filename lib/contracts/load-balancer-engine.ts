import type { Construct } from "constructs";
import type { ITerraformDependable } from "../cdktf";
import type { Duration } from "../core/duration";
import type { ManifestEndpoint, ManifestProbe } from "../manifest/manifest";
import type { EntranceLocation, IFloatingAddress, Machine } from "./site";
import type { RotationDoor } from "../software/load-balancing/rotation";
import type { VisitorRequests } from "../software/kit/visitor-headers";
import type { Software } from "../software/software";
import type { Engine, EngineRequest, EngineResilience, EngineSettings } from "./engine";
import { engineCannot } from "./engine-errors";
import type { RequestedHealthCheck } from "./health-check";
import type { EntranceTls } from "./tls";
import type { WebScalingHandle } from "./web-scaling";

/** How a `HealthCheckedLoadBalancer` does its job: HAProxy on machines, or a load balancer of a cloud. */
export interface LoadBalancerEngine extends Engine {
  /**
   * Whether it runs on machines of the site. If so, the tier draws them from its site, hands them to `make` and rolls
   * the handle's software out to them; if not, the tier has no machines, and a program that names some is refused.
   */
  readonly onMachines: boolean;
  /**
   * Makes everything in `scope`, the tier's construct; ids below it are contract. Called once, in the tier's
   * constructor.
   *
   * @throws BeehiveError when the request asks for something that the engine cannot do: nothing is ignored silently
   */
  make(scope: Construct, request: LoadBalancerRequest): LoadBalancerHandle;
}

/**
 * What a `HealthCheckedLoadBalancer` wants of its engine. What the program leaves out is undefined: the engine has its
 * own defaults.
 */
export interface LoadBalancerRequest extends EngineRequest {
  /** Two or more for engines on machines, none for others. */
  readonly machines: readonly Machine[];
  /** TCP port for visitors. @default - 80; 443 with TLS */
  readonly port?: number;
  /** Encryption between visitors and the entrance. @default - visitors connect over plain HTTP */
  readonly tls?: EntranceTls;
  /** For engines on machines. @default - the site's */
  readonly address?: IFloatingAddress;
  /** The name that leads to the entrance; the site makes the record on behalf of the tier. @default - none */
  readonly dns?: { readonly name: string; readonly zone: string };
  /** The tiers whose servers visitors are sent to, whichever of them; one or more. See `onlyTarget`. */
  readonly targets: readonly LoadBalancerTarget[];
  /** How to decide whether a server works. */
  readonly healthCheck: RequestedHealthCheck;
  /** What requests of visitors look like, which checks should as well. */
  readonly visitors: VisitorRequests;
  /** Longest silence of a server in the middle of an answer. @default - the engine's */
  readonly serverTimeout?: Duration;
}

/** The servers behind a load balancer. A tier that implements it can be the `target` of a `HealthCheckedLoadBalancer`. */
export interface LoadBalancerTarget {
  /** Construct path. */
  readonly path: string;
  /** Prefix of the names of the tier's files and units on its machines: `shop-web`. */
  readonly instance: string;
  /** TCP port at which every server answers, on its private address. */
  readonly port: number;
  /** Path that answers 200 when a server can do its work. */
  readonly healthPath: string;
  /** Fixed servers, to be registered one by one, keyed by their names; none when they come and go. */
  readonly machines: readonly Machine[];
  /** Servers that come and go. A cloud's load balancer knows the handles that its own cloud makes. @default - fixed servers */
  readonly scaled?: WebScalingHandle;
  /** Rollouts and memberships of the fixed servers, or the resources of the scaled ones. */
  readonly ready: readonly ITerraformDependable[];
  /** Lets addresses, CIDRs or facts connect to `port`; the servers' firewalls drop all other traffic. */
  allowFrom(sources: readonly string[]): void;
  /**
   * Sets how long the load balancer takes, at most, to return a recovered server to rotation, or to notice that one does not
   * answer. Rollouts of fixed servers wait so long before the next server leaves.
   */
  expectBack(within: Duration): void;
  /**
   * Names where the load balancer says whether a server is in rotation: `GET /<address>:<port>` answers 503 when it is not. A
   * rollout of a fixed server passes its gate only when none of them says so. @default - rollouts only wait
   */
  askRotation?(doors: readonly RotationDoor[]): void;
  /** Tells what requests of visitors look like, so that the gates of rollouts look the same. @default - gates ask as they like */
  askAs?(visitors: VisitorRequests): void;
}

/** Whether something is complete as a `LoadBalancerTarget`, also from another copy of the package. */
export function isLoadBalancerTarget(value: object): boolean {
  const { port, healthPath, machines, allowFrom, expectBack } = value as Partial<LoadBalancerTarget>;
  return (
    typeof port === "number" &&
    typeof healthPath === "string" &&
    Array.isArray(machines) &&
    typeof allowFrom === "function" &&
    typeof expectBack === "function"
  );
}

/** For engines that send visitors to one tier. @throws BeehiveError when the request has several */
export function onlyTarget({ path, targets }: LoadBalancerRequest, engine: string): LoadBalancerTarget {
  const [target, ...more] = targets;
  if (target !== undefined && more.length === 0) return target;
  throw engineCannot(
    path,
    engine,
    "targets",
    targets.map((one) => one.path),
    "it sends visitors to one tier. Name one, or choose an engine that takes several.",
  );
}

/** What a load balancer engine has made. */
export interface LoadBalancerHandle {
  /** Where visitors come in, for DNS records. */
  readonly location: EntranceLocation;
  /** Kind `entrance`. No address where only apply knows it. */
  readonly endpoint: ManifestEndpoint;
  /** For the manifest. @default - the engine's name */
  readonly engine?: string;
  /**
   * For the manifest: the times that decide how long a failed server gets visitors, and how long the address takes to
   * move.
   */
  readonly settings: EngineSettings;
  /** How drills ask whether all servers are in rotation, and which machine has the address. @default [] */
  readonly probes?: readonly ManifestProbe[];
  /** How the entrance fails, for predictions. */
  readonly resilience: EngineResilience;
  /** What the tier rolls out to the machines. @default - none: the engine runs on no machines */
  readonly delivery?: EntranceDelivery;
  /** Resources, besides the rollout, that are done when the entrance works. */
  readonly ready: readonly ITerraformDependable[];
}

/** What a load balancer tier rolls out to its machines. */
export interface EntranceDelivery {
  /** Software of one machine; evaluated when the stack is synthesized. */
  readonly software: (machine: Machine) => readonly Software[];
  /** Terraform expressions of secrets, by the names in the placeholders. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What must be there before the first machine is rolled out. */
  readonly after: readonly ITerraformDependable[];
}

/** TCP port for visitors: the program's, or the usual one. */
export const entrancePort = ({ port, tls }: Pick<LoadBalancerRequest, "port" | "tls">): number =>
  port ?? (tls === undefined ? 80 : 443);

/** An entrance, for the manifest. @param at where it is on machines: whether its address moves, and the address if synth knows it */
export function entranceEndpoint(
  { tls, healthCheck }: Pick<LoadBalancerRequest, "tls" | "healthCheck">,
  port: number,
  { virtual, address }: { readonly virtual: boolean; readonly address?: string } = { virtual: false },
): ManifestEndpoint {
  return {
    kind: "entrance",
    protocol: tls === undefined ? "http" : "https",
    ...(address !== undefined && { address }),
    virtual,
    port,
    healthPath: healthCheck.path,
  };
}
