import { addressFamily, isIPv4, socketAddress } from "../../../../lib/software/kit/addresses";
import { databaseProxy } from "../../../../lib/software/load-balancing/database-proxy";
import { firewall } from "../../../../lib/software/kit/firewall";
import { floatingAddress } from "../../../../lib/software/floating-address/keepalived";
import { factNames, factPlaceholder, isPlaceholder, replaceFacts } from "../../../../lib/software/placeholders";
import type { Software } from "../../../../lib/software/software";

const FACT = factPlaceholder("address/web-a");
const SELF = "{{beehive:self:address}}";
const contentOf = ({ files }: Software, end: string): string => files.find(({ path }) => path.endsWith(end))!.content;

test.each([
  ["10.64.0.1", "ip", "10.64.0.1:80"],
  ["10.64.0.0/16", "ip", "10.64.0.0/16:80"],
  ["2001:db8::1", "ip6", "[2001:db8::1]:80"],
  [FACT, "ip", `${FACT}:80`],
  [SELF, "ip", `${SELF}:80`],
])("%s is one of family %s, and with a port %s", (address, family, socket) => {
  expect([addressFamily(address), socketAddress(address, 80)]).toEqual([family, socket]);
});

test("a fact is an IPv4 address; a network and a name are none", () => {
  expect([FACT, SELF, "10.64.0.1", "10.64.0.0/16", "fd00::1", "db"].map(isIPv4)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("a placeholder is one alone, not a text that holds some", () => {
  expect([FACT, SELF, `${FACT},${FACT}`, `x${FACT}`, "{{beehive:", "10.64.0.1"].map(isPlaceholder)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("a text's facts are found wherever they stand, each once", () => {
  const text = `a ${FACT}, {{beehive:interface:${factPlaceholder("address/web-b")}}} ${FACT} {{beehive:secret:x}} ${SELF}`;
  expect(factNames(text)).toEqual(["address/web-a", "address/web-b"]);
  expect(replaceFacts(text, (name) => `<${name}>`)).toBe(
    `a <address/web-a>, {{beehive:interface:<address/web-b>}} <address/web-a> {{beehive:secret:x}} ${SELF}`,
  );
});

test("a firewall lets facts in by IPv4", () => {
  const port = { port: 80, protocol: "tcp", address: SELF, from: [FACT], purpose: "nginx" } as const;
  const table = contentOf(firewall({ instance: "shop-web", constructPath: "shop/web", ports: [port] }), ".nft");
  expect(table).toContain(`ip daddr ${SELF} tcp dport 80 tcp flags & (syn | ack) == syn ip saddr != { ${FACT} } drop`);
  expect(table).not.toContain("ip6");
});

test("keepalived gives a fact the prefix of IPv4", () => {
  const software = floatingAddress({
    instance: "shop-lb",
    constructPath: "shop/lb",
    self: { name: "lb-a", address: FACT },
    peers: [],
    address: factPlaceholder("public-address/lb-a"),
    routerId: 1,
    priority: 1,
    readyPort: 18001,
    servingUnit: "beehive-haproxy-shop-lb.service",
  });
  expect(contentOf(software, ".conf")).toContain(`${factPlaceholder("public-address/lb-a")}/32`);
});

describe("HAProxy says which configuration it serves", () => {
  const proxy = (address: string): Software =>
    databaseProxy({
      instance: "shop-web",
      constructPath: "shop/web",
      members: [{ name: "db-a", address, port: 3306, agentPort: 9200 }],
    });
  const fingerprint = (software: Software): string => software.gate[0]!.command.at(-1)!;

  test("by its text, where that says everything", () => {
    expect(fingerprint(proxy("10.64.0.1"))).toMatch(/^[0-9a-f]{16}$/);
  });

  test("and by the facts, where the same text may mean other addresses", () => {
    expect(fingerprint(proxy(FACT))).toMatch(/^[0-9a-f]{16}-\{\{beehive:facts-digest\}\}$/);
    expect(contentOf(proxy(FACT), ".cfg")).toContain(`string "${fingerprint(proxy(FACT))}"`);
  });
});
