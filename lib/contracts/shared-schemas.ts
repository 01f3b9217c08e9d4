import { instance } from "../core/props";
import type { Machines } from "./machines";
import { isReliability } from "./reliability";
import type { ISite } from "./site";

/** Of the property `site`. @internal */
export const siteSchema = instance<ISite>(
  "a site",
  (value) => typeof (value as Partial<ISite>).provide === "function",
).meta({ example: 'new HostsSite(stack, "rack", { hosts: […] })' });

/** Of the property `machines`. @internal */
export const machinesSchema = instance<Machines>(
  "Machines.named(…), Machines.labelled(…) or Machines.automatic()",
  (value) => typeof (value as Partial<Machines>).accepts === "function",
).meta({ example: 'Machines.named("web-1", "web-2")' });

/** What all tiers on machines have in common. @internal */
export const tierShape = { site: siteSchema, machines: machinesSchema.optional() };

/** Of properties that hold a `Reliability`. @internal */
export const reliabilitySchema = instance("a Reliability", isReliability).meta({
  example: 'Reliability.sla("99.9%", "contract with the hoster")',
});
