import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { refuseGaleraOptions } from "./galera-checks";
import { galeraConfig, galeraMembersConfig } from "./galera-config";
import { requiredSettings, type RequiredSetting } from "./galera-required";
import { AFTER_NETWORK, HARDENING, RESTART_FOR_EVER, systemdUnit } from "../../kit/systemd-unit";
import { generatedBy, secretPlaceholder } from "../../placeholders";
import type { ManagedFile, ManagedService, Port, Probe, Software } from "../../software";
import type { GaleraNodeOptions } from "./galera-options";

const LIBRARY = "/usr/local/lib/beehive";
const PROGRAM = `${LIBRARY}/beehive-galera`;
const ACCOUNT = "beehive-galera";
/** A node that comes back may first copy the whole database: 100 GB at 60 MB/s. */
const COPY_SECONDS = 1800;

/**
 * A MariaDB Galera node with its health agent. One cluster a machine: it is Debian's own `mariadb.service`.
 *
 * A change of settings restarts MariaDB, after the node gave the writer's role to another and only while the others are
 * a majority without it. A change of the members restarts nothing.
 */
export function galeraNode(options: GaleraNodeOptions): Software {
  refuseGaleraOptions(options);
  const { instance, node, members } = options;
  const folder = `/etc/beehive/galera/${instance}`;
  const tool = (...command: string[]) => [PROGRAM, "--group", instance, ...command];
  const agent = agentUnit(options);
  const keeper = keeperUnit(options);
  const required = requiredSettings(options);
  const place = `/etc/mysql/mariadb.conf.d/90-beehive-${instance}.cnf`;
  const config: ManagedFile = {
    path: place,
    content: galeraConfig(options),
    // With all other files of the machine, before anything is replaced.
    validate: effectiveSettings(required, "%s", place),
  };
  const dropIn = mariadbDropIn(options);
  const secret: ManagedFile = {
    path: `${folder}/cluster-secret`,
    content: secretPlaceholder(options.clusterSecret),
    mode: "0600",
  };
  const program = programFiles(options.constructPath);
  const settings: ManagedFile = { path: `${folder}/cluster.json`, content: settingsJson(options) };
  const mariadb: ManagedService = {
    unit: "mariadb.service",
    onChange: "restart",
    watches: [config.path, dropIn.path, secret.path],
    startCommand: tool("start"),
    beforeStop: tool("drain"),
    afterStart: tool("undrain"),
  };
  return {
    name: `galera-${instance}`,
    packages: [
      "mariadb-server",
      "mariadb-client",
      "mariadb-backup",
      "galera-4",
      "socat",
      "iproute2",
      "openssl",
      "python3",
      "python3-pymysql",
      "tzdata",
    ],
    dataFolders: [
      {
        path: "/var/lib/mysql",
        blank: ["mysql", "performance_schema", "sys", "lost+found", "#*", ".*"],
        // The agent's, from the first start on.
        marks: ["owned", "formed.json"].map((mark) => `/var/lib/beehive/${instance}/${mark}`),
        away: "mariadb-dump --all-databases, then DROP DATABASE for each",
      },
    ],
    accounts: [{ name: ACCOUNT }],
    directories: [
      { path: folder },
      { path: `${folder}/passwords`, mode: "0700" },
      { path: `/var/lib/beehive/${instance}` },
    ],
    files: [
      config,
      { path: `/etc/mysql/mariadb.conf.d/91-beehive-${instance}-members.cnf`, content: galeraMembersConfig(options) },
      dropIn,
      secret,
      settings,
      ...passwordFiles(options, folder),
      ...program,
      agent,
      keeper,
    ],
    checks: [
      { description: "MariaDB's configuration keeps what it must not lose", command: effectiveSettings(required) },
    ],
    services: [
      // Before MariaDB: after a full crash the others wait until a member that comes back empty reports so.
      // A reload replaces the running program and keeps the listening socket: no proxy sees it.
      {
        unit: `beehive-galera-agent-${instance}.service`,
        onChange: "reload",
        watches: [settings.path, agent.path, ...program.map((file) => file.path)],
      },
      {
        unit: `beehive-galera-keeper-${instance}.service`,
        onChange: "restart",
        watches: [settings.path, keeper.path, ...program.map((file) => file.path)],
      },
      mariadb,
    ],
    gate: gate(options, tool),
    ports: ports(options),
  };

  function gate({ constructPath }: GaleraNodeOptions, command: typeof tool): Probe[] {
    const majority = Math.floor(members.length / 2) + 1;
    // While the cluster is made, the nodes come one after another; later a dead member must not stop a rollout.
    const size = Math.min(members.findIndex((member) => member.name === node.name) + 1, majority);
    return [
      {
        description: `${node.name} is synced in a primary component of ${size} or more members of ${constructPath}`,
        command: command("check", "--size", String(size)),
        timeoutSeconds: COPY_SECONDS,
      },
      {
        description: `databases and accounts of ${constructPath} are as in the program`,
        command: command("ensure-accounts"),
        timeoutSeconds: 60,
        intervalSeconds: 2,
      },
      {
        description: `MariaDB of ${node.name} knows the machine's time zones`,
        command: command("ensure-time-zones"),
        timeoutSeconds: 120,
        intervalSeconds: 2,
      },
      {
        description: `the tables of ${constructPath} can be looked at`,
        command: command("check-tables"),
        timeoutSeconds: 60,
        intervalSeconds: 2,
      },
      {
        description: `the health agent of ${node.name} says that MariaDB serves`,
        command: command("check-agent"),
        timeoutSeconds: 60,
      },
    ];
  }
}

/** Brings its program with it: at the first deploy nothing of Beehive's is on the machine yet. */
function effectiveSettings(required: readonly RequiredSetting[], ...staged: string[]): string[] {
  const program = `${agentFile("effective.py")}\nsys.exit(main(sys.argv[1:]))\n`;
  return ["python3", "-c", program, ...staged, JSON.stringify(required)];
}

/** What the programs on the machine need to know; the agent reads it again on reload. */
function settingsJson(options: GaleraNodeOptions): string {
  const settings = {
    "//": generatedBy("", options.constructPath).trim(),
    group: options.instance,
    node: options.node.name,
    members: options.members,
    port: options.port ?? 3306,
    agentPort: options.agentPort ?? 9200,
    pollSeconds: options.timeouts.agentPoll.toSeconds(),
    suspectSeconds: options.timeouts.suspect.toSeconds(),
    inactiveSeconds: options.timeouts.inactive.toSeconds(),
    databases: options.databases.map(({ name, user }) => ({ name, user })),
    clients: unique(options.clients),
    tlsUsers: unique(options.databases.filter(({ tlsRequired }) => tlsRequired === true).map(({ user }) => user)),
    required: requiredSettings(options),
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/** One file a password and nothing else in it, so that no character of a password can change the meaning of a file. */
function passwordFiles({ databases }: GaleraNodeOptions, folder: string): ManagedFile[] {
  return databases.map(({ user, passwordSecret }) => ({
    path: `${folder}/passwords/${user}`,
    content: secretPlaceholder(passwordSecret),
    mode: "0600",
  }));
}

const AGENT = join(__dirname, "agent");
const agentFile = (name: string): string => readFileSync(join(AGENT, name), "utf8");

function programFiles(where: string): ManagedFile[] {
  const modules = readdirSync(AGENT).filter((file) => file.endsWith(".py"));
  return [
    {
      path: PROGRAM,
      content: `#!/usr/bin/python3 -B\n${generatedBy("#", where)}${agentFile("beehive-galera")}`,
      mode: "0755",
    },
    ...modules.sort().map((file) => ({
      path: `${LIBRARY}/beehive_galera/${file}`,
      content: generatedBy("#", where) + agentFile(file),
    })),
  ];
}

/**
 * Debian 12 and 13 start Galera in different ways; with this drop-in both do the same: `prepare` finds the node's
 * position, refuses a start that would erase data, and names the donors for a copy. Debian's `galera_new_cluster` has
 * no effect any more, so that an operator cannot bootstrap a second cluster by habit.
 */
function mariadbDropIn({ instance, constructPath }: GaleraNodeOptions): ManagedFile {
  return {
    path: `/etc/systemd/system/mariadb.service.d/beehive-${instance}.conf`,
    content: `${generatedBy("#", constructPath)}[Unit]
${AFTER_NETWORK.join("\n")}
StartLimitIntervalSec=0
# Where the data have a volume of their own, nothing is written beside it.
RequiresMountsFor=/var/lib/mysql

[Service]
EnvironmentFile=
ExecStartPre=
ExecStartPre=+${PROGRAM} --group ${instance} prepare
EnvironmentFile=-/run/beehive-galera/${instance}/start.env
ExecStart=
ExecStart=/usr/sbin/mariadbd $BEEHIVE_START
Restart=always
RestartSec=1s
# A start may copy the whole database first.
TimeoutStartSec=${COPY_SECONDS}
# While it looks for a primary component, mariadbd does not hear that it should stop. InnoDB survives the kill.
TimeoutStopSec=60s
SendSIGKILL=yes
# Where memory ends, the web server on the same machine goes first.
OOMScoreAdjust=-500
`,
  };
}

function agentUnit({ instance, constructPath }: GaleraNodeOptions): ManagedFile {
  return systemdUnit({
    unit: `beehive-galera-agent-${instance}.service`,
    constructPath,
    Unit: [
      `Description=Health agent of the Galera cluster ${constructPath}`,
      ...AFTER_NETWORK,
      ...RESTART_FOR_EVER.Unit,
    ],
    Service: [
      `User=${ACCOUNT}`,
      `ExecStart=${PROGRAM} --group ${instance} agent`,
      "ExecReload=/bin/kill -HUP $MAINPID",
      ...RESTART_FOR_EVER.Service,
      ...HARDENING,
    ],
  });
}

/** Runs as root because it starts and stops MariaDB; it listens on nothing. */
function keeperUnit({ instance, constructPath }: GaleraNodeOptions): ManagedFile {
  return systemdUnit({
    unit: `beehive-galera-keeper-${instance}.service`,
    constructPath,
    Unit: [
      `Description=Recovery of the Galera cluster ${constructPath} after a full crash`,
      ...AFTER_NETWORK,
      ...RESTART_FOR_EVER.Unit,
    ],
    Service: [`ExecStart=${PROGRAM} --group ${instance} keep`, ...RESTART_FOR_EVER.Service],
  });
}

/** Galera's UDP port is for multicast only, which is not used. */
function ports({ node, members, clients, port = 3306, agentPort = 9200 }: GaleraNodeOptions): Port[] {
  const peers = members.map((member) => member.address);
  const connecting = unique([...clients, ...peers]);
  const on = (number: number, from: readonly string[], purpose: string, property?: string): Port => ({
    port: number,
    protocol: "tcp",
    address: node.address,
    from,
    purpose,
    ...(property !== undefined && { property }),
  });
  return [
    on(port, connecting, "MariaDB", "port"),
    on(4567, peers, "Galera, replication"),
    on(4568, peers, "Galera, incremental state transfer"),
    on(4444, peers, "Galera, state snapshot transfer"),
    on(agentPort, connecting, "Galera, health agent", "agentPort"),
  ];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
