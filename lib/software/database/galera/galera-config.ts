import { createHash } from "node:crypto";
import { checkMariadbLines } from "./mariadb-lines";
import type { GaleraNodeOptions } from "./galera-options";
import { generatedBy, processorsPlaceholder } from "../../placeholders";

/** Where the node's TLS key and certificates are; made on the machine from the cluster's secret. */
export function galeraTlsFolder(instance: string): string {
  return `/var/lib/beehive/${instance}/tls`;
}

/** All in one line, because the last such line of all files is the one that counts. */
export function galeraProviderOptions(options: GaleraNodeOptions): string {
  const { node, instance, gcacheSize = "512M" } = options;
  const tls = galeraTlsFolder(instance);
  return [
    ...options.timeouts.providerOptions(),
    `gmcast.listen_addr=ssl://${node.address}:4567`,
    `gmcast.segment=${segment(options)}`,
    `ist.recv_addr=${node.address}:4568`,
    `gcache.size=${gcacheSize}`,
    "gcache.recover=yes",
    // One node writes, so the limit need not shrink with the number of nodes; a deeper queue pauses the writer less.
    "gcs.fc_single_primary=yes",
    "gcs.fc_limit=128",
    "pc.recovery=yes",
    "socket.ssl=yes",
    `socket.ssl_ca=${tls}/ca.pem`,
    `socket.ssl_cert=${tls}/node.pem`,
    `socket.ssl_key=${tls}/node.key`,
  ].join(";");
}

/** The node's settings, except the list of members. */
export function galeraConfig(options: GaleraNodeOptions): string {
  const { node, instance, constructPath, port = 3306, bufferPoolSize = "256M" } = options;
  checkMariadbLines(constructPath, options.mariadb);
  const tls = galeraTlsFolder(instance);
  return `${generatedBy("#", constructPath)}
[mariadb]
# Not 127.0.0.1: there the database proxy of this machine may listen.
bind-address = ${node.address}
port = ${port}
skip-name-resolve
max_connections = 500
${options.maxAllowedPacket === undefined ? "" : `max_allowed_packet = ${options.maxAllowedPacket}\n`}
# For clients; nodes have certificates of their own.
ssl_ca = ${tls}/database-ca.pem
ssl_cert = ${tls}/database.pem
ssl_key = ${tls}/database.key

default_storage_engine = InnoDB
# What another engine holds is on one node alone. Counts for temporary tables, too: MariaDB knows no way to spare them.
enforce_storage_engine = InnoDB
innodb_buffer_pool_size = ${bufferPoolSize}
innodb_autoinc_lock_mode = 2
innodb_doublewrite = ON
innodb_flush_log_at_trx_commit = 1
# In MariaDB since 10.6.18, 10.11.8 and 11.4.2; default from 11.6.2 on.
loose-innodb_snapshot_isolation = ON
binlog_format = ROW
skip-log-bin

wsrep_on = ON
wsrep_provider = /usr/lib/galera/libgalera_smm.so
wsrep_cluster_name = ${galeraClusterName(instance)}
wsrep_node_name = ${node.name}
wsrep_node_address = ${node.address}
wsrep_node_incoming_address = ${node.address}:${port}
wsrep_slave_threads = ${processorsPlaceholder}
wsrep_retry_autocommit = 3
wsrep_sst_method = mariabackup
wsrep_sst_auth = mysql:
wsrep_sst_receive_address = ${node.address}:4444
wsrep_provider_options = "${galeraProviderOptions(options)}"

[sst]
# Certificate and key as in socket.ssl: both sides prove that they know the cluster's secret.
encrypt = 4
tca = ${tls}/ca.pem
tcert = ${tls}/node.pem
tkey = ${tls}/node.key
sockopt = ",bind=${node.address}"
${options.mariadb === undefined ? "" : `\n[mariadb]\n${options.mariadb.trim()}\n`}`;
}

export function galeraMembersAddress({ members }: Pick<GaleraNodeOptions, "members">): string {
  return `gcomm://${members.map((member) => member.address).join(",")}`;
}

/** Read at the next start only: members come and go without a restart of the others. */
export function galeraMembersConfig(options: GaleraNodeOptions): string {
  const { node, members } = options;
  const others = members.filter((member) => member.name !== node.name).map((member) => member.name);
  return `${generatedBy("#", options.constructPath)}
[mariadb]
wsrep_cluster_address = ${galeraMembersAddress(options)}
# At its start, a node that needs a copy asks who writes now and puts the others first; the last comma: or anybody.
wsrep_sst_donor = ${others.join(",")},
`;
}

/** Galera takes 32 characters. */
export function galeraClusterName(instance: string): string {
  if (instance.length <= 32) return instance;
  return `${instance.slice(0, 23)}-${createHash("sha256").update(instance).digest("hex").slice(0, 8)}`;
}

/**
 * Between regions each zone is a segment: a write crosses the long line once for each zone and not for each node. In
 * one site segments only make all traffic of a zone depend on one relay. Zones count in the order of the members, so
 * that a zone that is added at the end changes no other node's number.
 */
function segment({ node, members, timeouts }: GaleraNodeOptions): number {
  if (timeouts.profile !== "wan") return 0;
  return [...new Set(members.map((member) => member.zone))].indexOf(node.zone);
}
