import { z } from "../../../core/zod";
import { dnsName, propsSchema } from "../../../core/props";
import { Reliability } from "../../../contracts/reliability";
import type { EngineRequest } from "../../../contracts/engine";
import { onlyTarget, type LoadBalancerRequest, type LoadBalancerTarget } from "../../../contracts/load-balancer-engine";
import type { WebScalingHandle } from "../../../contracts/web-scaling";
import { idleTimeoutOf } from "./balanced-region";
import { checksOf, type Checks } from "./load-balancer-checks";
import type { GlobalLoadBalancerProps, RegionalLoadBalancerProps } from "./load-balancer-props";
import { ownMachines, ownScaling } from "../../shared/own-servers";
import { ownSite } from "../../shared/own-site";
import { isDigitalOceanSite, type DigitalOceanSite } from "../digitalocean-site";
import { DIGITALOCEAN } from "../digitalocean-words";
import { oneNode } from "../engine-errors";
import { isDropletMachine, type DropletMachine } from "../machines/droplet-machine";

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
const common = {
  nodes: z
    .number()
    .int("must be a whole number")
    .min(1, "must be 2 or more")
    .max(MOST_NODES, `DigitalOcean gives ${MOST_NODES} at most`)
    .meta({ example: "3" })
    .optional(),
  protected: z.boolean().optional(),
};
/** @internal */
export const regionalSchema = propsSchema<RegionalLoadBalancerProps>()(common);
/** @internal */
export const globalSchema = propsSchema<GlobalLoadBalancerProps>()({
  ...common,
  domains: z
    .array(dnsName)
    .min(1, "needs a name")
    .meta({ words: "a list of names", example: '["shop.example.org"]' })
    .optional(),
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
  readonly checks: Checks;
  /** How long a connection may be silent, in seconds. */
  readonly idleTimeout: number;
  /** The servers by their regions, in the order of the site's zones. */
  readonly regions: ReadonlyMap<string, readonly DropletMachine[]>;
}

/** @throws BeehiveError for what neither kind can do */
export function loadBalancerParts(
  request: LoadBalancerRequest,
  engine: string,
  props: GlobalLoadBalancerProps,
): LoadBalancerParts {
  const { path } = request;
  const { nodes = NODES, protected: isProtected = true } = props;
  if (nodes < 2) throw oneNode(path, "a load balancer");
  const site = siteOf(request, engine);
  return {
    site,
    nodes,
    isProtected,
    regions: regionsOf(path, site, onlyTarget(request, engine)),
    checks: checksOf(path, engine, request.healthCheck),
    idleTimeout: idleTimeoutOf(path, engine, request.serverTimeout),
  };
}

export const siteOf = (request: EngineRequest, engine: string): DigitalOceanSite =>
  ownSite(request, engine, DIGITALOCEAN.kind, isDigitalOceanSite);

function regionsOf(path: string, site: DigitalOceanSite, target: LoadBalancerTarget): Map<string, DropletMachine[]> {
  const tagged = ownScaling(path, target, isTagged, DIGITALOCEAN);
  if (tagged !== undefined) return new Map([[tagged.region, []]]);
  const droplets = ownMachines(path, target, isDropletMachine, DIGITALOCEAN);
  const there = site.zones.filter((region) => droplets.some(({ zone }) => zone === region));
  return new Map(there.map((region) => [region, droplets.filter(({ zone }) => zone === region)]));
}
