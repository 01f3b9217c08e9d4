import { z } from "zod";
import { foreignEngine } from "../../../contracts/engine-errors";
import { checkProps, dnsName } from "../../../core/props";
import { Reliability } from "../../../contracts/reliability";
import type { EngineRequest } from "../../../contracts/engine";
import type { LoadBalancerRequest, LoadBalancerTarget } from "../../../contracts/load-balancer-engine";
import type { WebScalingHandle } from "../../../contracts/web-scaling";
import type { GlobalLoadBalancerProps } from "./load-balancer-props";
import { DigitalOceanSite } from "../digitalocean-site";
import { DropletMachine } from "../machines/droplet-machine";
import { foreignMachines, foreignScaling, oneNode } from "../engine-errors";

/** Of one region's load balancer. */
export const REGIONAL_SLA = Reliability.sla(
  "99.9%",
  "DigitalOcean Regional Load Balancer SLA of 18 November 2025: 99.9 % a month",
);
export const GLOBAL_SLA = Reliability.sla(
  "99.99%",
  "DigitalOcean Global Load Balancer SLA of 18 November 2025: 99.99 % a month",
);

const NODES = 2;
const MOST_NODES = 100;
const schema = z.strictObject({
  engine: z.strictObject({
    nodes: z
      .number()
      .int("must be a whole number")
      .min(1, "must be 2 or more")
      .max(MOST_NODES, `DigitalOcean gives ${MOST_NODES} at most`)
      .optional(),
    protected: z.boolean().optional(),
    domains: z.array(dnsName).min(1, "needs a name").optional(),
  }),
});

/** A pool of droplets that carry the tag of their tier. */
export interface TaggedDroplets extends WebScalingHandle {
  readonly region: string;
}

const isTagged = (handle: WebScalingHandle): handle is TaggedDroplets =>
  handle.siteKind === "digitalocean" && "region" in handle;

/** What both kinds have in common. */
export interface LoadBalancerParts {
  readonly site: DigitalOceanSite;
  readonly nodes: number;
  readonly isProtected: boolean;
  /** The servers by their regions, in the order of the site's zones. */
  readonly regions: ReadonlyMap<string, readonly DropletMachine[]>;
}

/** @throws BeehiveError for what neither kind can do */
export function loadBalancerParts(
  request: LoadBalancerRequest,
  engine: string,
  props: GlobalLoadBalancerProps,
): LoadBalancerParts {
  const { path, target } = request;
  checkProps(path, schema, { engine: props } as never);
  const { nodes = NODES, protected: isProtected = true } = props;
  if (nodes < 2) throw oneNode(path, "a load balancer");
  const site = siteOf(request, engine);
  return { site, nodes, isProtected, regions: regionsOf(path, site, target) };
}

export function siteOf({ site, path }: EngineRequest, engine: string): DigitalOceanSite {
  if (site instanceof DigitalOceanSite) return site;
  throw foreignEngine(
    path,
    "engine",
    engine,
    "digitalocean",
    { name: site.name, kind: site.kind },
    "Leave engine out.",
  );
}

function regionsOf(path: string, site: DigitalOceanSite, target: LoadBalancerTarget): Map<string, DropletMachine[]> {
  if (target.scaled !== undefined) {
    if (!isTagged(target.scaled)) throw foreignScaling(path, target.path, target.scaled.engine);
    return new Map([[target.scaled.region, []]]);
  }
  const droplets = target.machines.map((machine) => {
    if (!(machine instanceof DropletMachine)) throw foreignMachines(path, target.path, machine.name);
    return machine;
  });
  const there = site.zones.filter((region) => droplets.some(({ zone }) => zone === region));
  return new Map(there.map((region) => [region, droplets.filter(({ zone }) => zone === region)]));
}
