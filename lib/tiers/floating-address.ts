import { z } from "zod";
import { Duration } from "../duration";
import { checkProps, duration } from "../props";
import { isAddress } from "../sites/addresses";
import { invalidAddress } from "../errors";

export interface VirtualIpProps {
  /** VRRP's virtual router id, 1 to 255, unique on the network. @default - the last number of the address */
  readonly routerId?: number;
  /** Length of the address's prefix on the interface, in bits. @default 32 (IPv6: 128) */
  readonly prefixLength?: number;
  /**
   * How often the holder says that it is alive. Three silences and a bit move the address. Longer is calmer on machines
   * that stall. Changing it restarts keepalived on one load balancer after the other. @default Duration.millis(100)
   */
  readonly advertInterval?: Duration;
}

/** An address that moves to a machine that works. */
export class FloatingAddress {
  private constructor(
    readonly address: string,
    private readonly props: VirtualIpProps,
  ) {}

  /** Moves by VRRP and gratuitous ARP, inside one layer 2 network. */
  static virtualIp(address: string, props: VirtualIpProps = {}): FloatingAddress {
    return new FloatingAddress(address, props);
  }

  get routerId(): number {
    return (
      this.props.routerId ?? (Number.parseInt(this.address.split(/[.:]/).pop() ?? "", this.isV6 ? 16 : 10) % 255 || 255)
    );
  }

  get prefixLength(): number {
    return this.props.prefixLength ?? (this.isV6 ? 128 : 32);
  }

  get advertInterval(): Duration {
    return this.props.advertInterval ?? Duration.millis(100);
  }

  private get isV6(): boolean {
    return this.address.includes(":");
  }

  /** @internal */
  validate(path: string): void {
    if (!isAddress(this.address)) throw invalidAddress(path, "address", this.address);
    const schema = z.strictObject({
      routerId: z.number().int().min(1, "must be 1 to 255").max(255, "must be 1 to 255").optional(),
      prefixLength: z
        .number()
        .int()
        .min(1, "must be 1 or more")
        .max(this.isV6 ? 128 : 32, "is too long")
        .optional(),
      advertInterval: duration({ min: Duration.millis(10), max: Duration.seconds(40) }).optional(),
    });
    checkProps(path, z.strictObject({ address: schema }), { address: this.props } as never);
  }
}
