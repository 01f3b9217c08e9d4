import { BeehiveError } from "../core/errors";
import { quoted } from "../core/words";

export function groupTaken(path: string, group: string, other: string): BeehiveError {
  return new BeehiveError(
    path,
    `its files and units would be named ${quoted(group)} on the machines, as those of ${other} are; rename one of the two, ` +
      `so that they differ in more than "/" and "-".`,
  );
}

export function otherSite(
  path: string,
  property: string,
  otherPath: string,
  site: string,
  otherSiteName: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(otherPath)} on site ${otherSiteName}, but this tier is on site ${site}; ` +
      `give both the same site.`,
  );
}
