import { AwsFirewall } from "../../../../lib/sites/aws/access/aws-firewall";
import type { TrafficRule } from "../../../../lib/sites/shared/traffic-rules";
import { at, awsSite } from "../../../support/aws";

type Rules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a firewall with these talks lets into the tier shop/db. */
function rules(
  talks: readonly Partial<TrafficRule>[],
  prepare: (firewall: AwsFirewall) => void = () => undefined,
): Rules {
  const { stack, site } = awsSite();
  const firewall = new AwsFirewall(stack, "firewall", {
    aws: site.aws,
    vpcId: site.vpc.vpcId,
    ssh: { from: ["198.51.100.7/32", "2001:db8::/48"] },
    rules: () =>
      talks.map((talk) => ({
        to: "shop/db",
        from: { kind: "world", name: "world" },
        protocol: "tcp",
        port: 3306,
        purpose: "MariaDB",
        ...talk,
      })),
    addressOf: ({ kind, name }) => (kind === "machine" ? `\${aws_instance.${name}.private_ip}` : name),
  });
  firewall.group("shop/db");
  prepare(firewall);
  return at(stack, "firewall/tiers/db/in/Resource").for_each as Rules;
}

test("a machine is its own address", () => {
  expect(rules([{ from: { kind: "machine", name: "web-a" } }])["tcp-3306-web-a"]).toMatchObject({
    ipv4: "${aws_instance.web-a.private_ip}/32",
    group: null,
  });
});

test.each([
  ["192.0.2.9", { ipv4: "192.0.2.9/32", ipv6: null }],
  ["192.0.2.0/24", { ipv4: "192.0.2.0/24", ipv6: null }],
  ["2001:db8::9", { ipv4: null, ipv6: "2001:db8::9/128" }],
  ["2001:db8::/64", { ipv4: null, ipv6: "2001:db8::/64" }],
])("%s is a network", (name, networks) => {
  expect(rules([{ from: { kind: "address", name } }])[`tcp-3306-${name}`]).toMatchObject(networks);
});

test("VRRP is protocol 112 and has no ports", () => {
  expect(rules([{ protocol: "vrrp", port: 7 }])["vrrp-7-world"]).toMatchObject({
    protocol: "112",
    first: null,
    last: null,
  });
});

test("what AWS refuses in a description is left out", () => {
  expect(rules([{ purpose: 'MariaDB\'s "writer" <main>' }])["tcp-3306-world"]).toMatchObject({
    description: "MariaDB s  writer   main ",
  });
});

test("other tiers' talks are not this one's", () => {
  expect(rules([{ to: "shop/web" }])).toEqual({});
});

test("a managed part is let in by its group", () => {
  const admitted = rules([], (firewall) => firewall.admit("shop/db", "shop/balancer", "sg-0123", 8080));
  expect(admitted).toEqual({
    "tcp-8080-shop/balancer": {
      protocol: "tcp",
      first: 8080,
      last: 8080,
      group: "sg-0123",
      ipv4: null,
      ipv6: null,
      description: "shop/balancer",
    },
  });
});
