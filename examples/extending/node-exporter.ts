import {
  AFTER_NETWORK,
  HARDENING,
  httpProbe,
  RESTART_FOR_EVER,
  systemdUnit,
  unitText,
  type Machine,
  type Software,
  type Tier,
} from "cdktf-beehive";

const PORT = 9100;
const TEXTFILES = "/var/lib/node-exporter";

/** Prometheus's node exporter for a tier's machines, and a timer that counts what waits for an upgrade. */
export const nodeExporter =
  (tier: Tier, from: readonly string[]) =>
  ({ privateAddress }: Machine): Software => {
    const name = `node-exporter-${tier.instance}`;
    const exporter = systemdUnit({
      unit: `${name}.service`,
      constructPath: tier.path,
      Unit: [`Description=${unitText(`node exporter on ${tier.path}`)}`, ...AFTER_NETWORK, ...RESTART_FOR_EVER.Unit],
      Service: [
        `ExecStart=/usr/bin/prometheus-node-exporter --web.listen-address=${privateAddress}:${PORT} ` +
          `--collector.textfile.directory=${TEXTFILES}`,
        "User=prometheus",
        ...RESTART_FOR_EVER.Service,
        ...HARDENING,
      ],
    });
    const count = systemdUnit({
      unit: `${name}-upgrades.service`,
      constructPath: tier.path,
      Unit: [`Description=${unitText(`count upgrades on ${tier.path}`)}`],
      Service: [
        "Type=oneshot",
        `ExecStart=/bin/sh -c 'echo node_upgrades_waiting $$(apt-get -qs upgrade | grep -c ^Inst) >${TEXTFILES}/new'`,
        `ExecStart=/bin/mv ${TEXTFILES}/new ${TEXTFILES}/upgrades.prom`,
      ],
      Install: [],
    });
    const timer = systemdUnit({
      unit: `${name}-upgrades.timer`,
      constructPath: tier.path,
      Unit: [`Description=${unitText(`count upgrades on ${tier.path}`)}`],
      Timer: ["OnActiveSec=1s", "OnUnitActiveSec=6h", "AccuracySec=1s"],
      Install: ["WantedBy=timers.target"],
    });
    return {
      name,
      packages: ["prometheus-node-exporter"],
      unusedUnits: ["prometheus-node-exporter.service"],
      directories: [{ path: TEXTFILES }],
      files: [exporter, count, timer],
      services: [
        { unit: `${name}.service`, onChange: "restart", watches: [exporter.path] },
        { unit: `${name}-upgrades.timer`, onChange: "restart", watches: [timer.path, count.path] },
      ],
      gate: [
        httpProbe({
          description: "the exporter answers",
          host: privateAddress,
          port: PORT,
          path: "/metrics",
          text: "node_load1",
          timeoutSeconds: 20,
        }),
      ],
      ports: [{ port: PORT, protocol: "tcp", address: privateAddress, from, purpose: "node exporter" }],
    };
  };
