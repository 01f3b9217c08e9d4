import { galeraClusterName, galeraMembersAddress, galeraProviderOptions, galeraTlsFolder } from "./galera-config";
import type { GaleraNodeOptions } from "./galera-options";

/** A setting that must have one of these values in the end, whatever the files say and in whichever spelling. */
export interface RequiredSetting {
  /** As `SHOW VARIABLES` has it; `sst.encrypt` is the option of the section `[sst]`, which the copying script reads. */
  readonly name: string;
  /** `ON` is also `TRUE` and `1`; an empty text is no value. The first is what a start falls back to. */
  readonly values: readonly string[];
  /** What happens otherwise, or what to use instead. */
  readonly why: string;
  /** False where a start cannot fall back to the first value without losing sight of data that lie elsewhere. @default true */
  readonly fallback?: boolean;
}

const ONE_WRITER = "a node without it writes alone, beside the cluster";
const DIVERGES = "the nodes' data would become different";
const TRANSFER = "it follows from the member";
const LAYOUT = "copies and recovery look for the data in /var/lib/mysql";

/**
 * What MariaDB must not lose. Judged on the machine by what `mariadbd` itself makes of all of its files, because it takes
 * abbreviations (`innodb_flush_log_at_trx=0`), prefixes (`loose-`, `skip-`, `disable-`) and files of others.
 */
export function requiredSettings(options: GaleraNodeOptions): RequiredSetting[] {
  const { node, instance, port = 3306 } = options;
  const one = (name: string, value: string, why: string): RequiredSetting => ({ name, values: [value], why });
  const folder = (name: string): RequiredSetting => ({
    name,
    values: ["", "./", "/var/lib/mysql"],
    why: LAYOUT,
    fallback: false,
  });
  const copy = (name: string, value: string): RequiredSetting => ({
    name: `sst.${name}`,
    values: [value],
    why: "whole copies would go to or come from somebody who does not know the cluster's secret",
    fallback: false,
  });
  const tls = galeraTlsFolder(instance);
  return [
    copy("encrypt", "4"),
    copy("tca", `${tls}/ca.pem`),
    copy("tcert", `${tls}/node.pem`),
    copy("tkey", `${tls}/node.key`),
    one("innodb_flush_log_at_trx_commit", "1", "acknowledged writes are lost when all nodes lose power"),
    one("innodb_doublewrite", "ON", "torn pages cannot be repaired without it"),
    {
      name: "innodb_flush_method",
      values: ["O_DIRECT", "fsync", "O_DSYNC"],
      why: "others do not wait for the disk, so that acknowledged writes are lost with the power",
    },
    one("debug_no_sync", "OFF", "nothing would be written to the disk before it is acknowledged"),
    one("innodb_force_recovery", "0", "it is for saving what is left of broken data, and breaks more"),
    one("innodb_read_only", "OFF", "the node could not take over"),
    one("read_only", "OFF", "the node could not take over"),
    one("transaction_read_only", "OFF", "the node could not take over"),
    one("innodb_autoinc_lock_mode", "2", "Galera needs it"),
    one("binlog_format", "ROW", "Galera replicates rows"),
    { name: "wsrep_forced_binlog_format", values: ["NONE", "ROW"], why: "Galera replicates rows" },
    one("default_storage_engine", "InnoDB", "Galera replicates InnoDB alone"),
    one("enforce_storage_engine", "InnoDB", "rows of other engines are on one node alone"),
    one("wsrep_on", "ON", ONE_WRITER),
    one("wsrep_provider", "/usr/lib/galera/libgalera_smm.so", ONE_WRITER),
    one("wsrep_new_cluster", "OFF", "each start would make another cluster beside the one that serves"),
    one("wsrep_recover", "OFF", "MariaDB would stop instead of serving"),
    one("wsrep_start_position", "00000000-0000-0000-0000-000000000000:-1", "it is found out before each start"),
    one("wsrep_cluster_address", galeraMembersAddress(options), "it follows from the members"),
    one("wsrep_cluster_name", galeraClusterName(instance), "it follows from the group"),
    one("wsrep_node_name", node.name, TRANSFER),
    one("wsrep_node_address", node.address, TRANSFER),
    one("wsrep_node_incoming_address", `${node.address}:${port}`, TRANSFER),
    one("wsrep_sst_receive_address", `${node.address}:4444`, TRANSFER),
    one("wsrep_sst_method", "mariabackup", "others block the node that gives the copy"),
    one(
      "wsrep_provider_options",
      galeraProviderOptions(options),
      "only the last such line counts: it drops timeouts and TLS",
    ),
    one("wsrep_osu_method", "TOI", `changes of tables would stay on one node; ${DIVERGES}`),
    one("wsrep_desync", "OFF", "the node would fall behind without limit"),
    one("wsrep_reject_queries", "NONE", "the node would serve nobody"),
    one("wsrep_slave_fk_checks", "ON", DIVERGES),
    one("wsrep_certify_nonpk", "ON", "writes to tables without a primary key would not be checked against each other"),
    { name: "wsrep_certification_rules", values: ["strict", "optimized"], why: DIVERGES },
    one("wsrep_data_home_dir", "/var/lib/mysql", "the state of the cluster is looked for there"),
    one("datadir", "/var/lib/mysql", "the state of the cluster is looked for there"),
    folder("innodb_data_home_dir"),
    folder("innodb_log_group_home_dir"),
    folder("innodb_undo_directory"),
    one("bind_address", node.address, "127.0.0.1 belongs to the database proxy of this machine"),
    one("port", String(port), "use the tier's port"),
    one("socket", "/run/mysqld/mysqld.sock", "the health agent uses Debian's socket"),
    one("skip_networking", "OFF", "no client and no other node would reach it"),
    one("skip_grant_tables", "OFF", "everybody would be root"),
  ];
}
