import { BeehiveError } from "../core/errors";
import { quoted } from "../core/words";

/** A site, as messages name it. */
export interface SiteName {
  readonly name: string;
  readonly kind: string;
}

const SITE_CLASSES: Readonly<Record<string, string>> = {
  hosts: "HostsSite",
  aws: "AwsSite",
  digitalocean: "DigitalOceanSite",
};
export const siteClass = (kind: string): string => SITE_CLASSES[kind] ?? `a site of kind ${kind}`;

export function foreignEngine(
  path: string,
  property: string,
  engine: string,
  siteKind: string,
  site: SiteName,
  instead: string,
): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(engine)}, which only ${siteClass(siteKind)} has; site ${site.name} (${siteClass(site.kind)}) has not. ` +
      instead,
  );
}

export function engineCannot(
  path: string,
  engine: string,
  property: string,
  value: unknown,
  problem: string,
): BeehiveError {
  return new BeehiveError(path, `${property} is ${quoted(value)}, but the engine is ${quoted(engine)}; ${problem}`);
}

export function noDns(path: string, name: string, site: SiteName): BeehiveError {
  return new BeehiveError(
    path,
    `dns.name is ${quoted(name)}, but site ${site.name} (${siteClass(site.kind)}) has no DNS; AwsSite and DigitalOceanSite have. ` +
      `Leave dns out, and make the record where the name's zone is kept.`,
  );
}
