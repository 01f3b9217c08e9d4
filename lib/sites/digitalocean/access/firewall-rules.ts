import type { BeehiveError } from "../../../core/errors";
import type { TrafficRule } from "../../shared/traffic-rules";
import type { DigitalOceanLabels } from "../digitalocean-labels";
import { tooManyRules, vrrpImpossible } from "../errors";

/** Every address, as DigitalOcean's firewalls write it. */
export const WORLD = ["0.0.0.0/0", "::/0"] as const;

/** A firewall takes so many rules, and a rule so many sources (docs, "firewalls limits"). */
const MOST_RULES = 50;
const MOST_SOURCES = 1000;

/** One rule, as Terraform's `inbound_rule` takes it. */
export interface InboundRule {
  readonly protocol: string;
  readonly port_range: string;
  readonly source_tags?: readonly string[];
  readonly source_addresses?: readonly string[];
  readonly source_droplet_ids?: readonly string[];
}

/** What one firewall of DigitalOcean lets in: from one side, to the droplets of one tier. */
export interface TierFirewall {
  readonly name: string;
  readonly tag: string;
  readonly rules: readonly InboundRule[];
}

/** What the rules are written with. */
export interface FirewallWords {
  readonly labels: DigitalOceanLabels;
  /** Name of a tier's tag, as an expression; by the tier's construct path. */
  readonly tierTag: (tier: string) => string;
  /** Id of a machine's droplet, as an expression; by the machine's name. */
  readonly dropletId: (machine: string) => string;
  /** An address that may be a fact, as Terraform sees it. */
  readonly address: (text: string) => string;
}

interface Side {
  readonly name: string;
  readonly tag: string;
  readonly doors: Map<string, Door>;
}

/** The firewalls of the tiers, by a key that is made of the tiers' paths alone: `db`, `db from web`. */
export function tierFirewalls(rules: readonly TrafficRule[], words: FirewallWords): Record<string, TierFirewall> {
  const { labels, tierTag } = words;
  const sides = new Map<string, Side>();
  for (const rule of rules) {
    // No firewall of DigitalOcean lets it through; see `firewallProblems`.
    if (rule.protocol === "vrrp") continue;
    const to = labels.inStack(rule.to);
    const from = rule.from.kind === "tier" && rule.from.name !== rule.to ? labels.inStack(rule.from.name) : undefined;
    const key = from === undefined ? to : `${to} from ${from}`;
    const side = sides.get(key) ?? {
      name: labels.name(to, from ?? to),
      tag: tierTag(rule.to),
      doors: new Map(),
    };
    sides.set(key, side);
    const number = `${rule.protocol} ${rule.port}`;
    const door = side.doors.get(number) ?? { protocol: rule.protocol, port: rule.port, sources: {} };
    side.doors.set(number, { ...door, sources: merge(door.sources, sourcesOf(rule, words)) });
  }
  return Object.fromEntries(
    [...sides]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { name, tag, doors }]) => [key, { name, tag, rules: rulesOf(doors) }]),
  );
}

type Sources = Omit<InboundRule, "protocol" | "port_range">;

interface Door {
  readonly protocol: string;
  readonly port: number;
  readonly sources: Sources;
}

function sourcesOf({ from }: TrafficRule, { tierTag, dropletId, address }: FirewallWords): Sources {
  switch (from.kind) {
    case "world":
      return { source_addresses: WORLD };
    case "tier":
      return { source_tags: [tierTag(from.name)] };
    case "machine":
      return { source_droplet_ids: [dropletId(from.name)] };
    case "address":
      return { source_addresses: [address(from.name)] };
  }
}

function merge(a: Sources, b: Sources): Sources {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof Sources)[];
  return Object.fromEntries(names.map((name) => [name, [...new Set([...(a[name] ?? []), ...(b[name] ?? [])])]]));
}

const rulesOf = (doors: ReadonlyMap<string, Door>): InboundRule[] =>
  [...doors.values()].map(({ protocol, port, sources }) => ({ protocol, port_range: String(port), ...sources }));

/** What DigitalOcean would refuse, or silently not let through. */
export function firewallProblems(
  site: string,
  rules: readonly TrafficRule[],
  firewalls: Readonly<Record<string, TierFirewall>>,
): BeehiveError[] {
  const impossible = [...new Set(rules.filter(({ protocol }) => protocol === "vrrp").map(({ to }) => to))];
  const overfull = Object.entries(firewalls).flatMap(([key, { rules }]) => {
    const sources = Math.max(0, ...rules.map((rule) => (rule.source_addresses ?? []).length));
    return rules.length > MOST_RULES || sources > MOST_SOURCES
      ? [tooManyRules(site, key, rules.length, sources, { rules: MOST_RULES, sources: MOST_SOURCES })]
      : [];
  });
  return [...impossible.map((tier) => vrrpImpossible(tier, site)), ...overfull];
}
