import type { FloatingAddressPeer } from "./keepalived";
import { generatedBy } from "../placeholders";
import type { ManagedFile, ManagedService, Port, Probe } from "../software";
import { AFTER_NETWORK, RESTART_FOR_EVER, systemdUnit, unitText } from "../kit/systemd-unit";

export interface VrrpLinkOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  readonly self: FloatingAddressPeer;
  readonly peers: readonly FloatingAddressPeer[];
  /** Unique on the machine: names the device and chooses the port. */
  readonly routerId: number;
}

export interface VrrpLink {
  /** The network interface. */
  readonly device: string;
  readonly unit: string;
  readonly files: readonly ManagedFile[];
  readonly service: ManagedService;
  readonly gate: Probe;
  readonly port: Port;
}

/**
 * A network of the machines' own, inside UDP (VXLAN, RFC 7348): VRRP is an IP protocol of its own, and there are cloud
 * firewalls that let nothing but TCP, UDP and ICMP through. Whatever is sent to all goes to each peer.
 *
 * Its addresses come from 198.18.0.0/15, which is for tests of network devices (RFC 2544) and on no network, so that the
 * user need not choose one: the last two numbers are those of the machine's own address.
 */
export function vrrpLink({ instance, constructPath, self, peers, routerId }: VrrpLinkOptions): VrrpLink {
  const device = `beehive${routerId}`;
  const unit = `beehive-vrrp-link-${instance}.service`;
  const program = `/usr/local/lib/beehive/vrrp-link-${instance}`;
  // Below the ports that the kernel gives to clients.
  const port = 19_000 + routerId;
  const content = `#!/bin/sh
${generatedBy("#", constructPath)}# Makes the link, or changes its peers while it is used.
set -e
self=${self.address}
peers="${peers.map((peer) => peer.address).join(" ")}"
everybody=00:00:00:00:00:00

ip link show ${device} >/dev/null 2>&1 || ip link add ${device} type vxlan id ${routerId} local $self dstport ${port} nolearning
ip address replace 198.18.\${self#*.*.}/15 dev ${device}
known=" $(bridge fdb show dev ${device} | sed -n "s/^$everybody .*dst \\([0-9.]*\\) .*/\\1/p" | tr '\\n' ' ')"
for peer in $peers; do
    case "$known" in
    *" $peer "*) ;;
    *) bridge fdb append $everybody dev ${device} dst $peer ;;
    esac
done
for peer in $known; do
    case " $peers " in
    *" $peer "*) ;;
    *) bridge fdb delete $everybody dev ${device} dst $peer ;;
    esac
done
ip link set ${device} up
`;
  return {
    device,
    unit,
    files: [
      { path: program, content, mode: "0755", validate: ["sh", "-n", "%s"] },
      systemdUnit({
        unit,
        constructPath,
        Unit: [`Description=VRRP in UDP of ${unitText(constructPath)}`, ...AFTER_NETWORK, ...RESTART_FOR_EVER.Unit],
        Service: [
          "Type=oneshot",
          "RemainAfterExit=yes",
          `ExecStart=${program}`,
          `ExecReload=${program}`,
          `ExecStop=-/usr/bin/ip link delete ${device}`,
          "Restart=on-failure",
          "RestartSec=1s",
        ],
      }),
    ],
    service: { unit, onChange: "reload", watches: [program] },
    gate: {
      description: "the link for VRRP is there",
      command: ["ip", "link", "show", "dev", device],
      timeoutSeconds: 10,
    },
    port: {
      port,
      protocol: "udp",
      address: self.address,
      from: peers.map((peer) => peer.address),
      purpose: "keepalived, VRRP in VXLAN",
    },
  };
}
