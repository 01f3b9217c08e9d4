import { DataDigitaloceanDatabaseCa } from "@cdktf/provider-digitalocean/lib/data-digitalocean-database-ca";
import { DatabaseCluster as Cluster } from "@cdktf/provider-digitalocean/lib/database-cluster";
import { DatabaseDb } from "@cdktf/provider-digitalocean/lib/database-db";
import { DatabaseFirewall } from "@cdktf/provider-digitalocean/lib/database-firewall";
import { DatabaseUser } from "@cdktf/provider-digitalocean/lib/database-user";
import type { Construct } from "constructs";
import { z } from "../../../core/zod";
import { Lazy } from "../../../cdktf";
import { unknownZone } from "../../shared/site-errors";
import { Hive } from "../../../stack/hive";
import type { ManifestNode } from "../../../manifest/manifest";
import { checkProps, line, propsSchema } from "../../../core/props";
import { Reliability } from "../../../contracts/reliability";
import type {
  DatabaseEngine,
  DatabaseHandle,
  DatabaseRequest,
  RequestedDatabase,
} from "../../../contracts/database-engine";
import type { EngineResilience } from "../../../contracts/engine";
import { zoneNode } from "../../../contracts/site";
import type { DatabaseMaintenanceProps, DigitalOceanDatabaseProps } from "./database-props";
import { DIGITALOCEAN_NAMES } from "../digitalocean-labels";
import { noStandbys, notADatabaseSize, notADatabaseVersion, oneNode, passwordGiven } from "../engine-errors";
import { siteOf } from "../load-balancing/load-balancer-parts";

const PRODUCTS = {
  mysql: { engine: "mysql", name: "MySQL", version: "8", versions: /^8$/ },
  postgresql: { engine: "pg", name: "PostgreSQL", version: "17", versions: /^(1[3-9]|[2-9]\d)$/ },
} as const;

/** `db-s-1vcpu-2gb`, `gd-2vcpu-8gb`, `so1_5-2vcpu-16gb`, `db-intel-2vcpu-4gb`. */
const SIZE = /^[a-z][a-z0-9_]*(-[a-z0-9_]+)*-\d+vcpu-\d+gb$/;
const SMALLEST = "db-s-1vcpu-2gb";
const WITHOUT_STANDBYS = "db-s-1vcpu-1gb";
/** Of both products, at all of DigitalOcean's (docs, "connect to a cluster"); known before the cluster is made. */
const PORT = 25_060;
const MIB = 1024;

/** In seconds. DigitalOcean says "immediately" and gives no number; Aiven, which sells the same, waits 60 s for the dead one first. */
const FAILOVER = 60;
/** Assumed: its names lead to another node within so many seconds. */
const DNS_TTL = 30;

const RELIABILITY = Reliability.assumed(
  ["99.9%", "99.95%", "99.99%"],
  "DigitalOcean's list of SLAs (docs, product SLAs) has none for databases; 4 min to 44 min a month",
);
const COUNTED = Reliability.sla("100%", "counted in the service as a whole");

const maintenanceSchema = propsSchema<DatabaseMaintenanceProps>()({
  day: z
    .enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
    .meta({ example: '"sunday"' }),
  hour: z
    .string()
    .regex(/^([01]\d|2[0-3]):00$/, 'must be a full hour in UTC, such as "03:00"')
    .meta({ example: '"03:00"' }),
});

/** @internal */
export const databaseSchema = propsSchema<DigitalOceanDatabaseProps>()({
  size: line.meta({ words: "a size of databases", example: '"db-s-2vcpu-4gb"' }).optional(),
  nodes: z
    .number()
    .int("must be a whole number")
    .min(1, "must be 2 or 3")
    .max(3, "DigitalOcean gives two standbys at most")
    .meta({ example: "3" })
    .optional(),
  version: line.optional(),
  zone: line.meta({ words: "a region", example: '"fra1"' }).optional(),
  gibibytes: z
    .number()
    .int("must be a whole number of GiB")
    .min(10, "must be 10 or more")
    .meta({ words: "a whole number of GiB", example: "60" })
    .optional(),
  maintenance: maintenanceSchema.optional(),
  protected: z.boolean().optional(),
});

/**
 * Children of the tier: `Resource` (`digitalocean_database_cluster`), `database-<name>`, `user-<name>`, `firewall` and `authorities`. Made
 * by `DigitalOceanDatabase`.
 */
export class DatabaseCluster implements DatabaseEngine {
  readonly name: string;
  readonly siteKind = "digitalocean";

  constructor(
    readonly protocol: "mysql" | "postgresql",
    private readonly props: DigitalOceanDatabaseProps,
  ) {
    this.name = `digitalocean-${protocol}`;
  }

  make(scope: Construct, request: DatabaseRequest): DatabaseHandle {
    const { path, instance, databases, clients } = request;
    const { nodes, size, version } = this.choices(path, databases);
    const site = siteOf(request, this.name);
    const { provider, labels, networks } = site;
    const { zone = site.zones[0]!, gibibytes, maintenance, protected: preventDestroy = true } = this.props;
    if (!site.zones.includes(zone)) throw unknownZone(path, "engine.zone", zone, site.zones);
    const cluster = new Cluster(scope, "Resource", {
      provider,
      name: labels.named(DIGITALOCEAN_NAMES.database, labels.inStack(path)),
      engine: PRODUCTS[this.protocol].engine,
      version,
      size,
      nodeCount: nodes,
      region: zone,
      privateNetworkUuid: networks.vpcId(zone),
      projectId: site.project,
      ...(gibibytes !== undefined && { storageSizeMib: String(gibibytes * MIB) }),
      maintenanceWindow: [maintenance ?? { day: "sunday", hour: "03:00" }],
      tags: [...labels.commonTags],
      lifecycle: { preventDestroy },
    });
    // The manifest and the clients' proxies hold the port already.
    cluster.addOverride("lifecycle.postcondition", [
      { condition: `\${self.port == ${PORT}}`, error_message: `DigitalOcean's database listens not on port ${PORT}.` },
    ]);
    const common = { provider, clusterId: cluster.id };
    const made = databases.map(
      ({ name }) => new DatabaseDb(scope, `database-${name}`, { ...common, name, lifecycle: { preventDestroy } }),
    );
    const users = databases.map(({ name, user }) => new DatabaseUser(scope, `user-${name}`, { ...common, name: user }));
    // Without a rule the whole world may try, so that the database's own tag, which no tier carries, is always let in.
    const tag = (name: string) => ({ type: "tag", value: site.tierTag(name) });
    const own = tag(path);
    const firewall = new DatabaseFirewall(scope, "firewall", {
      ...common,
      rule: Lazy.anyValue({ produce: () => [own, ...clients().map((client) => tag(client.path))] }),
    });
    const authorities = new DataDigitaloceanDatabaseCa(scope, "authorities", common);
    return {
      writer: { host: Hive.of(scope).addFact(`database/${instance}/writer`, cluster.privateHost, path), port: PORT },
      logins: Object.fromEntries(databases.map(({ name, user }, i) => [name, { user, password: users[i]!.password }])),
      tls: { required: true, authorities: authorities.certificate },
      ready: [cluster, ...made, ...users, firewall],
      settings: { failover: FAILOVER, dnsTtl: DNS_TTL, nodes, version },
      resilience: resilience(path, zoneNode(site.name, zone), nodes),
    };
  }

  /** @throws BeehiveError for what DigitalOcean does not sell */
  private choices(path: string, databases: readonly RequestedDatabase[]) {
    const { props, protocol } = this;
    checkProps(path, databaseSchema, props, "engine");
    const product = PRODUCTS[protocol];
    const { nodes = 2, size = SMALLEST, version = product.version } = props;
    if (nodes < 2) throw oneNode(path, "a database");
    if (!SIZE.test(size)) throw notADatabaseSize(path, size);
    if (size === WITHOUT_STANDBYS) throw noStandbys(path, size, SMALLEST);
    if (!product.versions.test(version)) throw notADatabaseVersion(path, version, product.name, product.version);
    for (const { name, passwordGiven: given } of databases) if (given) throw passwordGiven(path, name);
    return { nodes, size, version };
  }
}

/** The service, and its nodes: DigitalOcean replaces them like machines, and all of them are in one region. */
function resilience(path: string, region: string, nodes: number): EngineResilience {
  const whole = `database ${path}`;
  const members = Array.from({ length: nodes }, (_, i): [string, ManifestNode] => [
    `${whole} node ${i + 1}`,
    COUNTED.node("machine", [region]),
  ]);
  return {
    nodes: { [whole]: RELIABILITY.node("managed service", [region]), ...Object.fromEntries(members) },
    structure: {
      atLeast: 1,
      of: members.map(([name]) => name),
      needs: [whole],
      commonCause: 0,
      recovery: [
        {
          when: ["machine"],
          steps: [
            { what: "a standby takes over (assumed; DigitalOcean publishes no number)", of: "failover" },
            { what: "resolvers remember the old node's address (assumed)", of: "dnsTtl" },
          ],
        },
      ],
      loss: [
        {
          when: "machine",
          seconds: 1,
          guaranteed: false,
          why: "standbys follow asynchronously, by less than a second when they keep up (assumed); what the writer had not sent yet is lost",
        },
        {
          when: "zone",
          seconds: null,
          guaranteed: false,
          why: "all nodes are in one region: when it is gone for good, so is everything since the last backup elsewhere",
        },
      ],
      alternatives: [],
    },
  };
}
