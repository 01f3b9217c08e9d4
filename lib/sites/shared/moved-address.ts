import { Hive } from "../../stack/hive";
import { addressProbe } from "../../software/floating-address/address-probe";
import { electionMarker } from "../../software/floating-address/election";
import { MOVE_STEPS, moveSettings, type MovedAddressOptions } from "../../software/floating-address/address-agent";
import type { Software } from "../../software/software";
import { takeRouterId } from "./router-id";
import type { Machine, AttachedAddress, FloatingAddressUse } from "../../contracts/site";

/** An address of a cloud that the elected machine moves to itself, by the provider's API. */
export interface MovedAddress extends Pick<AttachedAddress, "mover" | "bind" | "secrets" | "after"> {
  /** Where visitors come in: a Terraform expression. */
  readonly publicAddress: string;
  /** The provider's agent and its election, from what is the same for every provider. */
  software(options: MovedAddressOptions): Software;
}

/** What the load balancers get for it. Makes nothing in Terraform. */
export function movedAddress(use: FloatingAddressUse, moved: MovedAddress): AttachedAddress {
  const { scope, site, path, instance, machines, port, servingUnit } = use;
  const { mover, publicAddress, bind, secrets, after } = moved;
  const routerId = takeRouterId(scope, site, path, instance);
  const address = Hive.of(scope).addFact(`${mover}/${instance}`, publicAddress, path);
  // The router id is unique on the machine, too.
  const readyPort = 18_000 + routerId;
  return {
    mover,
    location: { address: publicAddress },
    readyPort,
    bind,
    resident: true,
    software: (machine) => [
      moved.software({
        instance,
        constructPath: path,
        self: peer(machine),
        peers: machines.filter((other) => other !== machine).map(peer),
        address,
        port,
        routerId,
        priority: 200 - machines.indexOf(machine),
        readyPort,
        servingUnit,
      }),
    ],
    secrets,
    after,
    // What is elected has the address as soon as the provider has followed.
    probes: [addressProbe(electionMarker(routerId), "lo")],
    settings: moveSettings({}),
    recovery: MOVE_STEPS,
  };
}

const peer = ({ name, privateAddress }: Machine) => ({ name, address: privateAddress });
