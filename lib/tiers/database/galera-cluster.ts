import type { Construct } from "constructs";
import { z } from "../../core/zod";
import { bufferPoolTooLarge, clearOnPublicWay, noIPv4, votesInTooFewZones } from "./galera-errors";
import { votesNotOdd } from "../../software/database/galera/votes-not-odd";
import { parseBytes } from "../../core/bytes";
import { isIPv4, isPublicIPv4 } from "../../software/kit/addresses";
import { MARIADB_NAMES, refusePacket } from "../../software/database/galera/galera-checks";
import { checkMariadbLines } from "../../software/database/galera/mariadb-lines";
import { Annotations, Fn } from "../../cdktf";
import { Hive } from "../../stack/hive";
import { checkProps, instance, lines, port, propsSchema } from "../../core/props";
import { tierShape } from "../../contracts/shared-schemas";
import type { DataRequest, ISite, Machine } from "../../contracts/site";
import { databaseProxy, DATABASE_PROXY_CHECKS, memberNoticed } from "../../software/load-balancing/database-proxy";
import { backInRotation, type RotationDoor } from "../../software/load-balancing/rotation";
import { firewallOf } from "../../software/kit/firewall";
import { authoritiesFile } from "../../software/database/database-authorities";
import { clusterAuthority } from "../../software/database/galera/cluster-authority";
import type { GaleraMember } from "../../software/database/galera/galera-options";
import { galeraProbes } from "../../software/database/galera/galera-probes";
import { galeraNode } from "../../software/database/galera/galera";
import { GaleraTimeouts, isGaleraTimeouts } from "../../software/database/galera/galera-timeouts";
import { secretPlaceholder, selfAddressPlaceholder } from "../../software/placeholders";
import type { Software } from "../../software/software";
import type { DatabaseAccess, DatabaseClient, IDatabase } from "./database";
import {
  accountOf,
  checkNameLengths,
  databaseAccounts,
  databaseShape,
  databasesOf,
  sensitiveVariable,
  type DatabaseAccount,
  type DatabaseProps,
} from "./database-accounts";
import { Tier, type TierProps } from "../tier";
import type { TierDescription, TierLosses } from "../tier-description";
import { constructPath } from "../../stack/construct-path";

/** One database of a `GaleraCluster` and the account that uses it. */
export interface GaleraDatabaseProps extends DatabaseProps {
  /**
   * `required`: MariaDB refuses the account without TLS. Applications verify the node with the file `DB_TLS_CA`. First
   * roll out an application that uses TLS, then require it: a deploy changes the account before the web servers.
   * @default "offered"
   * @example tls: "required"
   */
  readonly tls?: "offered" | "required";
}

/** A `GaleraCluster`: how many nodes, which databases, how patient. */
export interface GaleraClusterProps extends TierProps {
  /**
   * How many nodes, an odd number of 3 or more; each has a vote, and no zone may hold half of the votes. Raising it
   * adds nodes and restarts none.
   * @default - as many as `machines` selects
   * @example nodes: 3
   */
  readonly nodes?: number;
  /**
   * Databases to make; the first is the one that `database: cluster` gives to a web tier. An added one is made on the
   * next deploy; one that is taken out stays.
   * @example databases: ["shop", { name: "blog", user: "blog_app" }]
   */
  readonly databases: readonly (string | GaleraDatabaseProps)[];
  /**
   * How long the cluster waits for a silent node; decides the write gap after the loss of the writer. Changing it
   * restarts the nodes one after the other, the writer after it has handed over.
   * @default GaleraTimeouts.lanSafe()
   * @example timeouts: GaleraTimeouts.lanFast()
   */
  readonly timeouts?: GaleraTimeouts;
  /**
   * MariaDB's TCP port on the nodes' private addresses. Changing it restarts the nodes one after the other.
   * @default 3306
   * @example port: 3307
   */
  readonly port?: number;
  /**
   * TCP port of the health agent on the nodes' private addresses. Changing it reloads the agents.
   * @default 9200
   * @example agentPort: 9201
   */
  readonly agentPort?: number;
  /**
   * Memory for InnoDB's buffer pool, as MariaDB writes it (`2G`): half of the memory of a machine that runs MariaDB
   * alone. Where the machines' size tells their memory, less than that. Changing it restarts the nodes one after the other.
   * @default "256M"
   * @example bufferPoolSize: "2G"
   */
  readonly bufferPoolSize?: string;
  /**
   * Disk space that keeps recent writes, so that a node that was away copies only what it missed: write rate times the
   * longest planned outage. Changing it restarts the nodes one after the other.
   * @default "512M"
   * @example gcacheSize: "2G"
   */
  readonly gcacheSize?: string;
  /**
   * Largest row, statement or answer, as MariaDB writes it: 1M to 1G in whole kilobytes. A connection that sends that
   * much takes that much memory, and the write goes to every node as one piece. Changing it restarts the nodes one after
   * the other.
   * @default - MariaDB's own, 16M
   * @example maxAllowedPacket: "64M"
   */
  readonly maxAllowedPacket?: string;
  /**
   * Options for the section `[mariadb]`, one a line and no section among them; MariaDB checks them before they are
   * activated. They override Beehive's settings,
   * except those without which a Galera cluster loses data: these are refused. Changing them restarts the nodes one
   * after the other.
   * @default - none
   * @example mariadb: "max_connections = 300"
   */
  readonly mariadb?: string;
}

const size = z.string().regex(/^[1-9]\d*[KMGT]?$/, 'must be a size as MariaDB writes it, above 0, such as "512M"');
const galeraDatabasesSchema = databasesOf(
  propsSchema<GaleraDatabaseProps>()({
    ...databaseShape,
    tls: z.enum(["offered", "required"]).meta({ example: '"required"' }).optional(),
  }),
);
const schema = propsSchema<GaleraClusterProps>()({
  ...tierShape,
  nodes: z.number().int("must be a whole number").meta({ example: "3" }).optional(),
  databases: galeraDatabasesSchema,
  timeouts: instance("a GaleraTimeouts profile", isGaleraTimeouts)
    .meta({ example: "GaleraTimeouts.lanSafe()" })
    .optional(),
  port: port.meta({ example: "3306" }).optional(),
  agentPort: port.meta({ example: "9200" }).optional(),
  bufferPoolSize: size.optional(),
  gcacheSize: size.optional(),
  maxAllowedPacket: size.meta({ example: '"64M"' }).optional(),
  mariadb: lines.meta({ example: '"max_connections = 300"' }).optional(),
});

/** Jepsen, March 2026, MariaDB Galera 12.1: acknowledged transactions lost when nodes crash in quick succession. */
const NO_GUARANTEE =
  "Galera certifies a write on all nodes before it is acknowledged and each flushes it (innodb_flush_log_at_trx_commit=1), " +
  "but 0 is not guaranteed: crashes in quick succession have lost acknowledged writes (Jepsen, March 2026)";

/** Reserved by MariaDB and by the health agent. */
const RESERVED = ["mysql", "information_schema", "performance_schema", "sys", "beehive", "root"];

/** Debian's own folder. Room for a small shop and `gcacheSize`; larger ones say so on the site. */
const DATA: DataRequest = { mount: "/var/lib/mysql", gibibytes: 20, why: "MariaDB's data" };

/**
 * MariaDB Galera: synchronous copies on three or more nodes. Exactly one node accepts writes; the nodes elect it, and
 * every proxy follows the same elected writer. Clients connect to 127.0.0.1, through a proxy on their own machine.
 */
export class GaleraCluster extends Tier implements IDatabase {
  readonly tier = this;
  /** The timeouts in effect: those of the props, or `GaleraTimeouts.lanSafe()`. */
  readonly timeouts: GaleraTimeouts;
  private readonly props: GaleraClusterProps;
  private readonly databases: readonly DatabaseAccount[];
  private readonly secrets: Readonly<Record<string, string>>;
  /** Addresses and networks that may connect, by machine or network. */
  private readonly clients = Hive.of(this).collection<string, string>(this.path, "client");

  /** Where clients say whether they reach a node, by machine and port. */
  private readonly doors = Hive.of(this).collection<string, RotationDoor>(this.path, "client");

  constructor(scope: Construct, id: string, props: GaleraClusterProps) {
    const path = constructPath(scope, id);
    checkProps(path, schema, props);
    if (props.nodes !== undefined) checkVotes(path, "nodes", props.nodes);
    super(scope, id, props, { noun: "nodes", count: props.nodes, data: DATA });
    checkVotes(path, props.nodes === undefined ? "machines" : "nodes", this.machines.length);
    checkZones(path, this.machines, props.site);
    refuseIPv6(path, this.machines, "members reach each other");
    checkMariadbLines(path, props.mariadb);
    refusePacket(path, props.maxAllowedPacket);
    this.props = props;
    this.timeouts = props.timeouts ?? GaleraTimeouts.lanSafe();
    this.databases = databaseAccounts(this, props.databases, RESERVED);
    checkNameLengths(path, this.databases, { database: "MariaDB", ...MARIADB_NAMES });
    this.node.addValidation({ validate: () => this.findMemoryProblems() });
    this.node.addValidation({ validate: () => this.findClearWays() });
    const passwords = this.databases.map((database) => [database.secret, database.password()]);
    this.secrets = {
      "cluster-secret": sensitiveVariable(
        this,
        "cluster_secret",
        `Secret of the Galera cluster ${path}: its TLS keys come from it.`,
      ),
      ...Object.fromEntries(passwords),
    };
    this.rollOutTested({ software: (machine) => this.software(machine), secrets: this.secrets, width: 1 });
  }

  /** One of the cluster's databases, for a web tier that does not use the first. */
  database(databaseName: string): IDatabase {
    const database = accountOf(this.path, this.databases, databaseName);
    return { tier: this, ready: this.ready, connect: (client) => this.access(client, database) };
  }

  connect(client: DatabaseClient): DatabaseAccess {
    return this.access(client, this.databases[0]!);
  }

  protected describe(): TierDescription {
    return {
      kind: "GaleraCluster",
      engine: "mariadb-galera",
      atLeast: Math.floor(this.machines.length / 2) + 1,
      endpoints: [
        { kind: "writer", protocol: "mysql", virtual: false, port: this.port },
        { kind: "health", protocol: "http", virtual: false, port: this.agentPort, healthPath: "/status" },
      ],
      settings: {
        timeouts: this.timeouts.profile,
        ...this.timeouts.settings(),
        proxyInterval: DATABASE_PROXY_CHECKS.interval.toSeconds(),
        innodb_flush_log_at_trx_commit: 1,
      },
      votes: { members: Object.fromEntries(this.machines.map(({ name }) => [name, 1])), quorum: "majority" },
      data: [{ what: DATA.why, folder: DATA.mount, copies: "each" }],
      probes: galeraProbes(this.machines.length, this.agentPort),
      losses: this.losses,
    };
  }

  private get losses(): TierLosses {
    return {
      recovery: [
        {
          when: ["machine", "zone"],
          steps: [
            { what: "the silent writer is suspected (evs.suspect_timeout)", of: "suspect" },
            { what: "silence is looked for (evs.inactive_check_period)", of: "inactiveCheck" },
            {
              what: "the others agree at the second try (evs.join_retrans_period)",
              of: "joinRetransmission",
              times: 2,
            },
            { what: "the health agents see the new writer", of: "agentPoll" },
            { what: "the proxies on the web servers ask them", of: "proxyInterval" },
          ],
        },
      ],
      loss: [
        { when: "machine", seconds: 0, guaranteed: false, why: NO_GUARANTEE },
        { when: "zone", seconds: 0, guaranteed: false, why: NO_GUARANTEE },
        {
          when: "site",
          seconds: null,
          guaranteed: false,
          why:
            `all copies are in ${this.site.name}: when it is gone for good, so is everything since the last backup elsewhere; ` +
            `after a power cut the most advanced node comes back with what it had flushed (innodb_flush_log_at_trx_commit=1)`,
        },
      ],
      alternatives: [GaleraTimeouts.lanSafe(), GaleraTimeouts.lanFast()].map((profile) => ({
        change: `timeouts: GaleraTimeouts.${profile.profile === "lan-fast" ? "lanFast" : "lanSafe"}()`,
        settings: profile.settings(),
      })),
      growth: { property: "nodes", step: 2, atLeast: "majority" },
    };
  }

  /** Only where the size of a machine tells: at synth, when all tiers have said which size they want. */
  private findMemoryProblems(): string[] {
    const wanted = parseBytes(this.props.bufferPoolSize ?? "0");
    const small = this.machines.find(({ memory }) => memory !== undefined && memory.bytes <= wanted);
    if (small?.memory === undefined) return [];
    return [bufferPoolTooLarge(this.path, this.props.bufferPoolSize!, small.name, small.memory).message];
  }

  /** A warning and no refusal: whether the way is somebody else's, the program cannot know. */
  private findClearWays(): string[] {
    const clear = this.databases.filter((database) => !this.tlsRequired(database)).map(({ name }) => name);
    const addresses = [...this.machines.map(({ privateAddress }) => privateAddress), ...this.clients.values];
    const open = [...new Set(addresses)].filter(isPublicIPv4);
    if (clear.length > 0 && open.length > 0) Annotations.of(this).addWarning(clearOnPublicWay(this.path, clear, open));
    return [];
  }

  private get port(): number {
    return this.props.port ?? 3306;
  }

  private get agentPort(): number {
    return this.props.agentPort ?? 9200;
  }

  private access(client: DatabaseClient, database: DatabaseAccount): DatabaseAccess {
    refuseIPv6(client.path, client.machines, `clients reach ${this.path}`);
    for (const { name, privateAddress } of client.machines) {
      this.clients.set(name, privateAddress);
      const port = client.port + 1;
      this.doors.set(`${name}:${port}`, { machine: name, address: privateAddress, port });
    }
    for (const network of client.networks) this.clients.set(network, network);
    const authority = `database/${this.instance}/authority`;
    return {
      software: () => [
        clusterAuthority({
          instance: client.instance,
          constructPath: client.path,
          cluster: this.instance,
          secret: authority,
        }),
        databaseProxy({
          instance: client.instance,
          constructPath: client.path,
          writerPort: client.port,
          readerPort: client.port + 1,
          members: this.memberList.map((member) => ({ ...member, port: this.port, agentPort: this.agentPort })),
          rotation: {
            address: selfAddressPlaceholder,
            port: client.port + 1,
            from: this.machines.map(({ privateAddress }) => privateAddress),
            property: "databasePort",
          },
        }),
      ],
      environment: {
        DB_HOST: "127.0.0.1",
        DB_PORT: String(client.port),
        DB_READ_PORT: String(client.port + 1),
        DB_NAME: database.name,
        DB_USER: database.user,
        DB_PASSWORD: secretPlaceholder(database.secret),
        DB_TLS: this.tlsRequired(database) ? "required" : "offered",
        DB_TLS_CA: authoritiesFile(client.instance),
      },
      secrets: { [database.secret]: database.password(), [authority]: this.authoritySecret },
    };
  }

  private tlsRequired({ name }: DatabaseAccount): boolean {
    return this.props.databases.some((one) => typeof one !== "string" && one.name === name && one.tls === "required");
  }

  /** Tells nothing about the cluster's secret, with which a client would be a member. As in `authority.py`. */
  private get authoritySecret(): string {
    return Fn.sha256(Fn.join(":", ["beehive-database-authority", Fn.trimspace(this.secrets["cluster-secret"]!)]));
  }

  private software(machine: Machine): Software[] {
    const node = galeraNode({
      instance: this.instance,
      constructPath: this.path,
      node: member(machine),
      members: this.memberList,
      databases: this.databases.map((one) => ({
        name: one.name,
        user: one.user,
        passwordSecret: one.secret,
        tlsRequired: this.tlsRequired(one),
      })),
      timeouts: this.timeouts,
      clusterSecret: "cluster-secret",
      clients: this.clients.values,
      port: this.port,
      agentPort: this.agentPort,
      bufferPoolSize: this.props.bufferPoolSize,
      gcacheSize: this.props.gcacheSize,
      maxAllowedPacket: this.props.maxAllowedPacket,
      mariadb: this.props.mariadb,
    });
    const protection = firewallOf([node], { instance: this.instance, constructPath: this.path });
    const doors = this.doors.values;
    if (doors.length === 0) return [protection, node];
    const reached = backInRotation({
      who: "the clients",
      what: "reach this node",
      address: machine.privateAddress,
      port: this.port,
      within: memberNoticed(DATABASE_PROXY_CHECKS),
      doors,
    });
    return [protection, node, reached];
  }

  private get memberList(): GaleraMember[] {
    return this.machines.map(member);
  }
}

function member(machine: Machine): GaleraMember {
  return { name: machine.name, address: machine.privateAddress, zone: machine.zone };
}

function checkVotes(path: string, property: string, votes: number): void {
  if (votes < 3 || votes % 2 === 0) throw votesNotOdd(path, property, votes);
}

/** @param who for messages: `members reach each other` */
function refuseIPv6(path: string, machines: readonly Machine[], who: string): void {
  const others = machines.filter(({ privateAddress }) => !isIPv4(privateAddress));
  if (others.length > 0) throw noIPv4(path, others, who);
}

function checkZones(path: string, machines: readonly Machine[], site: ISite): void {
  const perZone = new Map<string, number>();
  for (const { zone } of machines) perZone.set(zone, (perZone.get(zone) ?? 0) + 1);
  if (Math.max(...perZone.values()) * 2 >= machines.length) {
    throw votesInTooFewZones(path, machines.length, perZone, site);
  }
}
