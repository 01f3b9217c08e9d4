import { BeehiveError } from "../../core/errors";
import { list } from "../../core/words";
import { type SiteName } from "../../contracts/engine-errors";

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
