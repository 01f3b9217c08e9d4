import { instance } from "../core/props";
import type { z } from "../core/zod";
import type { TierProps } from "./tier";

/** What the schemas of all tiers have in common. */
export const tierParts = {
  site: instance("a site", (value) => "provide" in value),
  machines: instance("Machines.named(…), labelled(…) or automatic()", (value) => "accepts" in value).optional(),
} satisfies Record<keyof TierProps, z.ZodType>;
