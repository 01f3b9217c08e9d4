import type { Construct } from "constructs";
import { z } from "../../core/zod";
import { Hive } from "../../stack/hive";
import { checkProps, instance, propsSchema } from "../../core/props";
import { list } from "../../core/words";
import { siteSchema } from "../../contracts/shared-schemas";
import { authoritiesFile, databaseAuthorities } from "../../software/database/database-authorities";
import { ENDPOINT_LOOKUP, endpointProxy } from "../../software/load-balancing/endpoint-proxy";
import { secretPlaceholder } from "../../software/placeholders";
import type { Software } from "../../software/software";
import type { DatabaseAccess, DatabaseClient, IDatabase } from "./database";
import {
  accountOf,
  checkNameLengths,
  databaseAccounts,
  databasesSchema,
  type DatabaseAccount,
  type DatabaseProps,
  type NameLimits,
} from "./database-accounts";
import type { DatabaseEngine, DatabaseHandle, ManagedDatabaseClient } from "../../contracts/database-engine";
import { refuseForeignEngine, type EngineResilience } from "../../contracts/engine";
import { Tier, type TierProps } from "../tier";
import type { TierDescription } from "../tier-description";
import { constructPath } from "../../stack/construct-path";
import { checkResilience } from "../../contracts/engine-resilience";

/** A `ManagedDatabase`: which service, which databases, how applications reach it. */
export interface ManagedDatabaseProps extends Pick<TierProps, "site"> {
  /**
   * The service of the site's provider: `AwsDatabase.rdsInstance({…})`, `DigitalOceanDatabase.mysql({…})`. Changing it
   * makes another, empty database; the old one is protected, and the plan fails until its protection is turned off.
   * @example engine: AwsDatabase.rdsInstance({ database: "mysql" })
   */
  readonly engine: DatabaseEngine;
  /**
   * Databases to make; the first is the one that `database: db` gives to a web tier. One that is taken out is the
   * engine's to protect.
   * @example databases: ["shop"]
   */
  readonly databases: readonly (string | DatabaseProps)[];
  /**
   * How applications reach it. `local`: at 127.0.0.1, through a proxy on their own machine that follows the provider's
   * failovers, as with `GaleraCluster`. `direct`: at the provider's name, so that TLS can verify it; readers are at
   * `DB_READ_HOST`. Changing it rolls through the clients.
   * @default "local"
   * @example access: "direct"
   */
  readonly access?: "local" | "direct";
}

const schema = propsSchema<ManagedDatabaseProps>()({
  site: siteSchema,
  engine: instance<DatabaseEngine>(
    "an engine of the site's provider",
    (value: object) => "protocol" in value && typeof (value as Partial<DatabaseEngine>).make === "function",
  ).meta({ example: 'AwsDatabase.rdsInstance({ database: "mariadb" })' }),
  databases: databasesSchema,
  access: z.enum(["local", "direct"]).optional(),
});

/** MySQL, "Identifier Length Limits" and "Account Names"; PostgreSQL, NAMEDATALEN. */
const NAMES: Readonly<Record<DatabaseEngine["protocol"], NameLimits>> = {
  mysql: { database: "MySQL", name: 64, user: 32 },
  postgresql: { database: "PostgreSQL", name: 63, user: 63 },
};

/** Reserved by the databases themselves; providers reserve more. */
const RESERVED = [
  ...["mysql", "information_schema", "performance_schema", "sys", "root"],
  ...["postgres", "template0", "template1", "public"],
];

/**
 * A database that the site's provider runs, with standbys in other zones: backups, updates and failovers are the
 * provider's. Web tiers use it as they use a `GaleraCluster`.
 */
export class ManagedDatabase extends Tier implements IDatabase {
  readonly tier = this;
  private readonly engine: DatabaseEngine;
  private readonly local: boolean;
  private readonly databases: readonly DatabaseAccount[];
  private readonly made: DatabaseHandle;
  private readonly clients = Hive.of(this).collection<string, ManagedDatabaseClient>(this.path, "client");

  constructor(scope: Construct, id: string, props: ManagedDatabaseProps) {
    const path = constructPath(scope, id);
    checkProps(path, schema, props);
    refuseForeignEngine(path, "engine", props.engine, props.site, "GaleraCluster works on every site.");
    super(scope, id, { site: props.site });
    this.engine = props.engine;
    this.local = props.access !== "direct";
    this.databases = databaseAccounts(this, props.databases, RESERVED);
    const { site, instance, databases } = this;
    const clients = () => this.clients.values;
    this.made = this.engine.make(this, { site, path, instance, databases, clients });
    // The engine's own limits are narrower, and have had their say.
    checkNameLengths(path, databases, NAMES[this.engine.protocol]);
    checkResilience(path, this.engine.name, this.made.resilience);
    this.dependOn(this.made.ready);
  }

  /** One of the databases, for a web tier that does not use the first. */
  database(databaseName: string): IDatabase {
    const database = accountOf(this.path, this.databases, databaseName);
    return { tier: this, ready: this.ready, connect: (client) => this.access(client, database) };
  }

  connect(client: DatabaseClient): DatabaseAccess {
    return this.access(client, this.databases[0]!);
  }

  protected describe(): TierDescription {
    const { writer, reader, settings, resilience } = this.made;
    const { protocol } = this.engine;
    return {
      kind: "ManagedDatabase",
      engine: this.engine.name,
      atLeast: 0,
      endpoints: [
        { kind: "writer", protocol, virtual: false, port: writer.port },
        ...(reader === undefined ? [] : [{ kind: "reader" as const, protocol, virtual: false, port: reader.port }]),
      ],
      data: [
        {
          what: `the databases ${list(this.databases.map(({ name }) => name))}`,
          resources: [`${this.path}/Resource`],
          copies: 1,
        },
      ],
      settings: { ...settings, ...(this.local && { endpointLookup: ENDPOINT_LOOKUP.toSeconds() }) },
      resilience: this.local ? withLookup(resilience) : resilience,
    };
  }

  private access(client: DatabaseClient, database: DatabaseAccount): DatabaseAccess {
    const { path, machines, networks } = client;
    this.clients.set(path, { path, machines, networks });
    const { user, password } = this.made.logins[database.name]!;
    const { authorities, required } = this.made.tls;
    const certificates = `database/${this.instance}/authorities`;
    return {
      software: () => [
        ...(authorities === undefined
          ? []
          : [databaseAuthorities({ instance: client.instance, secret: certificates })]),
        ...this.proxy(client),
      ],
      environment: {
        ...this.location(client),
        DB_NAME: database.name,
        DB_USER: user,
        DB_PASSWORD: secretPlaceholder(database.secret),
        DB_TLS: required ? "required" : "offered",
        ...(authorities !== undefined && { DB_TLS_CA: authoritiesFile(client.instance) }),
      },
      secrets: {
        [database.secret]: password,
        ...(authorities !== undefined && { [certificates]: authorities }),
      },
    };
  }

  private proxy({ instance, path, port }: DatabaseClient): Software[] {
    if (!this.local) return [];
    const { writer, reader = writer } = this.made;
    return [endpointProxy({ instance, constructPath: path, writerPort: port, readerPort: port + 1, writer, reader })];
  }

  private location({ port }: DatabaseClient): Record<"DB_HOST" | "DB_PORT" | "DB_READ_HOST" | "DB_READ_PORT", string> {
    const { writer, reader = writer } = this.made;
    const [write, read] = this.local
      ? [
          { host: "127.0.0.1", port },
          { host: "127.0.0.1", port: port + 1 },
        ]
      : [writer, reader];
    return {
      DB_HOST: write!.host,
      DB_PORT: String(write!.port),
      DB_READ_HOST: read!.host,
      DB_READ_PORT: String(read!.port),
    };
  }
}

/** Clients at a proxy of their own wait until it has looked the writer's name up again. */
function withLookup({ nodes, structure }: EngineResilience): EngineResilience {
  const lookup = { what: "the proxies look the name up", of: "endpointLookup" };
  const recovery = structure.recovery.map((one) => ({ ...one, steps: [...one.steps, lookup] }));
  return { nodes, structure: { ...structure, recovery } };
}
