import { BeehiveError } from "../../core/errors";
import { bytesText } from "../../core/bytes";
import { list, quoted } from "../../core/words";
import { type SiteName } from "../../contracts/engine-errors";
import type { Machine, MachineMemory } from "../../contracts/site";

export function votesInTooFewZones(
  path: string,
  votes: number,
  perZone: ReadonlyMap<string, number>,
  site: SiteName & { readonly zones: readonly string[] },
): BeehiveError {
  const layout = [...perZone].map(([zone, n]) => `${n} in zone ${zone}`).join(", ");
  const [worst, most] = [...perZone].reduce((a, b) => (b[1] > a[1] ? b : a));
  const left = votes - most;
  return new BeehiveError(
    path,
    `its ${votes} votes are ${layout}; when zone ${worst} is lost, ${left} of ${votes} votes are left, and a majority is ` +
      `${Math.floor(votes / 2) + 1}. ` +
      (perZone.size === 2
        ? `Over two zones one of them always holds half of the votes or more, which is no better than one zone with a second zone to lose. `
        : ``) +
      `Spread the votes over three zones or more, so that no zone holds half of them. ` +
      (site.kind === "hosts"
        ? `A zone is what fails at once: in one datacentre, name the racks or the host systems.`
        : `The zones of site ${site.name} are ${list(site.zones)}${site.zones.length < 3 ? ": add to them" : ""}.`),
  );
}

/** @param who what needs the addresses: `members reach each other` */
export function noIPv4(path: string, machines: readonly Machine[], who: string): BeehiveError {
  const [{ site } = machines[0]!] = machines;
  return new BeehiveError(
    path,
    `machines are ${list(machines.map(({ name, privateAddress }) => `${name} (${privateAddress})`))} of site ${site.name}; ` +
      `a Galera cluster's ${who} by IPv4 only. Give ${machines.length === 1 ? "this host" : "these hosts"} of ${site.node.path} ` +
      `an IPv4 privateAddress, such as privateAddress: "10.77.0.31".`,
  );
}

export function clearOnPublicWay(path: string, databases: readonly string[], addresses: readonly string[]): string {
  const [first] = databases;
  return (
    `${path}: applications may reach ${list(databases)} in clear, and ${list(addresses)} ${addresses.length === 1 ? "is" : "are"} public: ` +
    `who is on the way could read and change what they say. Let the application use TLS (DB_TLS_CA), then require it: ` +
    `databases: [{ name: "${first}", tls: "required" }]. Or give the machines private addresses (privateAddress).`
  );
}

export function bufferPoolTooLarge(path: string, value: string, machine: string, memory: MachineMemory): BeehiveError {
  const half = Math.max(1, Math.floor(memory.bytes / 2 / 1024 ** 2));
  return new BeehiveError(
    path,
    `bufferPoolSize is ${quoted(value)}, and machine ${machine} (${memory.size}) has ${bytesText(memory.bytes)} of memory; MariaDB ` +
      `would be ended by the kernel. Use half of a machine's memory where MariaDB runs alone (bufferPoolSize: "${half}M"), or ` +
      `larger machines.`,
  );
}
