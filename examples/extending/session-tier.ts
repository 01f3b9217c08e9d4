import type { Construct } from "constructs";
import { TerraformVariable } from "cdktf";
import {
  AFTER_NETWORK,
  combine,
  firewall,
  HARDENING,
  RESTART_FOR_EVER,
  secretPlaceholder,
  systemdUnit,
  Tier,
  unitText,
  type Machine,
  type Software,
  type TierDescription,
  type TierProps,
} from "cdktf-beehive";

const PORT = 6379;
const FOLDER = "/var/lib/redis";

/** Redis on one machine, which keeps sessions on its disk. Whoever needs it is down while it is. */
export class SessionTier extends Tier {
  private readonly clients: Tier[] = [];

  constructor(scope: Construct, id: string, props: TierProps) {
    const data = { mount: FOLDER, gibibytes: 10, why: "sessions" };
    super(scope, id, props, { noun: "servers", count: 1, data });
    const password = new TerraformVariable(this, "password", { type: "string", sensitive: true });
    this.rollOut({
      software: (machine) => [this.server(machine)],
      secrets: { "redis-password": password.stringValue },
    });
  }

  /** Opens the store to the machines of a tier. */
  allowFrom(client: Tier): void {
    this.refuseLate(`client ${client.path}`);
    this.clients.push(client);
  }

  protected describe(): TierDescription {
    return {
      kind: "SessionTier",
      engine: "redis",
      atLeast: 1,
      data: [{ what: "sessions", folder: FOLDER, copies: "each" }],
      losses: {
        loss: [{ when: "machine", seconds: 2, guaranteed: false, why: "appendfsync everysec" }],
      },
    };
  }

  private server({ privateAddress }: Machine): Software {
    const { path: constructPath, instance } = this;
    const unit = `redis-${instance}.service`;
    const from = this.clients.flatMap(({ machines }) => machines.map((machine) => machine.privateAddress));
    const ports = [{ port: PORT, protocol: "tcp" as const, address: privateAddress, from, purpose: "redis" }];
    const settings = {
      path: `/etc/redis/${instance}.conf`,
      mode: "0640",
      group: "redis",
      content: [
        `bind ${privateAddress}`,
        `requirepass ${secretPlaceholder("redis-password")}`,
        `dir ${FOLDER}`,
        "appendonly yes",
        "appendfsync everysec",
        "",
      ].join("\n"),
    };
    const file = systemdUnit({
      unit,
      constructPath,
      Unit: [`Description=${unitText(`redis of ${constructPath}`)}`, ...AFTER_NETWORK, ...RESTART_FOR_EVER.Unit],
      Service: [
        `ExecStart=/usr/bin/redis-server ${settings.path}`,
        "User=redis",
        ...RESTART_FOR_EVER.Service,
        ...HARDENING,
        `ReadWritePaths=${FOLDER}`,
      ],
    });
    return combine(`redis-${instance}`, firewall({ instance, constructPath, ports, guards: [unit] }), {
      packages: ["redis-server"],
      unusedUnits: ["redis-server.service"],
      directories: [{ path: FOLDER, mode: "0750", owner: "redis", group: "redis" }],
      files: [settings, file],
      services: [{ unit, onChange: "restart", watches: [file.path, settings.path] }],
      // Without the password it answers all the same: that it wants one.
      gate: [
        {
          description: "redis answers",
          command: ["sh", "-c", `redis-cli -h "$0" ping | grep -E 'PONG|NOAUTH'`, privateAddress],
          timeoutSeconds: 20,
        },
      ],
      ports,
    });
  }
}
