import type { Construct } from "constructs";
import { z } from "zod";
import { invalidProperty } from "../errors";
import { Hive } from "../hive";
import type { ManifestTier, TierStructure } from "../manifest";
import { checkProps, instance, port } from "../props";
import { quarter } from "../rollout/waves";
import type { Machine } from "../sites/site";
import { firewall } from "../software/firewall";
import type { Software } from "../software/software";
import { COMMON_CAUSE, COVERAGE, MANUAL_SECONDS } from "../structure/defaults";
import type { DatabaseAccess, IDatabase } from "./database";
import { Tier, type TierProps } from "./tier";
import { WebApp } from "./web-app";

export interface HaWebTierProps extends TierProps {
  /**
   * How many identical servers, 2 or more, spread over the zones. Raising it adds servers and touches no other one;
   * lowering it takes servers out of the load balancer first, then stops them.
   * @default - as many as `machines` selects
   */
  readonly servers?: number;
  /** The user's application. Changing it rolls through the servers, the first alone. */
  readonly app: WebApp;
  /** A database that the application uses: its address and login are in the environment (`DB_HOST`, …). @default - none */
  readonly database?: IDatabase;
  /**
   * TCP port on 127.0.0.1 at which the application finds the database's writer; readers are on the next one.
   * @default 3306
   */
  readonly databasePort?: number;
  /** How many servers carry the load of a busy day; rollouts leave so many in service. @default - all but one */
  readonly needed?: number;
}

const schema: z.ZodType<HaWebTierProps> = z.strictObject({
  site: instance("a site", (value) => "provide" in value),
  machines: instance<never>("Machines.named(…), labelled(…) or automatic()", (value) => "accepts" in value).optional(),
  servers: z.number().int().min(2, "one server is a single point of failure; use 2 or more").optional(),
  app: instance("WebApp.php({…}) or WebApp.service({…})", (value) => value instanceof WebApp),
  database: instance<IDatabase>("a database tier such as GaleraCluster", (value) => "connect" in value).optional(),
  databasePort: port.optional(),
  needed: z.number().int().min(1, "must be 1 or more").optional(),
}) as never;

/** The next server must not leave before the load balancers have this one back: a check while it was down, then `rise`. */
const SEEN_AGAIN: Software = {
  name: "seen-again",
  packages: [],
  files: [],
  services: [],
  ports: [],
  gate: [{ description: "the load balancers have asked again", command: ["sleep", "1.5"], timeoutSeconds: 5 }],
};

/** Identical web servers in all zones, running the user's application. */
export class HaWebTier extends Tier {
  readonly app: WebApp;
  /** How many servers carry the load of a busy day. */
  readonly needed: number;
  private readonly clients = new Set<string>();
  private readonly access?: DatabaseAccess;
  private readonly database?: Tier;

  constructor(scope: Construct, id: string, props: HaWebTierProps) {
    const path = `${scope.node.path}/${id}`;
    checkProps(path, schema, props);
    props.app.validate(path);
    super(scope, id, props, "servers", props.servers);
    this.app = props.app;
    this.needed = props.needed ?? this.machines.length - 1;
    if (this.machines.length < 2) {
      throw invalidProperty(
        path,
        "servers",
        this.machines.length,
        "one server is a single point of failure; use 2 or more.",
      );
    }
    if (this.needed >= this.machines.length) {
      throw invalidProperty(
        path,
        "needed",
        this.needed,
        `with ${this.machines.length} servers none can be spared: any loss and any rollout overloads the rest. ` +
          `Add servers or lower needed.`,
      );
    }
    if (props.database !== undefined) {
      this.database = props.database.tier;
      this.refuseStranger("database", this.database);
      this.access = props.database.connect({
        group: this.group,
        path: this.path,
        machines: this.machines,
        port: props.databasePort ?? 3306,
      });
    }
    this.deliver(
      {
        software: (machine) => this.software(machine),
        secrets: { ...this.access?.secrets, ...this.app.secrets },
        width: Math.min(quarter(this.machines.length), this.machines.length - this.needed),
      },
      [this.database],
    );
  }

  /** Where a load balancer finds the servers, and what to ask them. */
  get targets(): readonly { readonly machine: Machine; readonly port: number }[] {
    return this.machines.map((machine) => ({ machine, port: this.app.port }));
  }

  /** Lets machines connect to the servers; the machines' firewalls drop everybody else. */
  allowFrom(machines: readonly Machine[]): void {
    for (const machine of machines) this.clients.add(machine.privateAddress);
    Hive.of(this).changed();
  }

  toManifest(): ManifestTier {
    return {
      path: this.path,
      kind: "HaWebTier",
      engine: this.app.constructor.name === "PhpApp" ? "nginx-php" : "service",
      site: this.site.name,
      machines: this.machines.map((machine) => machine.name),
      atLeast: this.needed,
      needs: this.database ? [this.database.path] : [],
      endpoints: [
        { kind: "health", protocol: "http", virtual: false, port: this.app.port, healthPath: this.app.healthPath },
      ],
      settings: { healthAsksDatabase: this.app.healthAsksDatabase },
    };
  }

  structure(): TierStructure {
    return {
      atLeast: this.needed,
      of: this.machines.map((machine) => machine.name),
      needs: this.database ? [this.database.path] : [],
      commonCause: COMMON_CAUSE,
      // Each loss concerns one request in so many, so that all servers together count as one.
      failover: { active: 1, coverage: COVERAGE, manualSeconds: MANUAL_SECONDS },
      // Whoever sends the visitors notices, and says how soon.
      recovery: [],
      loss: [],
      alternatives: [],
      growth: { property: "servers", step: 1, atLeast: "same", keep: "needed" },
    };
  }

  private software(machine: Machine): Software[] {
    const app = this.app.software({
      group: this.group,
      where: this.path,
      address: machine.privateAddress,
      clients: [...this.clients],
      environment: this.access?.environment ?? {},
    });
    const all = [...(this.access?.software() ?? []), ...app];
    const protection = firewall({ group: this.group, where: this.path, ports: all.flatMap((s) => s.ports) });
    return [protection, ...all, SEEN_AGAIN];
  }
}
