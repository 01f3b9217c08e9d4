import type { Construct } from "constructs";
import { z } from "../../core/zod";
import type { ITerraformDependable } from "../../cdktf";
import { Duration } from "../../core/duration";
import { engineCannot, noDns } from "../../contracts/engine-errors";
import { invalidProperty } from "../../core/errors";
import { checkProps, dnsName, duration, instance, port, propsSchema } from "../../core/props";
import { tierShape } from "../../contracts/shared-schemas";
import type { EntranceLocation, IFloatingAddress } from "../../contracts/site";
import { refuseForeignEngine } from "../../contracts/engine";
import { haproxyMoved } from "./entrance-errors";
import { HaproxyLoadBalancer } from "./haproxy-load-balancer";
import { HealthCheck, isHealthCheck } from "../../contracts/health-check";
import { hostHeader, type VisitorRequests } from "../../software/kit/visitor-headers";
import {
  entrancePort,
  isLoadBalancerTarget,
  type LoadBalancerEngine,
  type LoadBalancerHandle,
  type LoadBalancerTarget,
} from "../../contracts/load-balancer-engine";
import { isTier, Tier, type TierProps } from "../tier";
import type { TierDescription } from "../tier-description";
import { isTls, type EntranceTls } from "../../contracts/tls";
import { constructPath } from "../../stack/construct-path";
import { checkResilience } from "../../contracts/engine-resilience";

/** A name that leads visitors to the entrance, kept by the site's provider. */
export interface EntranceDns {
  /** `shop.example.org`. Changing it makes a new record before the old one goes. */
  readonly name: string;
  /** The provider's zone that the name is put into: `example.org`. */
  readonly zone: string;
  /** How long others may remember where the name leads; bounds a move to another entrance. @default - the site's */
  readonly ttl?: Duration;
}

/** A `HealthCheckedLoadBalancer`: where visitors connect, and which servers answer them. */
export interface HealthCheckedLoadBalancerProps extends TierProps {
  /**
   * What does the job: HAProxy on machines of the site, or a load balancer that the site's provider sells
   * (`AwsLoadBalancer`, `DigitalOceanLoadBalancer`). Changing it moves the entrance: change DNS first. Other options of
   * the same engine are changed in place.
   * @default HaproxyLoadBalancer.pair()
   * @example engine: AwsLoadBalancer.application()
   */
  readonly engine?: LoadBalancerEngine;
  /**
   * How many load balancers, 2 or more; one holds the address, the others stand by. Raising it adds machines; one that
   * is taken out gives its address away first.
   * @default - as many as `machines` selects
   * @example servers: 2
   */
  readonly servers?: number;
  /**
   * The tier behind it: an `HaWebTier`, or a tier of your own that implements `LoadBalancerTarget`. Changing it reloads
   * HAProxy; no connection is lost.
   * @example target: web
   */
  readonly target: Tier & LoadBalancerTarget;
  /**
   * Address that visitors connect to. Changing it moves the entrance: change DNS first.
   * @default - the site's, such as `virtualIp` of a HostsSite
   * @example address: FloatingAddress.virtualIp("10.77.0.100")
   */
  readonly address?: IFloatingAddress;
  /**
   * TCP port at `address`. Changing it reloads HAProxy.
   * @default 80; 443 with `tls`
   * @example port: 8443
   */
  readonly port?: number;
  /**
   * Encryption between visitors and the entrance. Changing it reloads HAProxy.
   * @default - none: plain HTTP
   * @example tls: Tls.managed({ domain: "shop.example.org" })
   */
  readonly tls?: EntranceTls;
  /**
   * A DNS record for the entrance, on sites that have a DNS. It touches no machine.
   * @default - none; you make the record at the DNS provider of the zone
   * @example dns: { name: "shop.example.org", zone: "example.org" }
   */
  readonly dns?: EntranceDns;
  /**
   * How the load balancer decides which servers work. Changing it reloads HAProxy; no connection is lost.
   * @default HealthCheck.http()
   * @example healthCheck: HealthCheck.http({ path: "/health", body: "OK" })
   */
  readonly healthCheck?: HealthCheck;
  /**
   * Longest silence of a server in the middle of an answer, before visitors see an error: 100 ms to 1 h. Changing it
   * reloads HAProxy.
   * @default Duration.seconds(30)
   * @example serverTimeout: Duration.minutes(2)
   */
  readonly serverTimeout?: Duration;
}

const dnsSchema = propsSchema<EntranceDns>()({
  name: dnsName.meta({ example: '"shop.example.org"' }),
  zone: dnsName.meta({ example: '"example.org"' }),
  ttl: duration({ min: Duration.seconds(1), max: Duration.minutes(60 * 24) }).optional(),
});
const schema = propsSchema<HealthCheckedLoadBalancerProps>()({
  ...tierShape,
  engine: instance<LoadBalancerEngine>(
    "an engine of the site's provider",
    (value: object) => "onMachines" in value && typeof (value as Partial<LoadBalancerEngine>).make === "function",
  )
    .meta({ example: "AwsLoadBalancer.application()" })
    .optional(),
  servers: z
    .number()
    .int()
    .min(2, "one load balancer is a single point of failure; use 2 or more")
    .meta({ example: "2" })
    .optional(),
  target: instance<HealthCheckedLoadBalancerProps["target"]>(
    "a tier with servers, such as an HaWebTier",
    (value) => isTier(value) && isLoadBalancerTarget(value),
  ).meta({ example: "web" }),
  address: instance<IFloatingAddress>(
    "a floating address",
    (value) => typeof (value as Partial<IFloatingAddress>).attach === "function",
  )
    .meta({ example: 'FloatingAddress.virtualIp("10.77.0.100")' })
    .optional(),
  port: port.meta({ example: "80" }).optional(),
  tls: instance<EntranceTls>("Tls.given(…) or Tls.managed(…)", isTls)
    .meta({ example: 'Tls.managed({ domain: "shop.example.org" })' })
    .optional(),
  dns: dnsSchema.optional(),
  healthCheck: instance("a HealthCheck", isHealthCheck)
    .meta({ example: 'HealthCheck.http({ path: "/health" })' })
    .optional(),
  serverTimeout: duration({ min: Duration.millis(100), max: Duration.minutes(60) })
    .meta({ example: "Duration.seconds(60)" })
    .optional(),
});

/** One entrance for visitors, in front of servers whose health is checked. */
export class HealthCheckedLoadBalancer extends Tier {
  private readonly target: HealthCheckedLoadBalancerProps["target"];
  private readonly engine: LoadBalancerEngine;
  private readonly made: LoadBalancerHandle;

  constructor(scope: Construct, id: string, props: HealthCheckedLoadBalancerProps) {
    const path = constructPath(scope, id);
    const { haproxy } = Object(props) as { haproxy?: unknown };
    if (haproxy !== undefined) throw haproxyMoved(path, haproxy);
    checkProps(path, schema, props);
    checkDns(path, props);
    props.tls?.validate(path);
    const engine = props.engine ?? HaproxyLoadBalancer.pair();
    const healthCheck = (props.healthCheck ?? HealthCheck.http()).requested(path, props.target.healthPath);
    refuseForeignEngine(path, "engine", engine, props.site, "Leave engine out: HAProxy pairs work on every site.");
    if (!engine.onMachines) refuseMachines(path, engine, props);
    super(scope, id, props, engine.onMachines ? { noun: "servers", count: props.servers, entrance: true } : undefined);
    this.target = props.target;
    this.engine = engine;
    if (engine.onMachines && this.machines.length < 2) {
      throw invalidProperty(
        path,
        "servers",
        this.machines.length,
        "one load balancer is a single point of failure; use 2 or more.",
      );
    }
    this.refuseStranger("target", this.target);
    const { site, instance, machines } = this;
    const { address, port, tls, dns, target, serverTimeout } = props;
    const domain = healthCheck.host ?? (dns?.name.startsWith("*") ? undefined : dns?.name) ?? tls?.domain;
    const visitors = (name: string | undefined): VisitorRequests => ({
      ...(name !== undefined && { host: hostHeader(name, entrancePort(props), tls !== undefined) }),
      https: tls !== undefined,
    });
    this.made = engine.make(this, {
      site,
      path,
      instance,
      machines,
      address,
      port,
      tls,
      dns,
      targets: [target],
      healthCheck,
      visitors: visitors(domain),
      serverTimeout,
    });
    target.askAs?.(visitors(domain ?? this.made.endpoint.address));
    checkResilience(path, engine.name, this.made.resilience);
    const ready = [...this.made.ready, ...this.dnsRecord(dns)];
    if (this.made.delivery !== undefined) this.rollOutTested(this.made.delivery, [this.target]);
    this.dependOn(ready);
  }

  /** Where visitors come in, for Terraform outputs and for DNS records of your own. */
  get location(): EntranceLocation {
    return this.made.location;
  }

  /** TCP port for visitors. */
  get port(): number {
    return this.made.endpoint.port;
  }

  protected describe(): TierDescription {
    const { engine, endpoint, settings, probes, resilience } = this.made;
    return {
      kind: "HealthCheckedLoadBalancer",
      engine: engine ?? this.engine.name,
      atLeast: this.engine.onMachines ? resilience.structure.atLeast : 0,
      needs: [this.target],
      endpoints: [endpoint],
      settings,
      probes,
      resilience,
    };
  }

  private dnsRecord(dns: EntranceDns | undefined): ITerraformDependable[] {
    if (dns === undefined) return [];
    if (this.site.dnsRecord === undefined) throw noDns(this.path, dns.name, this.site);
    return [this.site.dnsRecord({ scope: this, tier: this.path, ...dns, location: this.made.location })];
  }
}

function checkDns(path: string, { dns }: HealthCheckedLoadBalancerProps): void {
  if (dns === undefined || dns.name === dns.zone || dns.name.endsWith(`.${dns.zone}`)) return;
  throw invalidProperty(path, "dns.name", dns.name, `it is not in the zone "${dns.zone}". Correct one of them.`);
}

/** What only machines have, for an engine that has none. */
function refuseMachines(path: string, { name }: LoadBalancerEngine, props: HealthCheckedLoadBalancerProps): void {
  const refuse = (property: string, value: unknown, problem: string) => {
    if (value !== undefined) throw engineCannot(path, name, property, value, `${problem} Leave ${property} out.`);
  };
  refuse("servers", props.servers, "the provider decides how many there are.");
  refuse("machines", props.machines?.toString(), "it runs on no machines of the site.");
  refuse("address", props.address && String(props.address), "the provider gives the address.");
}
