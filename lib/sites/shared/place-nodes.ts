import type { ManifestNode } from "../../manifest/manifest";
import { propsSchema } from "../../core/props";
import { reliabilitySchema } from "../../contracts/shared-schemas";
import type { SiteReliability } from "../../contracts/reliability-defaults";
import { siteNode, zoneNode, type ISite } from "../../contracts/site";

/** @internal */
export const siteReliabilitySchema = propsSchema<SiteReliability>()({
  machine: reliabilitySchema.optional(),
  zone: reliabilitySchema.optional(),
  site: reliabilitySchema.optional(),
}).meta({ example: '{ machine: Reliability.sla("99.9%", "contract with the hoster") }' });

/** A site and its zones as nodes of the structure. */
export function placeNodes(
  { name, zones }: Pick<ISite, "name" | "zones">,
  reliability: Required<SiteReliability>,
): Record<string, ManifestNode> {
  const whole = siteNode(name);
  const inside = zones.map((zone): [string, ManifestNode] => [
    zoneNode(name, zone),
    reliability.zone.node("zone", [whole]),
  ]);
  return { [whole]: reliability.site.node("site"), ...Object.fromEntries(inside) };
}
