import type { Construct } from "constructs";
import { z } from "../../core/zod";
import { Duration } from "../../core/duration";
import { engineCannot } from "../../contracts/engine-errors";
import { invalidProperty } from "../../core/errors";
import { Hive } from "../../stack/hive";
import { checkProps, instance, port, propsSchema } from "../../core/props";
import { tierShape } from "../../contracts/shared-schemas";
import { bakedBundle } from "../../rollout/baked-bundle";
import { quarter } from "../../rollout/waves";
import { isIPv4 } from "../../software/kit/addresses";
import { firewallOf } from "../../software/kit/firewall";
import { backInRotation, type RotationDoor } from "../../software/load-balancing/rotation";
import { httpProbe } from "../../software/kit/http-probe";
import { visitorHeaders, type VisitorRequests } from "../../software/kit/visitor-headers";
import { PROBED_ADDRESS } from "../../manifest/format";
import type { WholeProbe } from "../../manifest/manifest";
import { selfAddressPlaceholder } from "../../software/placeholders";
import type { Software } from "../../software/software";
import type { DatabaseAccess, IDatabase } from "../database/database";
import { refuseForeignEngine } from "../../contracts/engine";
import type { Machine } from "../../contracts/site";
import type { LoadBalancerTarget } from "../../contracts/load-balancer-engine";
import { Annotations } from "../../cdktf";
import { phpMemory } from "./php-memory";
import { isTier, Tier, type TierProps } from "../tier";
import type { TierDescription } from "../tier-description";
import { isWebApp, type WebApp } from "./web-app";
import type { WebScaling, WebScalingHandle } from "../../contracts/web-scaling";
import { constructPath } from "../../stack/construct-path";
import { checkResilience } from "../../contracts/engine-resilience";

/** An `HaWebTier`: which application, on how many servers, with which database. */
export interface HaWebTierProps extends TierProps {
  /**
   * How many identical servers, 2 or more, spread over the zones. Raising it adds servers and touches no other;
   * lowering it takes servers out of the load balancer first, then stops them. With `scaling`, the smallest number at
   * any time.
   * @default - as many as `machines` selects
   * @example servers: 4
   */
  readonly servers?: number;
  /**
   * Servers that come and go with the load, where the site's provider can start them (`AwsAutoScaling`,
   * `DigitalOceanAutoscale`). Each carries the application with it, and a change of the application replaces them.
   * Changing this property makes a new tier.
   * @default - fixed machines of the site
   * @example scaling: AwsAutoScaling.group({ max: 12 })
   */
  readonly scaling?: WebScaling;
  /**
   * The user's application. Changing it rolls through the servers, the first alone.
   * @example app: WebApp.php({ source: "./site", healthPath: "/health" })
   */
  readonly app: WebApp;
  /**
   * A database that the application uses: its address and login are in the environment (`DB_HOST`, …). Changing it
   * rolls through the servers.
   * @default - none
   * @example database: cluster
   */
  readonly database?: IDatabase;
  /**
   * Tiers without which the application does not work, beside its database: a queue, a session store. Predictions count the
   * web tier as down while one of them is, and they are rolled out first. One that only makes it quicker is not needed. Changing
   * it touches no machine; it opens no port, which is the other tier's to do.
   * @default []
   * @example needs: [sessions]
   */
  readonly needs?: readonly Tier[];
  /**
   * TCP port on 127.0.0.1 that leads to the database's writer; the next port leads to readers. Changing it rolls
   * through the servers.
   * @default 3306
   * @example databasePort: 3316
   */
  readonly databasePort?: number;
  /**
   * How many servers carry the load of a busy day; rollouts leave so many in service, and predictions count the tier as
   * down with fewer. Changing it touches no machine.
   * @default - all but one; with `scaling`, the engine's own
   * @example needed: 3
   */
  readonly needed?: number;
}

const schema = propsSchema<HaWebTierProps>()({
  ...tierShape,
  scaling: instance<WebScaling>(
    "scaling of the site's provider",
    (value: object) => "siteKind" in value && !("onMachines" in value || "protocol" in value),
  )
    .meta({ example: "AwsAutoScaling.group({ max: 12 })" })
    .optional(),
  servers: z
    .number()
    .int()
    .min(2, "one server is a single point of failure; use 2 or more")
    .meta({ example: "4" })
    .optional(),
  app: instance("a WebApp", isWebApp).meta({ example: 'WebApp.php({ source: "./site", healthPath: "/health" })' }),
  database: instance<IDatabase>(
    "a database tier such as GaleraCluster",
    (value) => typeof (value as Partial<IDatabase>).connect === "function",
  )
    .meta({ example: "cluster" })
    .optional(),
  needs: z.array(instance<Tier>("a tier", isTier)).meta({ example: "[sessions]" }).optional(),
  databasePort: port.meta({ example: "3316" }).optional(),
  needed: z.number().int().min(1, "must be 1 or more").meta({ example: "3" }).optional(),
});

/** HAProxy pairs have a server back after a check while it was down, then `rise`. */
const BACK = Duration.seconds(1.5);

/** Identical web servers in all zones, running the user's application. */
export class HaWebTier extends Tier implements LoadBalancerTarget {
  /** The application that its servers run. */
  readonly app: WebApp;
  /** How many servers carry the load of a busy day; rollouts leave so many in service. */
  readonly needed: number;
  /** What the scaling engine has made. @default - fixed servers */
  readonly scaled?: WebScalingHandle;
  private readonly clients = Hive.of(this).collection<string, true>(this.path, "client");
  /** How long each load balancer takes to have a server back. */
  private readonly returns = Hive.of(this).collection<string, Duration>(
    this.path,
    "a load balancer that returns servers within",
  );
  /** Load balancers that say which servers are in rotation, by machine and port. */
  private readonly doors = Hive.of(this).collection<string, RotationDoor>(
    this.path,
    "a load balancer that says which servers are in rotation",
  );
  /** How visitors ask, by the load balancers' order. */
  private readonly asked = Hive.of(this).collection<string, VisitorRequests>(this.path, "a load balancer's visitors");
  private readonly alike = Hive.of(this).rendered(() => [
    ...this.software(selfAddressPlaceholder),
    this.backInRotation(selfAddressPlaceholder),
  ]);
  private readonly access?: DatabaseAccess;
  /** Its database first. */
  private readonly needs: readonly Tier[];

  constructor(scope: Construct, id: string, props: HaWebTierProps) {
    const path = constructPath(scope, id);
    checkProps(path, schema, props);
    props.app.validate(path);
    const { scaling, database } = props;
    if (scaling !== undefined) refuseFixed(path, scaling, props);
    super(scope, id, props, scaling === undefined ? { noun: "servers", count: props.servers } : undefined);
    this.app = props.app;
    if (database !== undefined) this.refuseStranger("database", database.tier);
    for (const tier of props.needs ?? []) this.refuseStranger("needs", tier);
    this.needs = [...new Set([...(database === undefined ? [] : [database.tier]), ...(props.needs ?? [])])];
    this.scaled = scaling && this.scale(scaling, props);
    if (this.scaled !== undefined) checkResilience(path, this.scaled.engine, this.scaled.resilience);
    const servers = this.scaled?.least ?? this.machines.length;
    this.needed = props.needed ?? this.scaled?.needed ?? servers - 1;
    this.checkNumbers(servers);
    this.access = database?.connect({
      instance: this.instance,
      path: this.path,
      machines: this.machines,
      networks: this.scaled?.networks ?? [],
      port: props.databasePort ?? 3306,
    });
    if (this.access !== undefined) {
      const { environment } = this.access;
      this.app.refuseVariables(path, Object.keys(environment), `database ${database!.tier.path} sets`);
    }
    this.node.addValidation({ validate: () => this.judgeMemory() });
    if (this.scaled !== undefined) this.dependOn(this.scaled.ready);
    else {
      this.rollOutTested(
        {
          software: (machine) => this.softwareOn(machine),
          secrets: this.secrets,
          width: Math.min(quarter(servers), servers - this.needed),
        },
        this.needs,
      );
    }
  }

  /** TCP port at which each server answers, on its private address. */
  get port(): number {
    return this.app.port;
  }

  /** Path that answers 200 when a server can do its work. */
  get healthPath(): string {
    return this.app.healthPath;
  }

  allowFrom(sources: readonly string[]): void {
    for (const source of sources) this.clients.set(source, true);
  }

  expectBack(within: Duration): void {
    this.returns.set(String(within), within);
  }

  askRotation(doors: readonly RotationDoor[]): void {
    for (const door of doors) this.doors.set(`${door.machine}:${door.port}`, door);
  }

  askAs(visitors: VisitorRequests): void {
    this.asked.set(JSON.stringify(visitors), visitors);
  }

  protected describe(): TierDescription {
    return {
      kind: "HaWebTier",
      engine: this.app.engine,
      atLeast: this.needed,
      needs: this.needs,
      endpoints: [
        { kind: "health", protocol: "http", virtual: false, port: this.app.port, healthPath: this.app.healthPath },
      ],
      settings: {
        healthAsksDatabase: this.app.healthAsksDatabase,
        ...(this.scaled && { scaling: this.scaled.engine, servers: this.scaled.least, ...this.scaled.settings }),
      },
      probes: this.scaled === undefined ? [this.probe] : [],
      // Each loss concerns one request in so many, so that all servers together count as one. The load balancer says how soon
      // it notices.
      losses: { growth: { property: "servers", step: 1, atLeast: "same", keep: "needed" } },
      resilience: this.scaled?.resilience,
    };
  }

  private get probe(): WholeProbe {
    const { port, healthPath } = this;
    const what = `GET ${healthPath}`;
    const { command } = httpProbe({
      description: what,
      host: PROBED_ADDRESS,
      port,
      path: healthPath,
      headers: this.visitors && visitorHeaders(this.visitors, PROBED_ADDRESS),
      timeoutSeconds: 3,
    });
    return { asks: "whole", command, expected: "", silent: `its application does not answer ${what}` };
  }

  /** Servers differ in nothing but their own address, which a machine fills in itself: all get what is rendered once. */
  private softwareOn({ privateAddress }: Machine): readonly Software[] {
    if (isIPv4(privateAddress)) return this.alike();
    return [...this.software(privateAddress), this.backInRotation(privateAddress)];
  }

  /** @param address of the server itself */
  private backInRotation(address: string): Software {
    return backInRotation({
      who: "the load balancers",
      what: "send visitors here",
      address,
      port: this.port,
      within: this.back,
      doors: this.doors.values,
    });
  }

  /** Of several entrances one with HTTPS: the application may send visitors of the others there. */
  private get visitors(): VisitorRequests | undefined {
    const all = this.asked.values;
    return all.find(({ https }) => https) ?? all[0];
  }

  /** The slowest load balancer decides. */
  private get back(): Duration {
    return this.returns.values.reduce((a, b) => (b.toMillis() > a.toMillis() ? b : a), BACK);
  }

  private get secrets(): Record<string, string> {
    return { ...this.access?.secrets, ...this.app.secrets };
  }

  private scale(scaling: WebScaling, props: HaWebTierProps): WebScalingHandle {
    const { site, path, instance } = this;
    return scaling.make(this, {
      site,
      path,
      instance,
      servers: props.servers,
      needed: props.needed,
      port: this.app.port,
      healthPath: this.app.healthPath,
      bundle: bakedBundle(this, {
        instance,
        tier: path,
        software: () => this.software(selfAddressPlaceholder),
        secrets: () => this.secrets,
      }),
      after: this.needs.flatMap(({ ready }) => ready),
    });
  }

  /** At synth, when all tiers have said which size of machine they want. */
  private judgeMemory(): string[] {
    const { memory } = this.app;
    if (memory === undefined) return [];
    const machine = this.machines.find((one) => one.memory !== undefined);
    const { refusal, warning } = phpMemory(this.path, memory, machine);
    if (warning !== undefined) Annotations.of(this).addWarning(warning);
    return refusal === undefined ? [] : [refusal.message];
  }

  private checkNumbers(servers: number): void {
    if (servers < 2) {
      throw invalidProperty(this.path, "servers", servers, "one server is a single point of failure; use 2 or more.");
    }
    if (this.needed >= servers) {
      throw invalidProperty(
        this.path,
        "needed",
        this.needed,
        `with ${servers} servers none can be spared: any loss and any rollout overloads the rest. Add servers or lower needed.`,
      );
    }
  }

  /** @param address of the server itself */
  private software(address: string): Software[] {
    const app = this.app.software({
      instance: this.instance,
      constructPath: this.path,
      address,
      clients: this.clients.keys,
      visitors: this.visitors,
      environment: this.access?.environment ?? {},
    });
    const all = [...(this.access?.software() ?? []), ...app];
    return [firewallOf(all, { instance: this.instance, constructPath: this.path }), ...all];
  }
}

function refuseFixed(path: string, scaling: WebScaling, { site, machines }: HaWebTierProps): void {
  const fixed = "Leave scaling out: fixed machines work on every site.";
  refuseForeignEngine(path, "scaling", scaling, site, fixed);
  if (machines === undefined) return;
  throw engineCannot(
    path,
    scaling.name,
    "machines",
    machines.toString(),
    "its servers are no machines of the site. Leave machines out.",
  );
}
