import { generatedBy } from "../placeholders";
import type { ManagedFile, ManagedService } from "../software";
import { AFTER_NETWORK, HARDENING, RESTART_FOR_EVER, systemdUnit, unitPath, unitText } from "../kit/systemd-unit";

export interface ConnectionWatchOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  readonly servers: readonly WatchedServer[];
}

export interface WatchedServer {
  /** HAProxy's name of the proxy that the server is in. */
  readonly proxy: string;
  /** HAProxy's name of the server. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /**
   * When connections to a server that went down are ended. `silent`: when nothing answers at its address any more; a
   * server that answers with an error, or slowly, may still finish what it has begun. `always`: also when it reported itself
   * as unavailable.
   */
  readonly end: "silent" | "always";
}

export interface ConnectionWatch {
  readonly files: readonly ManagedFile[];
  readonly service: ManagedService;
  /** Line for the proxies whose servers are watched. */
  readonly logLine: string;
}

/**
 * Ends connections to servers that went down.
 *
 * A request that waits for an answer of a machine that died in silence has nothing to send, so that the kernel notices
 * only after its keepalive, 2 to 3 s. HAProxy knows it much sooner, from its checks and from other requests, but lets
 * the waiting ones wait. This program reads HAProxy's log line that a server is down and makes the kernel abort the connections
 * to it; HAProxy then repeats what may be repeated on another server, and closes the rest.
 *
 * HAProxy's own `on-marked-down shutdown-sessions` does not repeat anything, and leaves a session that is just being
 * connected hanging for as long as `timeout client` lasts (seen with 3.0.11: SYN-SENT for ever, the client never closed).
 */
export function connectionWatch({ instance, constructPath, servers }: ConnectionWatchOptions): ConnectionWatch {
  const unit = `beehive-watch-${instance}.service`;
  const program = `/usr/local/lib/beehive/watch-${instance}`;
  const socket = `/run/beehive-watch-${instance}/log.sock`;
  const places = servers.map(({ proxy, name, address, port, end }) => [`${proxy}/${name}`, [address, port, end]]);
  return {
    files: [
      {
        path: program,
        mode: "0755",
        content: `#!/usr/bin/python3
${generatedBy("#", constructPath)}import grp
import json
import os
import re
import socket
import subprocess

SERVERS = json.loads('${JSON.stringify(Object.fromEntries(places))}')
DOWN = re.compile(r"Server (\\S+) is DOWN, reason: (.*)")


def silent(address, port):
    # A machine that refuses is alive.
    try:
        socket.create_connection((address, port), 0.1).close()
    except OSError as problem:
        return not isinstance(problem, ConnectionError)
    return False


if os.path.exists("${socket}"):
    os.unlink("${socket}")
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("${socket}")
# HAProxy tells, nobody else.
os.chown("${socket}", 0, grp.getgrnam("haproxy").gr_gid)
os.chmod("${socket}", 0o620)
while True:
    match = DOWN.search(log.recv(65536).decode("utf-8", "replace"))
    if match is None or match[1] not in SERVERS:
        continue
    address, port, end = SERVERS[match[1]]
    if end == "always" or "Layer4 timeout" in match[2] or silent(address, port):
        # Not those that are being connected: HAProxy's own timeout takes them elsewhere.
        filters = ["state", "established", "dst", address, "dport", "=", f":{port}"]
        subprocess.run(["ss", "--kill", "--tcp", *filters], stdout=subprocess.DEVNULL)
        print(f"{match[1]} is down, connections to it are ended: {match[2]}", flush=True)
`,
      },
      systemdUnit({
        unit,
        constructPath,
        Unit: [
          `Description=Ends connections to dead servers of ${unitText(constructPath)}`,
          ...AFTER_NETWORK,
          ...RESTART_FOR_EVER.Unit,
        ],
        Service: [
          `ExecStart=${program}`,
          ...RESTART_FOR_EVER.Service,
          `RuntimeDirectory=beehive-watch-${instance}`,
          "CapabilityBoundingSet=CAP_NET_ADMIN CAP_CHOWN CAP_FOWNER",
          ...HARDENING,
        ],
      }),
    ],
    service: { unit, onChange: "restart", watches: [program, unitPath(unit)] },
    logLine: `log ${socket} format raw local0 notice`,
  };
}
