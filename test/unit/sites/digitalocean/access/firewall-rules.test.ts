import { Construct } from "constructs";
import { TerraformStack, Testing } from "../../../../../lib/cdktf";
import type { Source, TrafficRule } from "../../../../../lib/sites/shared/traffic-rules";
import { DigitalOceanLabels } from "../../../../../lib/sites/digitalocean/digitalocean-labels";
import { firewallProblems, tierFirewalls, WORLD } from "../../../../../lib/sites/digitalocean/access/firewall-rules";

const words = {
  labels: new DigitalOceanLabels(new Construct(new TerraformStack(Testing.app(), "shop"), "cloud"), []),
  tierTag: (tier: string) => `tag of ${tier}`,
  dropletId: (machine: string) => `id of ${machine}`,
  address: (text: string) => text.replace("fact", "expression"),
};
const rule = (
  to: string,
  kind: Source["kind"],
  name: string,
  port = 80,
  protocol: TrafficRule["protocol"] = "tcp",
): TrafficRule => ({
  to: `shop/${to}`,
  from: { kind, name },
  protocol,
  port,
  purpose: "test",
});

test("a tier that others talk to has a firewall for each of them, and one for itself", () => {
  const rules = [
    rule("db", "tier", "shop/db", 4567),
    rule("db", "tier", "shop/db", 4567, "udp"),
    rule("db", "tier", "shop/web", 3306),
    rule("db", "tier", "shop/web", 9200),
    rule("entrance", "world", "world", 80),
  ];
  expect(tierFirewalls(rules, words)).toEqual({
    db: {
      name: "shop.cloud.db.db",
      tag: "tag of shop/db",
      rules: [
        { protocol: "tcp", port_range: "4567", source_tags: ["tag of shop/db"] },
        { protocol: "udp", port_range: "4567", source_tags: ["tag of shop/db"] },
      ],
    },
    "db from web": {
      name: "shop.cloud.db.web",
      tag: "tag of shop/db",
      rules: [
        { protocol: "tcp", port_range: "3306", source_tags: ["tag of shop/web"] },
        { protocol: "tcp", port_range: "9200", source_tags: ["tag of shop/web"] },
      ],
    },
    entrance: {
      name: "shop.cloud.entrance.entrance",
      tag: "tag of shop/entrance",
      rules: [{ protocol: "tcp", port_range: "80", source_addresses: WORLD }],
    },
  });
});

test("a new tier adds firewalls and leaves those that are there as they were", () => {
  const before = [rule("db", "tier", "shop/db", 4567), rule("db", "tier", "shop/web", 3306)];
  const after = tierFirewalls([...before, rule("db", "tier", "shop/api", 3306), rule("api", "world", "world")], words);
  expect(after).toMatchObject(tierFirewalls(before, words));
  expect(Object.keys(after)).toEqual(["api", "db", "db from api", "db from web"]);
});

test("all sources of a port stand in one rule: droplets by id, others by address, facts as expressions", () => {
  const rules = [
    rule("web", "machine", "lb-fra1", 8080),
    rule("web", "machine", "lb-fra1-2", 8080),
    rule("web", "address", "10.80.160.0/20", 8080),
    rule("web", "address", "fact of another site", 8080),
  ];
  expect(tierFirewalls(rules, words).web!.rules).toEqual([
    {
      protocol: "tcp",
      port_range: "8080",
      source_droplet_ids: ["id of lb-fra1", "id of lb-fra1-2"],
      source_addresses: ["10.80.160.0/20", "expression of another site"],
    },
  ]);
});

test("VRRP has no rule, and is told", () => {
  const rules = [rule("entrance", "tier", "shop/entrance", 51, "vrrp")];
  expect(tierFirewalls(rules, words)).toEqual({});
  expect(firewallProblems("shop/cloud", rules, {}).map((error) => error.message)).toEqual([
    "shop/entrance: wants VRRP on shop/cloud; DigitalOcean's firewalls let only TCP, UDP and ICMP through, and its networks " +
      "carry no virtual IP. Leave address out, so that the site gives a reserved IP.",
  ]);
});

test("more rules or sources than DigitalOcean takes are told before it is asked", () => {
  const ports = Array.from({ length: 51 }, (_, i) => rule("web", "world", "world", 8000 + i));
  const sources = Array.from({ length: 1001 }, (_, i) => rule("db", "address", `10.0.${i >> 8}.${i & 255}`));
  const problems = (rules: TrafficRule[]) => firewallProblems("shop/cloud", rules, tierFirewalls(rules, words));
  expect(problems(ports.slice(1))).toEqual([]);
  expect(problems(ports).map((error) => error.message)).toEqual([
    expect.stringContaining(
      "shop/cloud: the firewall of web has 51 rules, the longest with 2 sources; DigitalOcean takes 50 and 1000.",
    ),
  ]);
  expect(problems(sources.slice(1))).toEqual([]);
  expect(problems(sources).map((error) => error.message)).toEqual([
    expect.stringContaining("shop/cloud: the firewall of db has 1 rule, the longest with 1001 sources;"),
  ]);
});
