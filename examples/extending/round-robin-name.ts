import { FloatingAddress, type AttachedAddress, type FloatingAddressUse } from "cdktf-beehive";

/**
 * A name with an address of every load balancer, for machines that no address can move between. Browsers try the next address
 * when one does not answer; which addresses the name has is kept where its zone is.
 */
export class RoundRobinName extends FloatingAddress {
  constructor(private readonly name: string) {
    super();
  }

  attach({ machines }: FloatingAddressUse): AttachedAddress {
    return {
      mover: "round-robin-dns",
      location: { dnsName: this.name },
      readyPort: 18_500,
      bind: (machine) => machine.privateAddress,
      resident: true,
      software: () => [],
      settings: { addresses: machines.length, browserTimeout: 20 },
      recovery: [{ what: "a browser gives up an address that is silent", of: "browserTimeout" }],
    };
  }

  toString(): string {
    return this.name;
  }
}
