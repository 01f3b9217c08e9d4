import { z } from "../../core/zod";
import type { ManifestNode } from "../../manifest/manifest";
import { instance } from "../../core/props";
import type { SiteReliability } from "../../contracts/reliability-defaults";
import { isReliability, type Reliability } from "../../contracts/reliability";
import { siteNode, zoneNode, type ISite } from "../../contracts/site";

/** @internal */
export const reliabilitySchema = instance<Reliability>('Reliability.sla("99.9%", "…")', isReliability);

/** @internal */
export const siteReliabilitySchema: z.ZodType<SiteReliability> = z.strictObject({
  machine: reliabilitySchema.optional(),
  zone: reliabilitySchema.optional(),
  site: reliabilitySchema.optional(),
});

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
