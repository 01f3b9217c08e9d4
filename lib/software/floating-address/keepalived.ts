import { Duration } from "../../core/duration";
import { addressFamily } from "../kit/addresses";
import { generatedBy, interfacePlaceholder } from "../placeholders";
import { holderScript } from "./holder-script";
import type { Software } from "../software";
import { AFTER_NETWORK, HARDENING, RESTART_FOR_EVER, systemdUnit, unitText } from "../kit/systemd-unit";

export interface FloatingAddressOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  readonly self: FloatingAddressPeer;
  readonly peers: readonly FloatingAddressPeer[];
  /** The address that moves. */
  readonly address: string;
  /** In bits. @default - 32, 128 for IPv6 */
  readonly prefixLength?: number;
  /** VRRP's virtual router id, 1 to 255, unique on the network. */
  readonly routerId: number;
  /** 1 to 254, different on every machine; decides which machine begins with the address, not which one keeps it. */
  readonly priority: number;
  /**
   * Time between two adverts of the holder. After three missing adverts and VRRP's skew another machine takes the address; a
   * visitor whose first packet went to the dead machine comes back after 1 s (TCP's first retransmission), so that less
   * than 300 ms gains nothing for that one, and 100 ms leaves room for the move. @default Duration.millis(100)
   */
  readonly advertInterval?: Duration;
  /** On 127.0.0.1: HTTP, answers 200 while the load balancer serves. */
  readonly readyPort: number;
  /** systemd unit of the load balancer, which starts before. */
  readonly servingUnit: string;
}

export interface FloatingAddressPeer {
  readonly name: string;
  readonly address: string;
}

/** Less than this, and the least priority of a machine that does not hold the address is above that of any that does. */
const SETTLED = 100;

/** Without prefix and interface. */
const bare = (virtualAddress: string): string => virtualAddress.slice(0, virtualAddress.indexOf("/"));

/** Owns nothing; runs the script that probes the load balancer. */
const SCRIPT_USER = "nobody nogroup";

/**
 * keepalived 2.2.7 (Debian 12) ends its test of a file that has a script by sending SIGTERM to its own process group,
 * whether the file is right or wrong (status 143); a wrong one it explains first. `setsid` keeps the signal to itself.
 */
const CONFIG_TEST = `
said=$(setsid -w keepalived --config-test --vrrp --use-file "$1" 2>&1)
status=$?
[ -z "$said" ] || echo "$said"
[ $status -eq 0 ] || { [ $status -eq 143 ] && [ -z "$said" ]; }
`.trim();

export interface KeepalivedOptions {
  readonly instance: string;
  readonly constructPath: string;
  readonly self: FloatingAddressPeer;
  readonly peers: readonly FloatingAddressPeer[];
  readonly routerId: number;
  readonly priority: number;
  readonly advertInterval: Duration;
  readonly readyPort: number;
  readonly servingUnit: string;
  /** Of the unit, after `keepalived of …`. */
  readonly noun: string;
  /** What MASTER has, as a line of `virtual_ipaddress`. */
  readonly virtualAddress: string;
  /** Lines of `global_defs`. @default - none */
  readonly globals?: readonly string[];
  /** Lines of `vrrp_instance`. @default - none */
  readonly vrrpInstance?: readonly string[];
  /** A network of its own for VRRP, on which each peer receives each advert. @default - unicast to the peers' addresses */
  readonly link?: { readonly device: string; readonly unit: string };
  /** Lines of the unit's `[Service]`. @default - none */
  readonly service?: readonly string[];
}

/**
 * keepalived, one of its own for each group: an address that is always on a machine whose load balancer serves. VRRP 3
 * with unicast peers; the holder keeps the address when a machine of higher priority comes back, because every move costs the
 * connections that are open.
 */
export function floatingAddress(options: FloatingAddressOptions): Software {
  const { instance, address, advertInterval = Duration.millis(100) } = options;
  const prefixLength = options.prefixLength ?? (addressFamily(address) === "ip6" ? 128 : 32);
  return {
    name: `floating-address-${instance}`,
    ...keepalived({
      ...options,
      advertInterval,
      noun: address,
      virtualAddress: `${address}/${prefixLength}`,
      globals: [
        "# Switches forget, and a split brain leaves wrong entries behind: say again who holds the address.",
        "vrrp_garp_master_refresh 2",
        "vrrp_garp_lower_prio_repeat 1",
        "vrrp_higher_prio_send_advert true",
      ],
    }),
  };
}

/** keepalived with one VRRP instance, whose members are those machines whose load balancer serves. */
export function keepalived(options: KeepalivedOptions): Omit<Software, "name"> {
  const { instance, constructPath, self, peers, routerId, readyPort, noun, link } = options;
  const unit = `beehive-keepalived-${instance}.service`;
  const config = `/etc/beehive/keepalived/${instance}.conf`;
  const run = keepalivedFolder(instance);
  const script = `/usr/local/lib/beehive/entrance-ready-${instance}`;
  return {
    packages: ["keepalived"],
    unusedUnits: ["keepalived.service"],
    files: [
      holderScript({
        constructPath,
        path: script,
        readyPort,
        self: self.address,
        peers: peers.map((peer) => peer.address),
        address: bare(options.virtualAddress),
      }),
      { path: config, content: renderConfig(options, script) },
      systemdUnit({
        unit,
        constructPath,
        Unit: [
          `Description=keepalived of ${unitText(constructPath)}, ${noun}`,
          ...AFTER_NETWORK,
          `After=${options.servingUnit}`,
          ...(link === undefined ? [] : [`After=${link.unit}`, `Requires=${link.unit}`]),
          ...RESTART_FOR_EVER.Unit,
        ],
        Service: [
          "Type=notify",
          `ExecStart=/usr/sbin/keepalived --dont-fork --vrrp --log-console --use-file ${config} --pid ${run}/keepalived.pid --vrrp_pid ${run}/vrrp.pid`,
          "ExecReload=/bin/kill -HUP $MAINPID",
          ...(options.service ?? []),
          ...RESTART_FOR_EVER.Service,
          `RuntimeDirectory=beehive-keepalived-${instance}`,
          ...HARDENING.filter((line) => !line.startsWith("ProtectKernelTunables")),
        ],
      }),
    ],
    // Not a check of a staged copy: keepalived refuses a file whose script is not there yet.
    checks: [
      {
        description: `keepalived accepts ${config}`,
        command: ["sh", "-c", CONFIG_TEST, "keepalived", config],
      },
    ],
    // Gives the address away at once, where it has it.
    services: [{ unit, onChange: "reload", watches: [config, script], beforeUpgrade: ["systemctl", "stop", unit] }],
    gate: [
      {
        description: "keepalived runs",
        command: ["systemctl", "is-active", unit],
        timeoutSeconds: 10,
      },
    ],
    ports:
      link === undefined
        ? [
            {
              port: routerId,
              protocol: "vrrp",
              address: self.address,
              from: peers.map((peer) => peer.address),
              purpose: "keepalived, VRRP",
            },
          ]
        : [],
  };
}

/** There while keepalived runs. */
export function keepalivedFolder(group: string): string {
  return `/run/beehive-keepalived-${group}`;
}

function renderConfig(options: KeepalivedOptions, script: string): string {
  const { instance, constructPath, self, routerId, priority, advertInterval, virtualAddress } = options;
  const { globals = [], vrrpInstance = [], link } = options;
  const name = instance.replace(/-/g, "_");
  return `${generatedBy("#", constructPath)}global_defs {
    router_id ${self.name}
    vrrp_version 3
    enable_script_security
    script_user ${SCRIPT_USER}
${indented(globals)}    # A busy machine must not look like a dead one. Where the kernel refuses, keepalived says so and goes on.
    vrrp_rt_priority 50
    vrrp_no_swap
}

vrrp_script ready_${name} {
    script "${script} ready"
    interval 1
    timeout 1
    fall 2
    rise 1
    init_fail
}

# A holder that all others know of gives way to whoever takes the address while it is silent: it does not come back.
vrrp_script fresh_${name} {
    script "${script} fresh"
    interval 1
    timeout 1
    weight -${SETTLED}
    fall 3
    rise 1
}

vrrp_instance ${name} {
    state BACKUP
    nopreempt
    interface ${link?.device ?? interfacePlaceholder(self.address)}
    virtual_router_id ${routerId}
    priority ${priority}
    advert_int ${advertInterval.toSeconds()}
${indented(vrrpInstance)}${link === undefined ? unicast(options) : ""}    virtual_ipaddress {
        ${virtualAddress}
    }
    track_script {
        ready_${name}
        fresh_${name}
    }
}
`;
}

const indented = (lines: readonly string[]): string => lines.map((line) => `    ${line}\n`).join("");

function unicast({ self, peers }: KeepalivedOptions): string {
  return `    unicast_src_ip ${self.address}
    check_unicast_src
    unicast_fault_no_peer
    unicast_peer {
${peers.map((peer) => `        ${peer.address}\n`).join("")}    }
`;
}
