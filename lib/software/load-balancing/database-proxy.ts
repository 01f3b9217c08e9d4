import { combine } from "../kit/combine";
import { Duration } from "../../core/duration";
import { socketAddress } from "../kit/addresses";
import { connectionWatch } from "./connection-watch";
import { haproxyInstance } from "./haproxy";
import { rotationPort, rotationSection, type RotationDoorOptions } from "./rotation";
import type { Software } from "../software";

export interface DatabaseProxyOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /** On 127.0.0.1: leads to the node that takes the writes. @default 3306 */
  readonly writerPort?: number;
  /** On 127.0.0.1: leads to any node that answers reads. @default 3307 */
  readonly readerPort?: number;
  /** In the same order on every machine. */
  readonly members: readonly DatabaseMember[];
  /** @default DATABASE_PROXY_CHECKS */
  readonly checks?: DatabaseProxyChecks;
  /** Connections of this machine at the same time, for writers and for readers each. @default 2000 */
  readonly maxConnections?: number;
  /** Where members ask whether this machine reaches them. @default - nowhere */
  readonly rotation?: RotationDoorOptions;
}

export interface DatabaseMember {
  readonly name: string;
  readonly address: string;
  /** Of the database. */
  readonly port: number;
  /** Of the health agent: `GET /writer` and `GET /reader` answer 200 where that is true. */
  readonly agentPort: number;
}

export interface DatabaseProxyChecks {
  /** Between questions to the agent whether its node is the writer. */
  readonly interval: Duration;
  /** Between questions after an answer that changed. */
  readonly fastInterval: Duration;
  /** Between questions whether its node is readable. */
  readonly readerInterval: Duration;
  /** How long an answer may take. The agent answers from memory, so that silence means trouble. */
  readonly timeout: Duration;
}

/** The writer changes after the cluster agreed on it, so that one more answer is all that this adds to the write gap. */
export const DATABASE_PROXY_CHECKS: DatabaseProxyChecks = {
  interval: Duration.millis(250),
  fastInterval: Duration.millis(200),
  readerInterval: Duration.millis(500),
  timeout: Duration.millis(500),
};

/** How long a proxy takes at most to notice that a member answers readers, or that it does not. */
export function memberNoticed({ readerInterval, fastInterval, timeout }: DatabaseProxyChecks): Duration {
  return Duration.millis(readerInterval.toMillis() + 2 * timeout.toMillis() + fastInterval.toMillis());
}

/** HAProxy on every client's machine: the database is on a local address, and there is no database proxy to lose. */
export function databaseProxy(options: DatabaseProxyOptions): Software {
  const { instance, constructPath, members, writerPort = 3306, readerPort = 3307, maxConnections = 2000 } = options;
  const { rotation } = options;
  const checks = options.checks ?? DATABASE_PROXY_CHECKS;
  const watch = connectionWatch({
    instance: `${instance}-db`,
    constructPath,
    servers: members.flatMap(({ name, address, port }) => [
      // A session on a node that is not the writer any more would write beside the others' writes.
      { proxy: "writer", name, address, port, end: "always" },
      { proxy: "reader", name, address, port, end: "silent" },
    ]),
  });
  const listen = (role: "writer" | "reader", port: number, interval: Duration, balance: string) => ({
    title: `listen ${role}`,
    lines: [
      `bind 127.0.0.1:${port}`,
      watch.logLine,
      `maxconn ${maxConnections}`,
      `balance ${balance}`,
      "option httpchk",
      `http-check send meth GET uri /${role} ver HTTP/1.1 hdr Host health hdr User-Agent beehive`,
      "http-check expect status 200",
      "default-server " +
        [
          `check inter ${interval.toMillis()}ms fastinter ${checks.fastInterval.toMillis()}ms`,
          `downinter ${interval.toMillis()}ms fall 2 rise 1`,
          "tcp-ut 2s",
        ].join(" "),
      ...members.map(
        (member) => `server ${member.name} ${socketAddress(member.address, member.port)} port ${member.agentPort}`,
      ),
    ],
  });
  const local = { protocol: "tcp", address: "127.0.0.1", from: "localhost", property: "databasePort" } as const;
  const haproxy = haproxyInstance({
    instance,
    constructPath,
    name: `database-proxy-${instance}`,
    noun: "the database proxy",
    // Sessions of the process before a reload are not checked any more and would stay on a writer that has moved.
    hardStopAfter: Duration.seconds(5),
    defaults: [
      "mode tcp",
      "option tcplog",
      "option dontlog-normal",
      "timeout connect 300ms",
      // Idle sessions end when MariaDB ends them (wait_timeout, 8 hours).
      "timeout client 9h",
      "timeout server 9h",
      "timeout queue 1s",
      `timeout check ${checks.timeout.toMillis()}ms`,
      "retries 3",
      "option redispatch 1",
      "option clitcpka",
      "option srvtcpka",
      "srvtcpka-idle 5s",
      "srvtcpka-intvl 1s",
      "srvtcpka-cnt 3",
    ],
    sections: [
      // first: should two nodes say "writer" for a moment, everybody takes the same one.
      listen("writer", writerPort, checks.interval, "first"),
      listen("reader", readerPort, checks.readerInterval, "leastconn"),
      ...(rotation === undefined ? [] : [rotationSection(rotation, ["reader", "writer"], members)]),
    ],
    ports: [
      { ...local, port: writerPort, purpose: "database proxy, writer" },
      { ...local, port: readerPort, purpose: "database proxy, reader" },
      ...(rotation === undefined ? [] : [rotationPort(rotation)]),
    ],
  });
  return combine(haproxy.name, { files: watch.files, services: [watch.service] }, haproxy, { packages: ["iproute2"] });
}
