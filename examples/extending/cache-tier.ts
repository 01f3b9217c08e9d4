import type { Construct } from "constructs";
import {
  AFTER_NETWORK,
  BeehiveError,
  combine,
  firewall,
  HARDENING,
  RESTART_FOR_EVER,
  systemdUnit,
  Tier,
  unitText,
  type Machine,
  type Software,
  type TierDescription,
  type TierProps,
} from "cdktf-beehive";

export interface CacheTierProps extends TierProps {
  /** How many servers, 2 or more. */
  readonly servers: number;
  /** Memory of each, in MiB. @default 64 */
  readonly memory?: number;
}

const PORT = 11211;

/** Asks the daemon itself to keep a value and to give it back: an open port says nothing of a daemon that hangs. */
const KEEPS = `
import socket, sys
with socket.create_connection((sys.argv[1], ${PORT}), 2) as connection:
    connection.sendall(b"set beehive 0 5 2\\r\\nok\\r\\nget beehive\\r\\nquit\\r\\n")
    answer = b"".join(iter(lambda: connection.recv(4096), b""))
sys.exit(b"\\r\\nok\\r\\n" not in answer)
`.trim();

/** memcached on two servers or more. Each keeps its own part of the keys, so that a lost one costs its part. */
export class CacheTier extends Tier {
  private readonly clients: Tier[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CacheTierProps,
  ) {
    const path = `${scope.node.path}/${id}`;
    if (props.servers < 2)
      throw new BeehiveError(path, `servers is ${props.servers}; one would be alone. Use 2 or more.`);
    super(scope, id, props, { noun: "servers", count: props.servers });
    this.rollOut({ software: (machine) => [this.server(machine)] });
  }

  /** `host:port` of every server, for clients. */
  get servers(): string[] {
    return this.machines.map((machine) => `${machine.privateAddress}:${PORT}`);
  }

  /** Opens the cache to the machines of a tier. */
  allowFrom(client: Tier): void {
    this.refuseLate(`client ${client.path}`);
    this.clients.push(client);
  }

  protected describe(): TierDescription {
    return {
      kind: "CacheTier",
      engine: "memcached",
      atLeast: this.machines.length - 1,
      endpoints: [{ kind: "health", protocol: "tcp", virtual: false, port: PORT }],
      settings: { clientTimeout: 0.2 },
      losses: {
        recovery: [
          { when: ["machine", "zone"], steps: [{ what: "clients give up a silent server", of: "clientTimeout" }] },
        ],
        growth: { property: "servers", step: 1, atLeast: "same" },
      },
    };
  }

  private server({ privateAddress }: Machine): Software {
    const { path: constructPath, instance } = this;
    const unit = `memcached-${instance}.service`;
    const from = this.clients.flatMap(({ machines }) => machines.map((machine) => machine.privateAddress));
    const ports = [{ port: PORT, protocol: "tcp" as const, address: privateAddress, from, purpose: "memcached" }];
    const file = systemdUnit({
      unit,
      constructPath,
      Unit: [`Description=${unitText(`memcached of ${constructPath}`)}`, ...AFTER_NETWORK, ...RESTART_FOR_EVER.Unit],
      Service: [
        `ExecStart=/usr/bin/memcached -l ${privateAddress} -p ${PORT} -U 0 -m ${this.props.memory ?? 64}`,
        "User=memcache",
        ...RESTART_FOR_EVER.Service,
        ...HARDENING,
      ],
    });
    return combine(`memcached-${instance}`, firewall({ instance, constructPath, ports, guards: [unit] }), {
      packages: ["memcached"],
      // Debian's own, which would listen on 127.0.0.1 and serve nobody.
      unusedUnits: ["memcached.service"],
      files: [file],
      services: [{ unit, onChange: "restart", watches: [file.path] }],
      gate: [
        {
          description: "memcached keeps a value",
          command: ["python3", "-c", KEEPS, privateAddress],
          timeoutSeconds: 20,
        },
      ],
      ports,
    });
  }
}
