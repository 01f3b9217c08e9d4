import type { ManifestNode, TierStructure } from "../../manifest/manifest";
import { Reliability } from "../../contracts/reliability";
import type { EngineRequest, EngineResilience } from "../../contracts/engine";
import { siteNode, zoneNode } from "../../contracts/site";
import { ownSite } from "../shared/own-site";
import { isAwsSite, type AwsSite } from "./aws-site";
import { AWS } from "./aws-words";
import { tooFewZones } from "./engine-errors";

/** The site of a part that AWS runs in several zones. @param least how few zones will do */
export function siteOf(request: EngineRequest, engine: string, what: string, least: number): AwsSite {
  const site = ownSite(request, engine, AWS.kind, isAwsSite);
  if (site.awsZones.length < least) throw tooFewZones(request.path, what, least, site.zones);
  return site;
}

export interface ManagedPart {
  /** Of the node: `load balancer shop/entrance`. */
  readonly name: string;
  readonly site: AwsSite;
  /** Of the service as AWS sells it, over all zones. */
  readonly reliability: Reliability;
  /** What stands in each zone. A `machine` is one that AWS replaces like any other when it dies. */
  readonly kind: "machine" | "managed service";
  /** How many zones it needs to go on. */
  readonly atLeast: number;
}

/**
 * A part that AWS runs in several zones: the service as one node, and what stands in each zone as one more, so that the loss of a zone
 * costs the time in which AWS switches. How often something breaks is the service's, in AWS's own number.
 */
export function spread(part: ManagedPart, rest: Partial<TierStructure>): EngineResilience {
  const { name, site, reliability, kind, atLeast } = part;
  const counted = Reliability.sla("100%", `counted in ${name}`);
  const inZones = site.zones.map((zone): [string, ManifestNode] => [
    `${name} in zone ${zone}`,
    counted.node(kind, [zoneNode(site.name, zone)]),
  ]);
  return {
    nodes: { [name]: reliability.node("managed service", [siteNode(site.name)]), ...Object.fromEntries(inZones) },
    structure: {
      atLeast,
      of: inZones.map(([node]) => node),
      needs: [name],
      commonCause: 0,
      recovery: [],
      loss: [],
      alternatives: [],
      ...rest,
    },
  };
}
