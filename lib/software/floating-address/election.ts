import { Duration } from "../../core/duration";
import { keepalived, keepalivedFolder, type FloatingAddressPeer } from "./keepalived";
import type { SoftwarePart } from "../kit/combine";
import { vrrpLink } from "./vrrp-link";

export interface ElectionOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  readonly self: FloatingAddressPeer;
  readonly peers: readonly FloatingAddressPeer[];
  /** VRRP's virtual router id, 1 to 255; no other group on these machines may have it. */
  readonly routerId: number;
  /** 1 to 254, different on every machine; decides which machine is elected first, not which one stays elected. */
  readonly priority: number;
  /** @default ELECTION_ADVERT_INTERVAL */
  readonly advertInterval?: Duration;
  /** On 127.0.0.1: HTTP, answers 200 while the load balancer serves. */
  readonly readyPort: number;
  /** systemd unit of the load balancer, which starts before. */
  readonly servingUnit: string;
  /** What carries VRRP: IP (protocol 112), or UDP where the network lets only UDP, TCP and ICMP through. */
  readonly carrier: "ip" | "udp";
}

export interface Election {
  /** What elects, for the software that follows the election. */
  readonly parts: readonly SoftwarePart[];
  /** On the loopback interface of the machine that is elected, and of no other. */
  readonly marker: string;
  /** Touched when this machine won against another that had been elected, too. */
  readonly heard: string;
}

/**
 * Clouds stall machines for parts of a second, and a move by an API costs seconds whatever the election costs: 500 ms
 * forgives a stall of a second.
 */
export const ELECTION_ADVERT_INTERVAL = Duration.millis(500);

/** On the loopback interface of the machine that is elected. */
export const electionMarker = (routerId: number): string => `127.88.0.${routerId}`;

/**
 * keepalived elects one machine whose load balancer serves, and does nothing more. It gives the elected machine an address
 * of the loopback interface: keepalived refuses an instance without any, and an address is a mark that any program can read from the
 * kernel at any moment. When keepalived ends, in whatever way, systemd takes the mark away.
 */
export function election(options: ElectionOptions): Election {
  const { instance, carrier, routerId, advertInterval = ELECTION_ADVERT_INTERVAL } = options;
  const marker = electionMarker(routerId);
  const heard = `${keepalivedFolder(instance)}/heard`;
  const link = carrier === "udp" ? vrrpLink(options) : undefined;
  const elected = keepalived({
    ...options,
    advertInterval,
    noun: "who is elected",
    virtualAddress: `${marker}/32 dev lo`,
    globals: [
      "vrrp_higher_prio_send_advert true",
      // keepalived checks its file before the link is made for the first time.
      ...(link === undefined ? [] : ["dynamic_interfaces"]),
    ],
    // After a time in which two were elected: the other one may have taken what is this machine's again.
    vrrpInstance: [`notify_master_rx_lower_pri "/usr/bin/touch ${heard}" root root`],
    link,
    service: [`ExecStopPost=-/usr/bin/ip address delete ${marker}/32 dev lo`],
  });
  return {
    marker,
    heard,
    parts: [
      ...(link === undefined
        ? []
        : [{ files: link.files, services: [link.service], gate: [link.gate], ports: [link.port] }]),
      elected,
      { packages: ["iproute2"] },
    ],
  };
}
