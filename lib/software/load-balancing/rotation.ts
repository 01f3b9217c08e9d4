import type { Duration } from "../../core/duration";
import { socketAddress } from "../kit/addresses";
import type { Port, Probe, Software } from "../software";
import type { HaproxySection } from "./haproxy";

/** Where a proxy, such as a load balancer, says which servers it sends anybody to. */
export interface RotationDoor {
  /** The proxy's machine, for messages. */
  readonly machine: string;
  /** Address of that machine itself, not one that moves. */
  readonly address: string;
  /** TCP port. */
  readonly port: number;
}

/** What a proxy needs to open a `RotationDoor`. */
export interface RotationDoorOptions extends Omit<RotationDoor, "machine"> {
  /** Addresses that may ask: the servers, and the other load balancers. */
  readonly from: readonly string[];
  /** The property that chooses the port, for messages. @default - none */
  readonly property?: string;
}

interface RotationServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/**
 * `GET /10.77.0.21:8080` answers 200 while the proxy sends anybody to that server, 503 while it does not, and 404 when it does not
 * know it. `GET /any` answers 200 while there is any server to send to, else 503.
 *
 * @param backends sections with the servers; in rotation is who is up in one of them
 */
export function rotationSection(
  door: RotationDoorOptions,
  backends: readonly string[],
  servers: readonly RotationServer[],
): HaproxySection {
  const answer = (status: number, text: string) =>
    `http-request return status ${status} content-type text/plain string ${text}`;
  return {
    title: "frontend rotation",
    lines: [
      "mode http",
      `bind ${socketAddress(door.address, door.port)}`,
      "maxconn 64",
      "timeout client 2s",
      "option dontlog-normal",
      ...backends.map((backend) => `${answer(200, "up")} if { path /any } { nbsrv(${backend}) gt 0 }`),
      `${answer(503, "down")} if { path /any }`,
      ...servers.flatMap(({ name, address, port }) => {
        const asked = `{ path /${socketAddress(address, port)} }`;
        return [
          ...backends.map((backend) => `${answer(200, "up")} if ${asked} { srv_is_up(${backend}/${name}) }`),
          `${answer(503, "down")} if ${asked}`,
        ];
      }),
      answer(404, "unknown"),
    ],
  };
}

/** The door, for firewalls and for port conflicts. */
export function rotationPort({ address, port, from, property }: RotationDoorOptions): Port {
  return {
    port,
    protocol: "tcp",
    address,
    from,
    purpose: "HAProxy, who is in rotation",
    ...(property !== undefined && { property }),
  };
}

/**
 * A proxy that gives no answer is dead, or does not know the question yet: neither holds up a rollout. It has had the time to
 * look again, which the gate waits for in any case.
 */
const PROGRAM = `
import concurrent.futures, http.client, sys
own, *doors = sys.argv[1:]
def refusal(door):
    machine, host, port = door.split("|")
    connection = http.client.HTTPConnection(host, int(port), timeout=1)
    try:
        connection.request("GET", f"/{own}", headers={"Connection": "close", "User-Agent": "beehive"})
        return machine if connection.getresponse().status == 503 else None
    except (OSError, http.client.HTTPException):
        return None
with concurrent.futures.ThreadPoolExecutor(32) as pool:
    out = [machine for machine in pool.map(refusal, doors) if machine]
if out:
    sys.exit(
        f"{own} is sent nobody by {', '.join(out)}, whose health checks fail."
        " This machine finds it well, so look at what is between them: firewalls, routes, the address that it listens on."
    )
`.trim();

/** What a server's rollout asks at its end. */
export interface RotationQuestion {
  /** Who asks the server's health, in the plural: `the load balancers`. */
  readonly who: string;
  /** What they do with a server that is well: `send visitors here`. */
  readonly what: string;
  /** Address of the server itself. */
  readonly address: string;
  /** TCP port of the server. */
  readonly port: number;
  /** How long they take to notice that the server works, or that it does not. */
  readonly within: Duration;
  /** Those that can be asked. Where there is none, the gate waits for as long as `within` says. */
  readonly doors: readonly RotationDoor[];
}

/** Waits until those who ask the server's health have asked again, then until each of them that answers has it in rotation. */
export function backInRotation(question: RotationQuestion): Software {
  const { who, what, address, port, within, doors } = question;
  const gate: Probe[] = [
    {
      description: `${who} have asked again`,
      command: ["sleep", String(within.toSeconds())],
      timeoutSeconds: Math.ceil(within.toSeconds() + 3),
    },
  ];
  if (doors.length > 0) {
    const asked = doors.map((door) => `${door.machine}|${door.address}|${door.port}`);
    gate.push({
      description: `${who} ${what}`,
      command: ["python3", "-c", PROGRAM, socketAddress(address, port), ...asked],
      timeoutSeconds: Math.ceil(2 * within.toSeconds() + 10),
      intervalSeconds: 0.3,
    });
  }
  return { name: "seen-again", packages: [], files: [], services: [], ports: [], gate };
}
