import { z } from "../../core/zod";
import { Duration } from "../../core/duration";
import {
  invalidAddress,
  noSharedNetwork,
  reservedAddress,
  routerIdTaken,
  virtualIpOutsideNetwork,
  virtualIpTaken,
} from "./floating-address-errors";
import { Hive } from "../../stack/hive";
import { invalidProperty } from "../../core/errors";
import { checkProps, duration, propsSchema } from "../../core/props";
import { addressProbe } from "../../software/floating-address/address-probe";
import { floatingAddress } from "../../software/floating-address/keepalived";
import { contains, isAddress, reservedIn } from "./addresses";
import type { AttachedAddress, FloatingAddressUse, IFloatingAddress, ISite, Machine } from "../../contracts/site";
import { Trait } from "../../core/trait";

/** Linux repeats the first packet of a connection after 1 s, and every second for the first four (tcp_syn_linear_timeouts). */
export const SYN_REPEAT = Duration.seconds(1);

/** VRRP's settings of a virtual IP. */
export interface VirtualIpProps {
  /**
   * VRRP's virtual router id, 1 to 255, unique on the network.
   * @default - the last number of the address
   * @example routerId: 51
   */
  readonly routerId?: number;
  /**
   * Length of the address's prefix on the interface, in bits.
   * @default 32 (IPv6: 128)
   * @example prefixLength: 24
   */
  readonly prefixLength?: number;
  /**
   * Time between two adverts of the machine that holds the address. After three missing adverts and VRRP's skew another
   * machine takes the address, so that a longer interval tolerates longer stalls and fails over later. Changing it
   * restarts keepalived on one load balancer after the other.
   * @default Duration.millis(100)
   * @example advertInterval: Duration.millis(300)
   */
  readonly advertInterval?: Duration;
}

/**
 * An address that moves to a machine that works. `virtualIp` is for machines in one layer 2 network; sites of clouds make
 * their own (`ISite.floatingAddress`), because there the provider's API has to move it.
 */
export abstract class FloatingAddress implements IFloatingAddress {
  /** Moves by VRRP and gratuitous ARP, inside one layer 2 network. */
  static virtualIp(address: string, props: VirtualIpProps = {}): VirtualIp {
    const call = "FloatingAddress.virtualIp";
    if (typeof address !== "string") {
      throw invalidProperty(call, "address", address, `must be an IP address, for example ${call}("10.77.0.100").`);
    }
    return new VirtualIp(address, props);
  }

  /** Once, by the load balancer that uses it. Throws when the address cannot move there. */
  abstract attach(use: FloatingAddressUse): AttachedAddress;

  /** For messages. */
  abstract toString(): string;
}

const trait = new Trait<VirtualIp>("VirtualIp");

/** Whether something is a virtual IP. */
export const isVirtualIp = trait.has;

/** Made by `FloatingAddress.virtualIp(…)`. */
export class VirtualIp extends FloatingAddress {
  static {
    trait.mark(this.prototype);
  }

  constructor(
    /** The address itself: `10.77.0.100`. */
    readonly address: string,
    private readonly props: VirtualIpProps,
  ) {
    super();
  }

  /** VRRP's virtual router id: that of the props, or one derived from the address. */
  get routerId(): number {
    return (
      this.props.routerId ?? (Number.parseInt(this.address.split(/[.:]/).pop() ?? "", this.isV6 ? 16 : 10) % 255 || 255)
    );
  }

  /** Length of the address's prefix on the interface, in bits. */
  get prefixLength(): number {
    return this.props.prefixLength ?? (this.isV6 ? 128 : 32);
  }

  /** Time between two VRRP adverts of the holder. */
  get advertInterval(): Duration {
    return this.props.advertInterval ?? Duration.millis(100);
  }

  /** Refuses an address that cannot move between the site's machines, in the words of the property that names it. @internal */
  check(path: string, property: string, site: ISite): void {
    this.checkProps(path, property);
    const { network } = site;
    if (network === undefined) throw noSharedNetwork(path, property, this.address, site);
    if (!contains(network, this.address)) throw virtualIpOutsideNetwork(path, property, this.address, network);
    const role = reservedIn(network, this.address);
    if (role !== undefined) throw reservedAddress(path, property, this.address, role, network);
    const owner = site.ownerOf(this.address);
    if (owner !== undefined) throw virtualIpTaken(path, property, this.address, owner);
  }

  attach({ site, path, instance, machines, servingUnit }: FloatingAddressUse): AttachedAddress {
    this.check(path, "address", site);
    const { address, prefixLength, routerId, advertInterval } = this;
    const other = Hive.of(site).claim(`${site.node.path} router id ${routerId}`, path);
    if (other !== undefined) throw routerIdTaken(path, routerId, other);
    // The router id is unique on the machine, too.
    const readyPort = 18_000 + routerId;
    const peer = ({ name, privateAddress }: Machine) => ({ name, address: privateAddress });
    return {
      mover: "keepalived",
      location: { address },
      address,
      readyPort,
      bind: () => address,
      software: (machine) => [
        floatingAddress({
          instance,
          constructPath: path,
          self: peer(machine),
          peers: machines.filter((other) => other !== machine).map(peer),
          address,
          prefixLength,
          routerId,
          priority: 200 - machines.indexOf(machine),
          advertInterval,
          readyPort,
          servingUnit,
        }),
      ],
      probes: [addressProbe(address)],
      settings: { advertInterval: advertInterval.toSeconds(), synRepeat: SYN_REPEAT.toSeconds() },
      recovery: [
        { what: "three adverts are missing, and a fourth at most (VRRP's skew)", of: "advertInterval", times: 4 },
        { what: "a visitor's kernel repeats a SYN that nobody answered (RFC 6298)", of: "synRepeat" },
      ],
      alternatives: [
        {
          change: `FloatingAddress.virtualIp("${address}", { advertInterval: Duration.millis(100) })`,
          settings: { advertInterval: 0.1 },
        },
      ],
    };
  }

  toString(): string {
    return this.address;
  }

  private get isV6(): boolean {
    return this.address.includes(":");
  }

  private checkProps(path: string, property: string): void {
    if (!isAddress(this.address)) throw invalidAddress(path, property, this.address);
    const schema = propsSchema<VirtualIpProps>()({
      routerId: z
        .number()
        .int()
        .min(1, "must be 1 to 255")
        .max(255, "must be 1 to 255")
        .meta({ example: "51" })
        .optional(),
      prefixLength: z
        .number()
        .int()
        .min(1, "must be 1 or more")
        .max(this.isV6 ? 128 : 32, "is too long")
        .meta({ example: "24" })
        .optional(),
      advertInterval: duration({ min: Duration.millis(10), max: Duration.seconds(40) })
        .meta({ example: "Duration.millis(100)" })
        .optional(),
    });
    checkProps(path, schema, this.props, property);
  }
}
