import { Duration } from "../../core/duration";
import { socketAddress } from "../kit/addresses";
import type { Port, Probe, Software } from "../software";
import type { HaproxySection } from "./haproxy";

/** Where a load balancer says which servers it sends visitors to. */
export interface RotationDoor {
  /** The load balancer's machine, for messages. */
  readonly machine: string;
  /** Address of that machine itself, not the one that moves. */
  readonly address: string;
  /** TCP port. */
  readonly port: number;
}

/** What a load balancer needs to open a `RotationDoor`. */
export interface RotationDoorOptions extends RotationDoor {
  /** Addresses that may ask: the servers. */
  readonly from: readonly string[];
}

interface RotationServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/**
 * `GET /10.77.0.21:8080` answers 200 while visitors are sent to that server, 503 while they are not, and 404 when the
 * load balancer does not know it.
 */
export function rotationSection(
  door: RotationDoor,
  backend: string,
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
      ...servers.flatMap(({ name, address, port }) => {
        const asked = `{ path ${pathOf(address, port)} }`;
        return [
          `${answer(200, "up")} if ${asked} { srv_is_up(${backend}/${name}) }`,
          `${answer(503, "down")} if ${asked}`,
        ];
      }),
      answer(404, "unknown"),
    ],
  };
}

/** The door, for firewalls and for port conflicts. */
export function rotationPort({ address, port, from }: RotationDoorOptions): Port {
  return { port, protocol: "tcp", address, from, purpose: "HAProxy, who is in rotation" };
}

/**
 * A load balancer that gives no answer is dead, or does not know the question yet: neither holds up a rollout. It has had
 * the time to look again, which the gate waits for in any case.
 */
const PROGRAM = `
import http.client, sys
own, *doors = sys.argv[1:]
out = []
for door in doors:
    machine, host, port = door.split("|")
    connection = http.client.HTTPConnection(host, int(port), timeout=1)
    try:
        connection.request("GET", f"/{own}", headers={"Connection": "close", "User-Agent": "beehive"})
        if connection.getresponse().status == 503:
            out.append(machine)
    except (OSError, http.client.HTTPException):
        pass
if out:
    sys.exit(
        f"{own} gets no visitors from {', '.join(out)}, whose health checks fail."
        " This machine finds it well, so look at what is between them: firewalls, routes, the address that it listens on."
    )
`.trim();

/** What a server's rollout asks at its end. */
export interface RotationQuestion {
  /** Address of the server itself. */
  readonly address: string;
  /** TCP port that visitors are sent to. */
  readonly port: number;
  /** How long a load balancer takes to notice that the server works, or that it does not. */
  readonly within: Duration;
  /** Load balancers that can be asked. Where there is none, the gate waits for as long as `within` says. */
  readonly doors: readonly RotationDoor[];
}

/** Waits until the load balancers have looked again, then until each that answers sends visitors to this server. */
export function backInRotation({ address, port, within, doors }: RotationQuestion): Software {
  const gate: Probe[] = [
    {
      description: "the load balancers have asked again",
      command: ["sleep", String(within.toSeconds())],
      timeoutSeconds: Math.ceil(within.toSeconds() + 3),
    },
  ];
  if (doors.length > 0) {
    const asked = doors.map((door) => `${door.machine}|${door.address}|${door.port}`);
    gate.push({
      description: "the load balancers send visitors here",
      command: ["python3", "-c", PROGRAM, socketAddress(address, port), ...asked],
      timeoutSeconds: Math.ceil(2 * within.toSeconds() + 10),
      intervalSeconds: 0.3,
    });
  }
  return { name: "seen-again", packages: [], files: [], services: [], ports: [], gate };
}

const pathOf = (address: string, port: number): string => `/${socketAddress(address, port)}`;
