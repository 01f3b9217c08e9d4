import { Duration } from "../../core/duration";
import { socketAddress } from "../kit/addresses";
import { haproxyInstance } from "./haproxy";
import type { Software } from "../software";

export interface EndpointProxyOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /** On 127.0.0.1: leads to the server that takes the writes. */
  readonly writerPort: number;
  /** On 127.0.0.1: leads to servers that answer reads. */
  readonly readerPort: number;
  readonly writer: Endpoint;
  readonly reader: Endpoint;
  /** Connections of this machine at the same time, for writers and for readers each. @default 2000 */
  readonly maxConnections?: number;
}

/** A name that the provider keeps: after a failover it leads to another server. */
export interface Endpoint {
  /** DNS name or IPv4 address. */
  readonly host: string;
  readonly port: number;
}

/** How often the endpoint's name is looked up. Managed databases give it a lifetime of 5 s or more, and change it when they fail over. */
export const ENDPOINT_LOOKUP = Duration.seconds(1);

/**
 * HAProxy on every client's machine: a managed database is on a local address, like a cluster of one's own, and a program that
 * looks a name up once and keeps the answer follows a failover all the same. It passes bytes on: TLS is between the program and
 * the database. The provider decides whether the database works; the proxy does not check it.
 */
export function endpointProxy(options: EndpointProxyOptions): Software {
  const { instance, constructPath, writer, reader, writerPort, readerPort, maxConnections = 2000 } = options;
  const listen = (role: "writer" | "reader", port: number, endpoint: Endpoint) => ({
    title: `listen ${role}`,
    lines: [
      `bind 127.0.0.1:${port}`,
      `maxconn ${maxConnections}`,
      // A machine may boot before its resolver answers; HAProxy must start all the same.
      `server ${role} ${socketAddress(endpoint.host, endpoint.port)} resolvers machine resolve-prefer ipv4 init-addr libc,none tcp-ut 2s`,
    ],
  });
  const local = { protocol: "tcp", address: "127.0.0.1", from: "localhost", property: "databasePort" } as const;
  return haproxyInstance({
    instance,
    constructPath,
    name: `endpoint-proxy-${instance}`,
    noun: "the database proxy",
    hardStopAfter: Duration.seconds(5),
    defaults: [
      "mode tcp",
      "option tcplog",
      "option dontlog-normal",
      "timeout connect 1s",
      // Idle sessions end when the database ends them.
      "timeout client 9h",
      "timeout server 9h",
      "timeout queue 1s",
      "retries 3",
      "option clitcpka",
      // A server that vanished with its zone says nothing: its sessions end after 8 s.
      "option srvtcpka",
      "srvtcpka-idle 5s",
      "srvtcpka-intvl 1s",
      "srvtcpka-cnt 3",
    ],
    sections: [
      {
        title: "resolvers machine",
        lines: [
          "parse-resolv-conf",
          // Long chains of names in one answer.
          "accepted_payload_size 4096",
          `timeout resolve ${ENDPOINT_LOOKUP.toMillis()}ms`,
          "timeout retry 500ms",
          "resolve_retries 3",
          `hold valid ${ENDPOINT_LOOKUP.toMillis()}ms`,
          // A resolver that is away does not take the database away: the last answer stays.
          ...["nx", "other", "refused", "timeout"].map((answer) => `hold ${answer} 1h`),
        ],
      },
      listen("writer", writerPort, writer),
      listen("reader", readerPort, reader),
    ],
    ports: [
      { ...local, port: writerPort, purpose: "database proxy, writer" },
      { ...local, port: readerPort, purpose: "database proxy, reader" },
    ],
  });
}
