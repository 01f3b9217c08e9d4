import { parseBytes } from "../../../core/bytes";
import { invalidProperty } from "../../../core/errors";
import { votesNotOdd } from "./votes-not-odd";
import { isIPv4 } from "../../kit/addresses";
import type { GaleraDatabase, GaleraNodeOptions } from "./galera-options";
import { isPlaceholder } from "../../placeholders";

/** How many characters a name may have (MariaDB, "Identifier Names"). */
export const MARIADB_NAMES = { name: 64, user: 80 } as const;

const SYSTEM_DATABASES = ["mysql", "information_schema", "performance_schema", "sys", "test", "beehive"];
const SYSTEM_ACCOUNTS = ["root", "mysql", "mariadb.sys", "public", "beehive-galera"];
const GALERA_PORTS: Readonly<Record<number, string>> = {
  4567: "replication",
  4568: "incremental state transfer",
  4444: "state snapshot transfer",
};

/** Everything that would not work, or not survive, is refused before anything is made of it. */
export function refuseGaleraOptions(options: GaleraNodeOptions): void {
  const { constructPath, members, node, databases, clients } = options;
  const bad = (property: string, value: unknown, problem: string) =>
    invalidProperty(constructPath, property, value, problem);
  if (!/^[a-z0-9][a-z0-9-]{0,127}$/.test(options.instance)) {
    throw bad("instance", options.instance, "lower-case letters, digits and dashes are allowed. Rename it.");
  }
  if (members.length < 3 || members.length % 2 === 0) throw votesNotOdd(constructPath, "members", members.length);
  for (const key of ["name", "address"] as const) {
    const twice = members.find((member, i) => members.findIndex((other) => other[key] === member[key]) !== i);
    if (twice) throw bad("members", twice[key], `two members have this ${key}. Give every member its own.`);
  }
  for (const member of members) {
    if (!isIPv4(member.address))
      throw bad("members", member.address, `${member.name} needs an IPv4 address, such as "10.77.0.31".`);
    if (!/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(member.name)) {
      throw bad("members", member.name, "a member's name is 1 to 63 letters, digits and dashes. Rename it.");
    }
  }
  const self = members.find((member) => member.name === node.name);
  if (self === undefined || self.address !== node.address) {
    throw bad("node", node.name, `it must be one of the members: ${members.map((member) => member.name).join(", ")}.`);
  }
  for (const client of clients) {
    const [address = "", prefix] = isPlaceholder(client) ? [client] : client.split("/");
    if (!isIPv4(address) || (prefix !== undefined && !/^([0-9]|[12][0-9]|3[0-2])$/.test(prefix))) {
      throw bad("clients", client, 'write an IPv4 address or network, such as "10.77.0.21" or "10.77.0.0/24".');
    }
  }
  for (const property of ["gcacheSize", "bufferPoolSize"] as const) {
    const value = options[property];
    if (value !== undefined && !/^[1-9][0-9]*[KMGT]?$/.test(value)) {
      throw bad(property, value, 'write a size as MariaDB does, such as "512M" or "2G".');
    }
  }
  refusePacket(constructPath, options.maxAllowedPacket);
  const { port = 3306, agentPort = 9200 } = options;
  const taken = GALERA_PORTS[port];
  if (taken) throw bad("port", port, `Galera uses it for ${taken}. Choose another.`);
  const agentTaken = agentPort === port ? "MariaDB" : GALERA_PORTS[agentPort];
  if (agentTaken) throw bad("agentPort", agentPort, `it is used for ${agentTaken}. Choose another.`);
  refuseDatabases(databases, bad);
}

/** Galera takes write sets of 2 GB (`wsrep_max_ws_size`); MariaDB takes packets of half of that. @param path of the construct */
export function refusePacket(path: string, value: string | undefined): void {
  if (value === undefined) return;
  const bytes = parseBytes(value);
  if (/^[1-9][0-9]*[KMG]?$/.test(value) && bytes >= 1024 ** 2 && bytes <= 1024 ** 3 && bytes % 1024 === 0) return;
  const problem = 'MariaDB takes 1M to 1G in whole kilobytes, such as "64M"; larger values go into several rows.';
  throw invalidProperty(path, "maxAllowedPacket", value, problem);
}

function refuseDatabases(
  databases: readonly GaleraDatabase[],
  bad: (property: string, value: unknown, problem: string) => Error,
): void {
  databases.forEach(({ name, user, passwordSecret }, i) => {
    for (const [key, value, reserved] of [
      ["name", name, SYSTEM_DATABASES],
      ["user", user, SYSTEM_ACCOUNTS],
    ] as const) {
      const property = `databases.${i}.${key}`;
      if (!/^[A-Za-z0-9_]+$/.test(value) || value.length > MARIADB_NAMES[key])
        throw bad(property, value, `1 to ${MARIADB_NAMES[key]} letters, digits and underscores are allowed.`);
      if (reserved.includes(value.toLowerCase())) throw bad(property, value, "the name is reserved. Choose another.");
    }
    if (databases.findIndex((other) => other.name === name) !== i) {
      throw bad(`databases.${i}.name`, name, "it is used twice; give each database a name of its own.");
    }
    const sameUser = databases.find((other) => other.user === user);
    if (sameUser?.passwordSecret !== passwordSecret) {
      throw bad(`databases.${i}.user`, user, "it has two passwords. Give each password a user of its own.");
    }
  });
}
