import type { GaleraNodeOptions } from "../../../../../lib/software/database/galera/galera-options";
import { galeraNode } from "../../../../../lib/software/database/galera/galera";
import { GaleraTimeouts } from "../../../../../lib/software/database/galera/galera-timeouts";
import type { Software } from "../../../../../lib/software/software";

const members = ["a", "b", "c"].map((zone, i) => ({ name: `db-${zone}`, address: `10.79.0.1${i + 1}`, zone }));
const base: GaleraNodeOptions = {
  instance: "shop-db",
  constructPath: "shop/db",
  node: members[0]!,
  members,
  databases: [{ name: "shop", user: "shopper", passwordSecret: "database/shop-db/shop" }],
  timeouts: GaleraTimeouts.lanSafe(),
  clusterSecret: "cluster-secret",
  clients: ["10.79.0.21", "10.79.0.22"],
};
const node = (options: Partial<GaleraNodeOptions> = {}): Software => galeraNode({ ...base, ...options });
const file = (software: Software, path: string): string => {
  const found = software.files.filter((candidate) => candidate.path === path);
  expect(found).toHaveLength(1);
  return found[0]!.content;
};
const CONFIG = "/etc/mysql/mariadb.conf.d/90-beehive-shop-db.cnf";
const MEMBERS = "/etc/mysql/mariadb.conf.d/91-beehive-shop-db-members.cnf";
const settings = (software: Software): string[] =>
  file(software, CONFIG)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

describe("a Galera node", () => {
  it("has exactly these settings", () => {
    const tls = "/var/lib/beehive/shop-db/tls";
    const provider = [
      "evs.keepalive_period=PT1S;evs.inactive_check_period=PT0.5S;evs.join_retrans_period=PT1S",
      "evs.suspect_timeout=PT4S;evs.install_timeout=PT10S;evs.inactive_timeout=PT12S",
      "gmcast.listen_addr=ssl://10.79.0.11:4567;gmcast.segment=0;ist.recv_addr=10.79.0.11:4568",
      "gcache.size=512M;gcache.recover=yes;gcs.fc_single_primary=yes;gcs.fc_limit=128;pc.recovery=yes",
      `socket.ssl=yes;socket.ssl_ca=${tls}/ca.pem;socket.ssl_cert=${tls}/node.pem;socket.ssl_key=${tls}/node.key`,
    ];
    expect(settings(node())).toEqual([
      "[mariadb]",
      "bind-address = 10.79.0.11",
      "port = 3306",
      "skip-name-resolve",
      "max_connections = 500",
      "ssl_ca = /var/lib/beehive/shop-db/tls/database-ca.pem",
      "ssl_cert = /var/lib/beehive/shop-db/tls/database.pem",
      "ssl_key = /var/lib/beehive/shop-db/tls/database.key",
      "default_storage_engine = InnoDB",
      "enforce_storage_engine = InnoDB",
      "innodb_buffer_pool_size = 256M",
      "innodb_autoinc_lock_mode = 2",
      "innodb_doublewrite = ON",
      "innodb_flush_log_at_trx_commit = 1",
      "loose-innodb_snapshot_isolation = ON",
      "binlog_format = ROW",
      "skip-log-bin",
      "wsrep_on = ON",
      "wsrep_provider = /usr/lib/galera/libgalera_smm.so",
      "wsrep_cluster_name = shop-db",
      "wsrep_node_name = db-a",
      "wsrep_node_address = 10.79.0.11",
      "wsrep_node_incoming_address = 10.79.0.11:3306",
      "wsrep_slave_threads = {{beehive:processors}}",
      "wsrep_retry_autocommit = 3",
      "wsrep_sst_method = mariabackup",
      "wsrep_sst_auth = mysql:",
      "wsrep_sst_receive_address = 10.79.0.11:4444",
      `wsrep_provider_options = "${provider.join(";")}"`,
      "[sst]",
      "encrypt = 4",
      `tca = ${tls}/ca.pem`,
      `tcert = ${tls}/node.pem`,
      `tkey = ${tls}/node.key`,
      'sockopt = ",bind=10.79.0.11"',
    ]);
  });

  it("says in the first line of every text file where to change it", () => {
    const plain = node().files.filter(
      ({ path }) => !/(cluster-secret|passwords\/\w+|cluster\.json|beehive-galera)$/.test(path),
    );
    for (const { content } of plain) expect(content).toMatch(/^# Made by Beehive from shop\/db\./);
    expect(plain.length).toBeGreaterThan(10);
  });

  it("adds lines of one's own at the end, in the section of the server", () => {
    expect(settings(node({ mariadb: "max_connections = 900\n" })).slice(-2)).toEqual([
      "[mariadb]",
      "max_connections = 900",
    ]);
  });

  it("names the members and whom to ask for a copy in a file of its own", () => {
    expect(
      file(node(), MEMBERS)
        .split("\n")
        .filter((line) => line.startsWith("wsrep_")),
    ).toEqual(["wsrep_cluster_address = gcomm://10.79.0.11,10.79.0.12,10.79.0.13", "wsrep_sst_donor = db-b,db-c,"]);
  });

  it("is not restarted when members are added", () => {
    const five = [...members, ...["d", "e"].map((zone, i) => ({ name: `db-${zone}`, address: `10.79.0.2${i}`, zone }))];
    const grown = node({ members: five });
    expect(file(grown, MEMBERS)).toContain(
      "wsrep_cluster_address = gcomm://10.79.0.11,10.79.0.12,10.79.0.13,10.79.0.20,10.79.0.21\n",
    );
    const watched = new Set(grown.services.find(({ unit }) => unit === "mariadb.service")!.watches);
    const changed = grown.files.filter((f) => node().files.find((old) => old.path === f.path)?.content !== f.content);
    expect(changed.map(({ path }) => path).filter((path) => watched.has(path))).toEqual([]);
  });

  it("makes segments of zones between regions only, and keeps their numbers when a zone is added", () => {
    const far = (options: Partial<GaleraNodeOptions>): string =>
      file(node({ timeouts: GaleraTimeouts.wan(), ...options }), CONFIG);
    expect(far({ node: members[2]! })).toContain("gmcast.segment=2;");
    const five = [...members, ...["0", "1"].map((zone, i) => ({ name: `db-${zone}`, address: `10.79.0.2${i}`, zone }))];
    expect(far({ node: members[2]!, members: five })).toContain("gmcast.segment=2;");
    expect(file(node({ node: members[2]! }), CONFIG)).toContain("gmcast.segment=0;");
  });

  it("shortens a long name for Galera, which takes 32 characters, without confusing two clusters", () => {
    const named = (instance: string): string =>
      /wsrep_cluster_name = (.*)/.exec(galeraNode({ ...base, instance }).files[0]!.content)![1]!;
    const long = "a-shop-with-a-very-long-name-for-its-database";
    expect(named(`${long}-1`)).toHaveLength(32);
    expect(named(`${long}-1`)).not.toBe(named(`${long}-2`));
  });

  it("keeps secrets in files of their own that only root can read", () => {
    const secret = node().files.filter(({ content }) => content.includes("{{beehive:secret:"));
    expect(secret.map(({ path, content, mode }) => [path, content, mode])).toEqual([
      ["/etc/beehive/galera/shop-db/cluster-secret", "{{beehive:secret:cluster-secret}}", "0600"],
      ["/etc/beehive/galera/shop-db/passwords/shopper", "{{beehive:secret:database/shop-db/shop}}", "0600"],
    ]);
  });

  it("hands the writer's role over before MariaDB stops, and starts it under the rules of the bootstrap", () => {
    const program = ["/usr/local/lib/beehive/beehive-galera", "--group", "shop-db"];
    expect(node().services.find(({ unit }) => unit === "mariadb.service")).toEqual({
      unit: "mariadb.service",
      onChange: "restart",
      watches: [
        CONFIG,
        "/etc/systemd/system/mariadb.service.d/beehive-shop-db.conf",
        "/etc/beehive/galera/shop-db/cluster-secret",
      ],
      startCommand: [...program, "start"],
      beforeStop: [...program, "drain"],
      afterStart: [...program, "undrain"],
    });
  });

  it("is asked for a growing cluster while it is made, and for a majority at most", () => {
    const sizes = members.map((member) => node({ node: member }).gate[0]!.command.slice(-2));
    expect(sizes).toEqual([
      ["--size", "1"],
      ["--size", "2"],
      ["--size", "2"],
    ]);
  });

  it("is open to its clients on two ports, and to the other members on all", () => {
    const peers = ["10.79.0.11", "10.79.0.12", "10.79.0.13"];
    const everybody = ["10.79.0.21", "10.79.0.22", ...peers];
    expect(node().ports.map(({ port, protocol, address, from }) => [port, protocol, address, from])).toEqual([
      [3306, "tcp", "10.79.0.11", everybody],
      [4567, "tcp", "10.79.0.11", peers],
      [4568, "tcp", "10.79.0.11", peers],
      [4444, "tcp", "10.79.0.11", peers],
      [9200, "tcp", "10.79.0.11", everybody],
    ]);
  });

  const bad: readonly (readonly [string, Partial<GaleraNodeOptions>, string])[] = [
    [
      "an even number of members",
      { members: members.slice(0, 2) },
      "shop/db: members is 2; a quorum needs an odd number",
    ],
    ["one member", { members: members.slice(0, 1) }, "shop/db: members is 1; a quorum needs an odd number"],
    [
      "a name used twice",
      { members: [members[0]!, members[1]!, { ...members[2]!, name: "db-b" }] },
      'members is "db-b"; two members have this name',
    ],
    [
      "an address used twice",
      { members: [members[0]!, members[1]!, { ...members[2]!, address: "10.79.0.12" }] },
      'members is "10.79.0.12"; two members have this address',
    ],
    [
      "a host name for an address",
      { members: [members[0]!, members[1]!, { ...members[2]!, address: "db-c" }] },
      'members is "db-c"; db-c needs an IPv4 address',
    ],
    [
      "a member's name with a comma",
      { members: [members[0]!, members[1]!, { ...members[2]!, name: "db,c" }] },
      'members is "db,c"; a member\'s name is',
    ],
    [
      "a node that is no member",
      { node: { name: "db-x", address: "10.79.0.19", zone: "a" } },
      'node is "db-x"; it must be one of the members: db-a, db-b, db-c',
    ],
    ["an instance with a space", { instance: "shop db" }, 'instance is "shop db"'],
    ["a client that is no address", { clients: ["%"] }, 'clients is "%"; write an IPv4 address or network'],
    ["a client network without sense", { clients: ["10.0.0.0/40"] }, 'clients is "10.0.0.0/40"'],
    ["a size without sense", { gcacheSize: "lots" }, 'gcacheSize is "lots"; write a size as MariaDB does'],
    ["no memory", { bufferPoolSize: "0" }, 'bufferPoolSize is "0"'],
    ["MariaDB on Galera's port", { port: 4567 }, "port is 4567; Galera uses it for replication"],
    ["the agent on MariaDB's port", { agentPort: 3306 }, "agentPort is 3306; it is used for MariaDB"],
    [
      "a system database",
      { databases: [{ name: "mysql", user: "x", passwordSecret: "s" }] },
      'databases.0.name is "mysql"; the name is reserved',
    ],
    [
      "root",
      { databases: [{ name: "x", user: "root", passwordSecret: "s" }] },
      'databases.0.user is "root"; the name is reserved',
    ],
    [
      "a name with a quote",
      { databases: [{ name: "x`y", user: "x", passwordSecret: "s" }] },
      'databases.0.name is "x`y"; 1 to 64 letters',
    ],
    [
      "a database twice",
      { databases: [base.databases[0]!, base.databases[0]!] },
      'databases.1.name is "shop"; it is used twice',
    ],
    [
      "two passwords for a user",
      { databases: [base.databases[0]!, { name: "other", user: "shopper", passwordSecret: "s" }] },
      'databases.1.user is "shopper"; it has two passwords',
    ],
    [
      "a second line of provider options",
      { mariadb: "wsrep_provider_options=pc.ignore_sb=yes" },
      'mariadb is "wsrep_provider_options=pc.ignore_sb=yes"; Beehive sets this itself: only the last such line counts',
    ],
    [
      "weaker durability",
      { mariadb: "  innodb-flush-log-at-trx-commit = 2" },
      "acknowledged writes are lost when all nodes lose power",
    ],
    [
      "the same in disguise",
      { mariadb: "loose_innodb_flush_log_at_trx_commit=0" },
      "acknowledged writes are lost when all nodes lose power",
    ],
    ["no grants", { mariadb: "skip-grant-tables" }, "everybody would be root"],
    ["another section", { mariadb: "[client]\nuser=x" }, 'mariadb is "[client]"; it is added to [mariadb]'],
    ["an include", { mariadb: "!include /tmp/x" }, 'mariadb is "!include /tmp/x"'],
  ];
  it.each(bad)("refuses %s", (_, wrong, message) => {
    expect(() => node(wrong)).toThrow(message);
  });
});
