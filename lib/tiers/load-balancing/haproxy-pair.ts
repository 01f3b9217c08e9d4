import type { Construct } from "constructs";
import { Token } from "../../cdktf";
import { Duration } from "../../core/duration";
import { engineCannot } from "../../contracts/engine-errors";
import { noAddress, noManagedCertificate } from "./entrance-errors";
import { timeoutsOutOfOrder } from "../../core/errors";
import { checkProps, lines, propsSchema } from "../../core/props";
import type { TierStructure, WholeProbe } from "../../manifest/manifest";
import type { Machine, AttachedAddress } from "../../contracts/site";
import { firewallOf } from "../../software/kit/firewall";
import {
  ENTRANCE_BACKEND,
  HTTP_CHECKS,
  HTTP_TIMEOUTS,
  httpEntrance,
  type EntranceTlsOptions,
  type HttpChecks,
  type HttpServer,
} from "../../software/load-balancing/http-entrance";
import { rotationProbe } from "../../software/load-balancing/haproxy-probe";
import type { RotationDoor } from "../../software/load-balancing/rotation";
import { haproxyUnit, type HaproxyExtraConfig } from "../../software/load-balancing/haproxy";
import { hostHeader, visitorHeaders } from "../../software/kit/visitor-headers";
import { secretPlaceholder } from "../../software/placeholders";
import type { Software } from "../../software/software";
import { COMMON_CAUSE, COVERAGE, MANUAL_SECONDS } from "../../contracts/reliability-defaults";
import { checkOverlap, type RequestedHealthCheck } from "../../contracts/health-check";
import { checkHaproxyLines } from "../../software/load-balancing/haproxy-lines";
import {
  entranceEndpoint,
  entrancePort,
  type LoadBalancerEngine,
  type LoadBalancerHandle,
  type LoadBalancerRequest,
  type LoadBalancerTarget,
} from "../../contracts/load-balancer-engine";
import type { GivenTls } from "../../contracts/tls";

/** Everything that an entrance's file is made of. */
interface Entrance {
  readonly request: LoadBalancerRequest;
  readonly address: AttachedAddress;
  readonly checks: HttpChecks;
  readonly port: number;
  readonly tls: EntranceTlsOptions | undefined;
  readonly extraConfig: HaproxyExtraConfig | undefined;
}

/** What `HaproxyLoadBalancer.pair` takes. */
export interface HaproxyPairProps {
  /**
   * Lines for HAProxy's sections; HAProxy checks them before they are activated, then reloads.
   * @default - none
   * @example extraConfig: { defaults: "timeout http-request 10s" }
   */
  readonly extraConfig?: HaproxyExtraConfig;
}

const ofSection = lines.meta({ words: "lines of HAProxy's configuration" }).optional();
const extraConfigSchema = propsSchema<HaproxyExtraConfig>()({
  global: ofSection,
  defaults: ofSection,
  frontend: ofSection,
  backend: ofSection,
});
/** @internal */
export const haproxyPairSchema = propsSchema<HaproxyPairProps>()({
  extraConfig: extraConfigSchema
    .meta({ words: "lines for HAProxy's sections", example: '{ defaults: "timeout http-request 10s" }' })
    .optional(),
});

/** Made by `HaproxyLoadBalancer.pair(…)`. */
export class HaproxyPair implements LoadBalancerEngine {
  readonly name = "haproxy";
  readonly onMachines = true;

  constructor(private readonly props: HaproxyPairProps = {}) {}

  make(scope: Construct, request: LoadBalancerRequest): LoadBalancerHandle {
    const { path, site, instance, machines, targets, tls } = request;
    checkProps(path, haproxyPairSchema, this.props, "engine");
    checkHaproxyLines(path, "engine.extraConfig", this.props.extraConfig);
    if (tls?.kind === "managed") throw noManagedCertificate(path, tls.domain);
    const checks = checksOf(path, request.healthCheck);
    const moving = targets.find(({ scaled }) => scaled !== undefined);
    if (moving !== undefined) {
      throw engineCannot(
        path,
        this.name,
        "target",
        moving.path,
        `the servers of ${moving.scaled!.engine} come and go, and HAProxy is told their addresses when it is rolled out. ` +
          `Use the load balancer of the same cloud, or fixed servers.`,
      );
    }
    const floating = request.address ?? site.floatingAddress({ tier: path });
    if (floating === undefined) throw noAddress(path, site);
    const port = entrancePort(request);
    const address = floating.attach({ ...request, scope, port, servingUnit: haproxyUnit(instance) });
    const entrance = {
      request,
      address,
      checks,
      port,
      tls: tlsOptions(tls, port),
      extraConfig: this.props.extraConfig,
    };
    for (const target of targets) {
      target.allowFrom(machines.map((machine) => machine.privateAddress));
      target.expectBack(noticed(checks));
      target.askRotation?.(machines.map((machine) => doorOf(machine, address)));
    }
    return {
      engine: `${this.name}-${address.mover}`,
      location: address.location,
      endpoint: entranceEndpoint(request, port, { virtual: true, address: address.address }),
      settings: {
        checkInterval: checks.interval.toSeconds(),
        checkFastInterval: checks.fastInterval.toSeconds(),
        checkTimeout: checks.timeout.toSeconds(),
        checkFall: checks.fall,
        checkRise: checks.rise,
        connectTimeout: HTTP_TIMEOUTS.connect.toSeconds(),
        serverTimeout: (request.serverTimeout ?? HTTP_TIMEOUTS.server).toSeconds(),
        ...address.settings,
      },
      probes: [rotation(request), ...(address.probes ?? [])],
      resilience: { nodes: {}, structure: structure(request, address) },
      delivery: {
        software: (machine) => software(entrance, machine),
        secrets: { ...address.secrets, ...tlsSecrets(tls) },
        after: address.after ?? [],
      },
      ready: [],
    };
  }
}

const rotation = ({ instance, targets }: LoadBalancerRequest): WholeProbe =>
  rotationProbe(
    instance,
    ENTRANCE_BACKEND,
    serversOf(targets).map(({ name }) => name),
  );

function structure({ machines, targets }: LoadBalancerRequest, address: AttachedAddress): TierStructure {
  const seconds = (checks: HttpChecks) => ({
    checkInterval: checks.interval.toSeconds(),
    checkFastInterval: checks.fastInterval.toSeconds(),
    checkTimeout: checks.timeout.toSeconds(),
    checkFall: checks.fall,
  });
  const quicker = { ...HTTP_CHECKS, interval: Duration.millis(250), timeout: Duration.millis(250) };
  return {
    atLeast: 1,
    of: machines.map((machine) => machine.name),
    needs: [...(address.needs ?? [])],
    commonCause: COMMON_CAUSE,
    failover: { active: 1, coverage: COVERAGE, manualSeconds: MANUAL_SECONDS },
    recovery: [
      { when: ["machine", "zone"], steps: [...address.recovery] },
      ...targets.map((target): TierStructure["recovery"][number] => ({
        when: ["machine", "zone"],
        of: target.path,
        steps: [
          { what: "the last good check was just now", of: "checkInterval" },
          { what: "each failed check waits for its answer", of: "checkTimeout", times: "checkFall" },
          { what: "a failed check is repeated sooner", of: "checkFastInterval", times: "checkFall" },
        ],
      })),
    ],
    loss: [],
    alternatives: [
      { change: "healthCheck: HealthCheck.http()", settings: seconds(HTTP_CHECKS) },
      {
        change: "healthCheck: HealthCheck.http({ interval: Duration.millis(250), timeout: Duration.millis(250) })",
        settings: seconds(quicker),
      },
      ...(address.alternatives ?? []),
    ],
    growth: { property: "servers", step: 1, atLeast: "same" },
  };
}

/** A machine that two targets share is a server of each. */
export function serversOf(targets: readonly LoadBalancerTarget[]): HttpServer[] {
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for (const { name } of targets.flatMap(({ machines }) => machines)) (seen.has(name) ? shared : seen).add(name);
  return targets.flatMap(({ instance, machines, port }) =>
    machines.map(({ name, privateAddress, zone }) => ({
      name: shared.has(name) ? `${name}-${instance}` : name,
      address: privateAddress,
      port,
      zone,
    })),
  );
}

function software({ request, address, checks, port, tls, extraConfig }: Entrance, machine: Machine): Software[] {
  const { instance, path: constructPath, targets, healthCheck, visitors } = request;
  const host = visitors.host ?? (address.address && hostHeader(address.address, port, tls !== undefined));
  const entrance = httpEntrance({
    instance,
    constructPath,
    bind: { address: address.bind(machine), port },
    tls,
    readyPort: address.readyPort,
    rotation: {
      ...doorOf(machine, address),
      from: [...targets.flatMap((target) => target.machines), ...request.machines.filter((one) => one !== machine)].map(
        ({ privateAddress }) => privateAddress,
      ),
    },
    servers: serversOf(targets),
    health: {
      path: healthCheck.path,
      status: healthCheck.status,
      body: healthCheck.body,
      headers: visitorHeaders({ host, https: visitors.https }, machine.privateAddress),
    },
    checks,
    timeouts: { server: request.serverTimeout },
    extraConfig,
  });
  const all = [entrance, ...address.software(machine)];
  return [firewallOf(all, { instance, constructPath }), ...all];
}

function checksOf(path: string, requested: RequestedHealthCheck): HttpChecks {
  const { interval = HTTP_CHECKS.interval } = requested;
  const atMost = (length: Duration) => (interval.toMillis() < length.toMillis() ? interval : length);
  const checks: HttpChecks = {
    interval,
    fastInterval: requested.fastInterval ?? atMost(HTTP_CHECKS.fastInterval),
    timeout: requested.timeout ?? atMost(HTTP_CHECKS.timeout),
    fall: requested.fall ?? HTTP_CHECKS.fall,
    rise: requested.rise ?? HTTP_CHECKS.rise,
  };
  if (checks.fastInterval.toMillis() > checks.interval.toMillis()) {
    throw timeoutsOutOfOrder(
      path,
      "healthCheck",
      [
        { name: "fastInterval", value: String(checks.fastInterval) },
        { name: "interval", value: String(checks.interval) },
      ],
      ["fastInterval", "interval"],
      "a server that just failed has to be asked more often, not less.",
    );
  }
  checkOverlap(path, checks.timeout, interval);
  return checks;
}

/** The longer of both: until a server that recovered is back, and until one that no longer answers is out. */
function noticed({ interval, fastInterval, timeout, fall, rise }: HttpChecks): Duration {
  const back = timeout.toMillis() + rise * fastInterval.toMillis();
  const out = fall * timeout.toMillis() + (fall - 1) * fastInterval.toMillis();
  return Duration.millis(interval.toMillis() + Math.max(back, out));
}

/** At the port that keepalived asks on 127.0.0.1: it is this tier's alone, on every machine. */
const doorOf = ({ name, privateAddress }: Machine, { readyPort }: AttachedAddress): RotationDoor => ({
  machine: name,
  address: privateAddress,
  port: readyPort,
});

const CERTIFICATE = { certificate: "tls/certificate", chain: "tls/chain", privateKey: "tls/private-key" } as const;

/** The parts of the certificate that only Terraform knows; the rest stands in the file as it is. */
function tlsSecrets(tls: GivenTls | undefined): Record<string, string> {
  const parts = Object.entries(CERTIFICATE).map(([part, name]) => [name, tls?.[part as keyof typeof CERTIFICATE]]);
  return Object.fromEntries(parts.filter(([, value]) => Token.isUnresolved(value)));
}

function tlsOptions(tls: GivenTls | undefined, port: number): EntranceTlsOptions | undefined {
  if (tls === undefined) return undefined;
  const parts = (Object.keys(CERTIFICATE) as (keyof typeof CERTIFICATE)[]).flatMap((part) => {
    const pem = tls[part];
    if (pem === undefined) return [];
    return [Token.isUnresolved(pem) ? secretPlaceholder(CERTIFICATE[part]) : pem.trim()];
  });
  return {
    pem: parts.map((part) => `${part}\n`).join(""),
    redirectFrom: tls.redirect && port !== 80 ? 80 : undefined,
  };
}
