import { invalidProperty } from "../../../core/errors";

/**
 * Lines that Beehive decides alone, and what to use instead: data was lost elsewhere with other values, or a second
 * line would silently replace the generated one. A courtesy to whoever writes them in full; what counts is what MariaDB
 * makes of all files in the end, and the machine judges that (`requiredSettings`).
 */
const RESERVED_SETTINGS: Readonly<Record<string, string>> = {
  wsrep_provider_options:
    "only the last such line counts, so that it would drop the timeouts and TLS; use timeouts and gcacheSize",
  wsrep_cluster_address: "it follows from the members",
  wsrep_cluster_name: "it follows from the group",
  wsrep_node_name: "it follows from the member",
  wsrep_node_address: "it follows from the member",
  wsrep_on: "a node without it writes alone",
  wsrep_sst_method: "mariabackup is the method that blocks no donor",
  wsrep_sst_auth: "the transfer logs in through the local socket, without a password",
  bind_address: "it is the member's address; 127.0.0.1 belongs to the database proxy of this machine",
  port: "use port",
  default_storage_engine: "Galera replicates InnoDB alone",
  enforce_storage_engine: "rows of other engines are on one node alone, and gone when another takes the writes",
  max_allowed_packet: "use maxAllowedPacket",
  binlog_format: "Galera replicates rows",
  innodb_autoinc_lock_mode: "Galera needs 2",
  innodb_doublewrite: "torn pages cannot be repaired without it",
  innodb_flush_log_at_trx_commit: "with another value, acknowledged writes are lost when all nodes lose power",
  wsrep_provider: "a node without it writes alone",
  wsrep_new_cluster: "each start would make another cluster beside the one that serves",
  wsrep_osu_method: "changes of tables would stay on one node",
  wsrep_sst_receive_address: "it follows from the member",
  wsrep_data_home_dir: "the state of the cluster is looked for in /var/lib/mysql",
  innodb_force_recovery: "it is for saving what is left of broken data, and breaks more",
  innodb_read_only: "the node could not take over",
  read_only: "the node could not take over",
  transaction_read_only: "the node could not take over",
  networking: "no client and no other node would reach it",
  skip_networking: "no client and no other node would reach it",
  skip_grant_tables: "everybody would be root",
  datadir: "the state of the cluster is looked for in /var/lib/mysql",
  socket: "the health agent uses Debian's socket",
};

/** `max_connections = 300`, `skip-name-resolve`; option files know no other lines but comments. */
const OPTION = /^([A-Za-z][A-Za-z0-9_.-]*)\s*(=.*)?$/;

/** Refuses lines that are no options of `[mariadb]`, and those that Beehive decides alone. @param path of the construct */
export function checkMariadbLines(path: string, lines = ""): void {
  for (const line of lines.split("\n").map((text) => text.trim())) {
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const bad = (problem: string) => invalidProperty(path, "mariadb", line, problem);
    if (line.startsWith("[") || line.startsWith("!"))
      throw bad("it is added to [mariadb]; sections and includes are not allowed. Leave the line out.");
    const [, option] = OPTION.exec(line) ?? [];
    if (option === undefined) throw bad('a line is an option, or an option and its value: "max_connections = 300".');
    if (/=\s*\d+[KMGT]?;$/.test(line)) throw bad("MariaDB takes the semicolon for a part of the value. Leave it out.");
    const whole = option.replaceAll("-", "_").toLowerCase();
    const reason = RESERVED_SETTINGS[whole.replace(/^((loose|skip|disable|enable)_)+/, "")] ?? RESERVED_SETTINGS[whole];
    if (reason !== undefined) throw bad(`Beehive sets this itself: ${reason}. Leave the line out.`);
  }
}
