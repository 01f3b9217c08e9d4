import { combine } from "../kit/combine";
import { Duration } from "../../core/duration";
import { addressFamily, socketAddress } from "../kit/addresses";
import { connectionWatch } from "./connection-watch";
import { haproxyInstance, haproxyWord, type HaproxyExtraConfig, type HaproxySection } from "./haproxy";
import { nftablesTable, tableName, type NftablesTable } from "../kit/nftables";
import { rotationPort, rotationSection, type RotationDoorOptions } from "./rotation";
import type { Port, Software } from "../software";

export interface HttpEntranceOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /**
   * Where visitors come in. The address need not be on this machine: the machine that holds it answers. `*` is every IPv4
   * address of the machine.
   */
  readonly bind: { readonly address: string; readonly port: number };
  /** @default - visitors come over plain HTTP */
  readonly tls?: EntranceTlsOptions;
  /** On 127.0.0.1: answers 200 while HAProxy serves. */
  readonly readyPort: number;
  /** In the same order on every load balancer. */
  readonly servers: readonly HttpServer[];
  readonly health: HttpHealth;
  /** @default HTTP_CHECKS */
  readonly checks?: Partial<HttpChecks>;
  /** @default HTTP_TIMEOUTS */
  readonly timeouts?: Partial<HttpTimeouts>;
  /** Connections of visitors at the same time; later ones wait in the kernel's queue. @default 8000 */
  readonly maxConnections?: number;
  /** Where servers ask whether they are in rotation. @default - nowhere */
  readonly rotation?: RotationDoorOptions;
  readonly extraConfig?: HaproxyExtraConfig;
}

export interface EntranceTlsOptions {
  /** Certificate, the chain behind it and the private key, as PEM, one after the other; secrets as placeholders. */
  readonly pem: string;
  /** TCP port from which visitors are sent to the encrypted one. @default - none */
  readonly redirectFrom?: number;
}

export interface HttpServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly zone: string;
}

/** What a server that can do its work answers. */
export interface HttpHealth {
  readonly path: string;
  /** @default 200 */
  readonly status?: number;
  /** Text that the answer must contain. @default - any */
  readonly body?: string;
  /** Headers of the check, as visitors' requests have them. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpChecks {
  /** Between checks of a server that is up or down. */
  readonly interval: Duration;
  /** Between checks of a server that just failed or is coming back. */
  readonly fastInterval: Duration;
  /** How long an answer may take. */
  readonly timeout: Duration;
  /** Failures in a row that take a server out. */
  readonly fall: number;
  /** Answers in a row that bring it back. */
  readonly rise: number;
}

export interface HttpTimeouts {
  /** For a connection to a server; after it the request goes to another one. */
  readonly connect: Duration;
  /** Longest silence of a server in the middle of an answer. */
  readonly server: Duration;
  /** Longest silence of a visitor in the middle of a request or an answer. */
  readonly client: Duration;
  /** How long a request waits for a free server. */
  readonly queue: Duration;
}

/** From the lab: at 30 requests/s a dead server is out after 0.3 s, without requests after 1 s; until then it costs one 0.2 s. */
export const HTTP_CHECKS: HttpChecks = {
  interval: Duration.millis(500),
  fastInterval: Duration.millis(100),
  timeout: Duration.millis(500),
  fall: 2,
  rise: 2,
};

export const HTTP_TIMEOUTS: HttpTimeouts = {
  connect: Duration.millis(200),
  server: Duration.seconds(30),
  client: Duration.seconds(30),
  queue: Duration.seconds(5),
};

/** Section with the servers. */
export const ENTRANCE_BACKEND = "servers";

/**
 * Names of headers by which proxies say whom they speak for. Programs for which `-` and `_` are one (CGI, WSGI, PHP) read both. HAProxy
 * has all names in small letters.
 */
const CLAIMS = "^(x[-_]forwarded([-_].*)?|forwarded|x[-_](real|client|cluster[-_]client)[-_]ip|true[-_]client[-_]ip)$";

/** HAProxy in front of identical HTTP servers: checks each of them, and hides the loss of one from visitors. */
export function httpEntrance(options: HttpEntranceOptions): Software {
  const { instance, constructPath, bind, tls, rotation, extraConfig = {} } = options;
  const checks = withDefaults(HTTP_CHECKS, options.checks);
  const timeouts = withDefaults(HTTP_TIMEOUTS, options.timeouts);
  const maxConnections = options.maxConnections ?? 8000;
  const quiet = suppressResets(options);
  const certificate = `/etc/beehive/tls/${instance}.pem`;
  const doors = [
    { port: bind.port, purpose: tls === undefined ? "HAProxy, HTTP" : "HAProxy, HTTPS", property: "port" },
  ];
  if (tls?.redirectFrom !== undefined)
    doors.push({ port: tls.redirectFrom, purpose: "HAProxy, HTTP to HTTPS", property: "tls.redirect" });
  const watched = options.servers.map((server) => ({ ...server, proxy: ENTRANCE_BACKEND, end: "silent" as const }));
  const watch = connectionWatch({ instance, constructPath, servers: watched });
  const haproxy = haproxyInstance({
    instance,
    constructPath,
    name: `http-entrance-${instance}`,
    noun: "the entrance",
    hardStopAfter: Duration.minutes(10),
    readyPort: options.readyPort,
    files: tls === undefined ? [] : [{ path: certificate, content: tls.pem, mode: "0600" }],
    defaults: [
      "mode http",
      "option httplog",
      // Failed requests are logged as errors, the others not at all (global log level).
      "option log-separate-errors",
      "option dontlognull",
      `timeout connect ${timeouts.connect.toMillis()}ms`,
      `timeout client ${timeouts.client.toMillis()}ms`,
      `timeout server ${timeouts.server.toMillis()}ms`,
      `timeout queue ${timeouts.queue.toMillis()}ms`,
      `timeout check ${checks.timeout.toMillis()}ms`,
      "timeout http-request 10s",
      "timeout http-keep-alive 10s",
      "timeout tunnel 1h",
    ],
    sections: [
      {
        title: "frontend visitors",
        lines: [
          // transparent: the address may be on another machine at the moment. Only this address, so that a web server on
          // the same machine may use the same port on its own address.
          `bind ${socketAddress(bind.address, bind.port)} transparent${tls === undefined ? "" : ` ${tlsWords(certificate)}`}`,
          // Less than the process can take, so that a flood does not silence the port that keepalived asks.
          `maxconn ${maxConnections}`,
          // Set, not appended: what a visitor claims about itself is not passed on, in whatever spelling an application reads it.
          `http-request del-header ${CLAIMS} -m reg`,
          "http-request set-header X-Forwarded-For %[src]",
          `http-request set-header X-Forwarded-Proto ${tls === undefined ? "http" : "https"}`,
          "http-request set-header X-Forwarded-Host %[req.hdr(host)] if { req.hdr(host) -m found }",
          `http-request set-header X-Forwarded-Port ${bind.port}`,
          "http-request set-header X-Real-IP %[src]",
          `default_backend ${ENTRANCE_BACKEND}`,
        ],
        extra: extraConfig.frontend,
      },
      ...redirectSection(options, maxConnections),
      {
        title: `backend ${ENTRANCE_BACKEND}`,
        lines: [watch.logLine, ...backendLines(options.health, checks), ...options.servers.map(serverLine)],
        extra: extraConfig.backend,
      },
      ...(rotation === undefined ? [] : [rotationSection(rotation, [ENTRANCE_BACKEND], options.servers)]),
    ],
    ports: [
      ...doors.map(({ port, purpose, property }): Port => ({
        port,
        protocol: "tcp",
        address: bind.address,
        from: "world",
        purpose,
        property,
      })),
      { port: options.readyPort, protocol: "tcp", address: "127.0.0.1", from: "localhost", purpose: "HAProxy, ready" },
      ...(rotation === undefined ? [] : [rotationPort(rotation)]),
    ],
    extraConfig,
  });
  return combine(
    haproxy.name,
    { files: quiet.files, services: [...quiet.services, watch.service], gate: [quiet.gate] },
    haproxy,
    { packages: ["nftables", "iproute2"], files: watch.files },
  );
}

/**
 * A machine whose HAProxy died would refuse visitors until the address moves, and a refused visitor sees an error.
 * Without the reset the visitor's kernel repeats the SYN after 1 s, and the machine that holds the address by then answers. In the
 * lab, 10 to 30 of 800 requests failed with refusals when a load balancer was killed, 1 to 4 (open connections) without.
 * A reset with the sequence number 0 is a refusal; those of open connections pass.
 */
function suppressResets({ instance, constructPath, bind, tls }: HttpEntranceOptions): NftablesTable {
  const family = addressFamily(bind.address);
  const source = bind.address === "*" ? "" : `${family} saddr ${bind.address} `;
  const ports = tls?.redirectFrom === undefined ? String(bind.port) : `{ ${bind.port}, ${tls.redirectFrom} }`;
  return nftablesTable({
    constructPath,
    noun: "the silence of the entrance's address",
    table: `${family} ${tableName(instance)}`,
    path: `/etc/beehive/nftables/${instance}.entrance.nft`,
    unit: `beehive-entrance-${instance}.service`,
    lines: [
      "chain output {",
      "    type filter hook output priority filter; policy accept;",
      `    ${source}tcp sport ${ports} tcp flags == rst|ack tcp sequence 0 drop`,
      "}",
    ],
  });
}

/** Mozilla's intermediate profile: everything that is still in use, and nothing that is broken. HTTP/2 where the visitor offers it. */
function tlsWords(certificate: string): string {
  return `ssl crt ${certificate} ssl-min-ver TLSv1.2 alpn h2,http/1.1`;
}

function redirectSection({ bind, tls }: HttpEntranceOptions, maxConnections: number): HaproxySection[] {
  if (tls?.redirectFrom === undefined) return [];
  const host = "%[req.hdr(host),regsub(:[0-9]+$,)]";
  const port = bind.port === 443 ? "" : `:${bind.port}`;
  return [
    {
      title: "frontend unencrypted",
      lines: [
        `bind ${socketAddress(bind.address, tls.redirectFrom)} transparent`,
        `maxconn ${maxConnections}`,
        // 308: a form that was sent stays one.
        `http-request redirect code 308 location https://${host}${port}%[pathq]`,
      ],
    },
  ];
}

function backendLines(health: HttpHealth, checks: HttpChecks): string[] {
  const { path, status = 200, body, headers } = health;
  const sent = Object.entries({ Host: "health", "User-Agent": "beehive", ...headers });
  return [
    // A dead server collects waiting connections, so that it gets fewer new ones even before it is found dead.
    "balance leastconn",
    "option httpchk",
    `http-check send meth GET uri ${haproxyWord(path)} ver HTTP/1.1 ` +
      sent.map(([name, value]) => `hdr ${name} ${haproxyWord(value)}`).join(" "),
    `http-check expect status ${status}`,
    ...(body === undefined ? [] : [`http-check expect string ${haproxyWord(body)}`]),
    "retries 3",
    "option redispatch 1",
    // A connection that failed carried no request, so that every request may be retried. Beyond that only requests that
    // mean the same twice (RFC 9110, 9.2.2). A slow answer is no reason: it would run on every server in turn.
    "retry-on conn-failure empty-response junk-response 502",
    "acl idempotent method GET HEAD OPTIONS TRACE PUT DELETE",
    "http-request disable-l7-retry unless idempotent",
    // A request that waits on a machine that died in silence: the kernel asks every second whether the machine is still
    // there, and after 3 s the request goes to another one. A slow answer is not cut, because the kernel of a busy machine
    // still answers. 1 s is the kernel's shortest; one lost probe alone proves nothing.
    "option srvtcpka",
    "srvtcpka-idle 1s",
    "srvtcpka-intvl 1s",
    "srvtcpka-cnt 2",
    "default-server " +
      [
        `check inter ${checks.interval.toMillis()}ms fastinter ${checks.fastInterval.toMillis()}ms`,
        `downinter ${checks.interval.toMillis()}ms fall ${checks.fall} rise ${checks.rise}`,
        "observe layer4 error-limit 2 on-error mark-down",
        "slowstart 5s tcp-ut 1s",
      ].join(" "),
  ];
}

function serverLine(server: HttpServer): string {
  return `server ${server.name} ${socketAddress(server.address, server.port)}`;
}

/** `undefined` counts as missing. */
function withDefaults<T extends object>(defaults: T, given: Partial<T> = {}): T {
  const set = Object.entries(given).filter(([key, value]) => key in defaults && value !== undefined);
  return { ...defaults, ...Object.fromEntries(set) };
}
