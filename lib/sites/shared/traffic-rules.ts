import type { Port } from "../../software/software";
import { isLoopback } from "../../software/kit/firewall";

/** A port that software listens on, as the hive keeps it. */
export interface Listener {
  readonly machine: string;
  /** Construct path of the tier. */
  readonly tier: string;
  readonly ports: readonly Port[];
}

/** A machine as others see it: all texts that may stand for it in `Port.from`. */
export interface Party {
  readonly machine: string;
  /** Private and public address, literal or as a fact. */
  readonly addresses: readonly string[];
}

/** Who may connect: a tier by its path, a machine by its name, everybody, or an address that is no machine of the site. */
export interface Source {
  readonly kind: "tier" | "machine" | "world" | "address";
  /** An address may be a CIDR, or the fact of another site's machine. */
  readonly name: string;
}

/** One permission: from whom, to which tier, at which port. */
export interface TrafficRule {
  readonly to: string;
  readonly from: Source;
  readonly protocol: Port["protocol"];
  /** TCP and UDP; of VRRP the router id, for which there is no port. */
  readonly port: number;
  /** What listens, from the Software. */
  readonly purpose: string;
}

/**
 * Derives the allowed traffic between tiers from the ports that their software listens on, for firewalls that know groups of
 * machines.
 *
 * A source is a tier when all of the tier's machines may connect, so that a machine more is no rule more; it is a machine
 * where its tiers have others that may not. The order is that of the listeners, the text of the rules depends on names only.
 */
export function trafficRules(listeners: readonly Listener[], parties: readonly Party[]): TrafficRule[] {
  const machineAt = new Map(parties.flatMap(({ machine, addresses }) => addresses.map((a) => [a, machine] as const)));
  const members = membersByTier(listeners);
  return doors(listeners).flatMap(({ to, port, from }) => {
    const common = { to, protocol: port.protocol, port: port.port, purpose: port.purpose };
    return sources(from, machineAt, members).map((source) => ({ ...common, from: source }));
  });
}

/** Key of a rule among those of its tier, from names alone: `tcp-3306-shop/web`. */
export function ruleKey({ from, protocol, port }: TrafficRule): string {
  return `${protocol}-${port}-${from.name}`;
}

interface Door {
  readonly to: string;
  readonly port: Port;
  readonly from: Set<string> | "world";
}

/** A tier's ports, each with everybody whom one of its machines lets in. */
function doors(listeners: readonly Listener[]): Door[] {
  const byKey = new Map<string, Door>();
  for (const { tier, ports } of listeners) {
    for (const port of ports) {
      if (port.from === "localhost" || isLoopback(port.address)) continue;
      const key = `${tier} ${port.protocol} ${port.port}`;
      const known = byKey.get(key);
      if (known?.from === "world") continue;
      if (port.from === "world") byKey.set(key, { to: tier, port, from: "world" });
      else
        byKey.set(key, { to: tier, port: known?.port ?? port, from: new Set([...(known?.from ?? []), ...port.from]) });
    }
  }
  return [...byKey.values()];
}

function sources(
  from: Door["from"],
  machineAt: ReadonlyMap<string, string>,
  members: ReadonlyMap<string, ReadonlySet<string>>,
): Source[] {
  if (from === "world") return [{ kind: "world", name: "world" }];
  const machines = new Set([...from].flatMap((address) => machineAt.get(address) ?? []));
  const tiers = [...members].filter(([, own]) => [...own].every((machine) => machines.has(machine)));
  const covered = new Set(tiers.flatMap(([, own]) => [...own]));
  return [
    ...tiers.map(([name]): Source => ({ kind: "tier", name })),
    ...[...machines].filter((name) => !covered.has(name)).map((name): Source => ({ kind: "machine", name })),
    ...[...from].filter((name) => !machineAt.has(name)).map((name): Source => ({ kind: "address", name })),
  ];
}

function membersByTier(listeners: readonly Listener[]): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>();
  for (const { machine, tier } of listeners) members.set(tier, (members.get(tier) ?? new Set()).add(machine));
  return members;
}
