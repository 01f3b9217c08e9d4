import { networkTooSmall } from "./errors";
import type { DropletMachine } from "./machines/droplet-machine";
import type { DigitalOceanNetwork } from "./network/network";
import { dropletsIn } from "./regions";

/** What a site looks like when all tiers have been made. */
export interface FinishedSite {
  /** Construct path. */
  readonly path: string;
  readonly zones: readonly string[];
  readonly networks: DigitalOceanNetwork;
  readonly machines: readonly DropletMachine[];
}

/** What is wrong with a site, and shows only when all tiers have been made. */
export function lateProblems({ path, zones, networks, machines }: FinishedSite): string[] {
  return zones.flatMap((region) => {
    const cidr = networks.cidrOf(region);
    if (cidr === undefined) return [];
    const droplets = machines.filter(({ zone }) => zone === region).length;
    const room = dropletsIn(cidr);
    return droplets > room ? [networkTooSmall(path, { region, cidr }, droplets, room).message] : [];
  });
}
