import type { Construct } from "constructs";
import { z } from "zod";
import { invalidProperty, noSharedNetwork, routerIdTaken, virtualIpOutsideNetwork, virtualIpTaken } from "../errors";
import { Hive } from "../hive";
import type { ManifestTier, TierStructure } from "../manifest";
import { Duration } from "../duration";
import { checkProps, duration, instance, port } from "../props";
import { contains } from "../sites/addresses";
import type { Machine } from "../sites/site";
import { firewall } from "../software/firewall";
import type { HaproxyExtraConfig } from "../software/haproxy";
import { HTTP_CHECKS, HTTP_TIMEOUTS, httpEntrance } from "../software/http-entrance";
import { floatingAddress } from "../software/keepalived";
import type { Software } from "../software/software";
import { COMMON_CAUSE, COVERAGE, MANUAL_SECONDS } from "../structure/defaults";
import { FloatingAddress } from "./floating-address";
import { HaWebTier } from "./ha-web-tier";
import { HealthCheck } from "./health-check";
import { Tier, type TierProps } from "./tier";

export interface HealthCheckedLoadBalancerProps extends TierProps {
  /** How many load balancers, 2 or more; one holds the address, the others wait. @default - as many as `machines` selects */
  readonly servers?: number;
  /** The servers behind it. */
  readonly target: HaWebTier;
  /** Where visitors come in. Changing it moves the entrance: change DNS first. */
  readonly address: FloatingAddress;
  /** TCP port at `address`. @default 80 */
  readonly port?: number;
  /** How servers are found healthy. Changing it reloads HAProxy without losing a connection. @default HealthCheck.http() */
  readonly healthCheck?: HealthCheck;
  /** Longest silence of a server in the middle of an answer, before visitors see an error. @default Duration.seconds(30) */
  readonly serverTimeout?: Duration;
  /** Lines for HAProxy's sections, checked by HAProxy before they are activated. @default - none */
  readonly haproxy?: HaproxyExtraConfig;
}

const lines = z.string().optional();
const schema: z.ZodType<HealthCheckedLoadBalancerProps> = z.strictObject({
  site: instance("a site", (value) => "provide" in value),
  machines: instance<never>("Machines.named(…), labelled(…) or automatic()", (value) => "accepts" in value).optional(),
  servers: z.number().int().min(2, "one load balancer is a single point of failure; use 2 or more").optional(),
  target: instance("a HaWebTier", (value) => value instanceof HaWebTier),
  address: instance("FloatingAddress.virtualIp(…)", (value) => value instanceof FloatingAddress),
  port: port.optional(),
  healthCheck: instance("HealthCheck.http({…})", (value) => value instanceof HealthCheck).optional(),
  serverTimeout: duration({ min: Duration.millis(100), max: Duration.minutes(60) }).optional(),
  haproxy: z.strictObject({ global: lines, defaults: lines, frontend: lines, backend: lines }).optional(),
}) as never;

/** Linux repeats the first packet of a connection after 1 s, and every second for the first four (tcp_syn_linear_timeouts). */
const SYN_REPEAT = Duration.seconds(1);

/** Two or more HAProxy machines with one address that is always on a machine that serves. */
export class HealthCheckedLoadBalancer extends Tier {
  readonly address: FloatingAddress;
  readonly port: number;
  private readonly target: HaWebTier;
  private readonly check: ReturnType<HealthCheck["resolve"]>;
  private readonly props: HealthCheckedLoadBalancerProps;

  constructor(scope: Construct, id: string, props: HealthCheckedLoadBalancerProps) {
    const path = `${scope.node.path}/${id}`;
    checkProps(path, schema, props);
    const check = (props.healthCheck ?? HealthCheck.http()).resolve(path, props.target.app.healthPath);
    props.address.validate(path);
    super(scope, id, props, "servers", props.servers);
    this.props = props;
    this.address = props.address;
    this.port = props.port ?? 80;
    this.target = props.target;
    this.check = check;
    if (this.machines.length < 2) {
      throw invalidProperty(
        path,
        "servers",
        this.machines.length,
        "one load balancer is a single point of failure; use 2 or more.",
      );
    }
    this.refuseStranger("target", this.target);
    this.refuseAddress();
    this.target.allowFrom(this.machines);
    this.deliver({ software: (machine) => this.software(machine) }, [this.target]);
  }

  toManifest(): ManifestTier {
    const { check } = this;
    return {
      path: this.path,
      kind: "HealthCheckedLoadBalancer",
      engine: "haproxy-keepalived",
      site: this.site.name,
      machines: this.machines.map((machine) => machine.name),
      atLeast: 1,
      needs: [this.target.path],
      endpoints: [
        {
          kind: "entrance",
          protocol: "http",
          address: this.address.address,
          virtual: true,
          port: this.port,
          healthPath: check.path,
        },
      ],
      settings: {
        checkInterval: check.interval.toSeconds(),
        checkFastInterval: check.fastInterval.toSeconds(),
        checkTimeout: check.timeout.toSeconds(),
        checkFall: check.fall,
        checkRise: check.rise,
        connectTimeout: HTTP_TIMEOUTS.connect.toSeconds(),
        serverTimeout: (this.props.serverTimeout ?? HTTP_TIMEOUTS.server).toSeconds(),
        advertInterval: this.address.advertInterval.toSeconds(),
        synRepeat: SYN_REPEAT.toSeconds(),
      },
    };
  }

  structure(): TierStructure {
    return {
      atLeast: 1,
      of: this.machines.map((machine) => machine.name),
      needs: [this.target.path],
      commonCause: COMMON_CAUSE,
      failover: { active: 1, coverage: COVERAGE, manualSeconds: MANUAL_SECONDS },
      recovery: [
        {
          when: ["machine", "zone"],
          steps: [
            { what: "three adverts are missing, and a fourth at most (VRRP's skew)", of: "advertInterval", times: 4 },
            { what: "a visitor's kernel repeats a SYN that nobody answered (RFC 6298)", of: "synRepeat" },
          ],
        },
        {
          when: ["machine", "zone"],
          of: this.target.path,
          steps: [
            { what: "the last good check was just now", of: "checkInterval" },
            { what: "each failed check waits for its answer", of: "checkTimeout", times: "checkFall" },
            { what: "a failed check is repeated sooner", of: "checkFastInterval", times: "checkFall" },
          ],
        },
      ],
      loss: [],
      alternatives: [
        {
          change: "healthCheck: HealthCheck.http()",
          settings: {
            checkInterval: HTTP_CHECKS.interval.toSeconds(),
            checkFastInterval: HTTP_CHECKS.fastInterval.toSeconds(),
            checkTimeout: HTTP_CHECKS.timeout.toSeconds(),
            checkFall: HTTP_CHECKS.fall,
          },
        },
        {
          change: "healthCheck: HealthCheck.http({ interval: Duration.millis(250), timeout: Duration.millis(250) })",
          settings: {
            checkInterval: 0.25,
            checkFastInterval: HTTP_CHECKS.fastInterval.toSeconds(),
            checkTimeout: 0.25,
            checkFall: HTTP_CHECKS.fall,
          },
        },
        {
          change: `address: FloatingAddress.virtualIp("${this.address.address}", { advertInterval: Duration.millis(100) })`,
          settings: { advertInterval: 0.1 },
        },
      ],
      growth: { property: "servers", step: 1, atLeast: "same" },
    };
  }

  private software(machine: Machine): Software[] {
    const { group, path: where } = this;
    // On this machine alone; the router id keeps two load balancers on one machine apart.
    const readyPort = 18_000 + this.address.routerId;
    const entrance = httpEntrance({
      group,
      where,
      bind: { address: this.address.address, port: this.port },
      readyPort,
      servers: this.target.targets.map((target) => ({
        name: target.machine.name,
        address: target.machine.privateAddress,
        port: target.port,
        zone: target.machine.zone,
      })),
      health: { path: this.check.path, status: this.check.status, body: this.check.body },
      checks: this.check,
      timeouts: { server: this.props.serverTimeout },
      extraConfig: this.props.haproxy,
    });
    const peers = this.machines.filter((peer) => peer !== machine);
    const vrrp = floatingAddress({
      group,
      where,
      self: { name: machine.name, address: machine.privateAddress },
      peers: peers.map((peer) => ({ name: peer.name, address: peer.privateAddress })),
      address: this.address.address,
      prefixLength: this.address.prefixLength,
      routerId: this.address.routerId,
      priority: 200 - this.machines.indexOf(machine),
      advertInterval: this.address.advertInterval,
      readyPort,
    });
    const ports = [...entrance.ports, ...vrrp.ports];
    return [firewall({ group, where, ports }), entrance, vrrp];
  }

  private refuseAddress(): void {
    const { address, routerId } = this.address;
    const { network } = this.site;
    if (network === undefined) {
      throw noSharedNetwork(
        this.path,
        this.machines.map((machine) => machine.privateAddress),
      );
    }
    if (!contains(network, address)) throw virtualIpOutsideNetwork(this.path, address, network);
    const owner = this.site.ownerOf(address);
    if (owner !== undefined) throw virtualIpTaken(this.path, address, owner);
    const other = Hive.of(this).claim(`${this.site.node.path} router id ${routerId}`, this.path);
    if (other !== undefined) throw routerIdTaken(this.path, routerId, other);
  }
}
