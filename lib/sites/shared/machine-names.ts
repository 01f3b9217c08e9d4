import { invalidProperty } from "../../core/errors";
import { selectionCount } from "./site-errors";
import { sha256 } from "../../core/sha256";
import type { MachineAllocation } from "../../contracts/site";

/** A machine that a cloud makes for a tier. */
export interface MachineName {
  /** Host name, construct id, and what everybody calls it: `web-a`, the second one in the zone `web-a-2`. */
  readonly name: string;
  /** One of the zones that the names were made for. */
  readonly zone: string;
}

export interface MachineNamesOptions {
  /**
   * Short names of the site's zones, in the order in which machines are spread over them: lower-case letters and digits with
   * at least one letter. A zone more at the end takes its share of what is made, and moves nothing between the others.
   */
  readonly zones: readonly string[];
  /** Construct path of the stack. */
  readonly stack: string;
}

const ZONE = /^(?=.*[a-z])[a-z0-9]{1,16}$/;
const HOST_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Leaves room in a host name for the zone and four digits. */
const BASE = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/**
 * The machines of a tier in a cloud, where a name is all that there is before they are made. One in each zone by default.
 *
 * The program decides by names: a tier that grows gets names more and keeps the others; `Machines.named` makes exactly
 * the machines that it names, in the zones that the names end with, and a tier that names another tier's machines shares them.
 * Names end with the zone (and a number), so that no two tiers get the same.
 */
export function machineNames(request: MachineAllocation, { zones, stack }: MachineNamesOptions): MachineName[] {
  const { tier, noun, count, machines } = request;
  for (const zone of zones) {
    if (!ZONE.test(zone)) {
      throw invalidProperty(
        tier,
        "site.zones",
        zone,
        "machines are named by it: 1 to 16 lower-case letters and digits, one letter at least.",
      );
    }
  }
  if (machines.names !== undefined) {
    const { names } = machines;
    if (count !== undefined && count !== names.length) throw selectionCount(tier, noun, count, names.length);
    return names.map((name) => ({ name, zone: zoneOf(name, tier, zones) }));
  }
  if (machines.explicit) {
    throw invalidProperty(
      tier,
      "machines",
      machines.toString(),
      `the site makes its machines, and they carry no labels. Leave machines out, or name them: Machines.named("web-${zones[0]}").`,
    );
  }
  const base = baseName(tier, stack);
  return Array.from({ length: count ?? zones.length }, (_, i) => {
    const zone = zones[i % zones.length]!;
    const round = Math.floor(i / zones.length) + 1;
    return { name: `${base}-${zone}${round === 1 ? "" : `-${round}`}`, zone };
  });
}

/** The zone that a name ends with. */
function zoneOf(name: string, tier: string, zones: readonly string[]): string {
  const words = HOST_NAME.test(name) ? name.split("-") : [];
  if (/^\d+$/.test(words.at(-1) ?? "")) words.pop();
  const zone = words.at(-1) ?? "";
  if (words.length < 2 || !zones.includes(zone)) {
    throw invalidProperty(
      tier,
      "machines",
      name,
      `a machine's name is a host name that ends with its zone, or with its zone and a number: "web-${zones[0]}", ` +
        `"web-${zones[0]}-2"; the zones of the site are ${zones.join(", ")}.`,
    );
  }
  return zone;
}

/** The tier's id; where it is nested in others or makes no host name, shortened and told apart by a hash. */
function baseName(tier: string, stack: string): string {
  const inStack = tier.startsWith(`${stack}/`) ? tier.slice(stack.length + 1) : tier;
  if (BASE.test(inStack)) return inStack;
  const plain = inStack
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 32)
    .replace(/^-+|-+$/g, "");
  return `${plain === "" ? "tier" : plain}-${sha256(inStack).slice(0, 6)}`;
}
