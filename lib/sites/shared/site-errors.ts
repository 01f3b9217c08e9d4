import { BeehiveError } from "../../core/errors";
import { quoted, list } from "../../core/words";

export function unknownZone(path: string, property: string, zone: string, zones: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(zone)}, which is no zone of the site; its zones are ${list(zones)}. ` +
      `Correct the name, or add the zone to zones.`,
  );
}

export function unknownTiers(path: string, property: string, tier: string, known: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `${property} names ${quoted(tier)}, and no tier of this site has that id; its tiers are ${list(known)}. Correct the name.`,
  );
}

export function selectionCount(path: string, property: string, value: number, named: number): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${value}, but machines names ${named}; leave ${property} out or make both agree.`,
  );
}
