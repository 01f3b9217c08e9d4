import { TerraformStack, TerraformVariable, Testing } from "../../../../lib/cdktf";
import { FloatingAddress, HealthCheck, Tls, type HealthCheckedLoadBalancerProps, type Tier } from "../../../../lib";
import { bundleOf, shop } from "../../../support/hive";

/** For *.example.org, Shop.Example.org and www.example.org. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIByTCCAXCgAwIBAgIURzgCxFRQw9IAjUwhTCBC+8/moyAwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLm9yZzAeFw0yNjExMjgwMDEwMjlaFw00
NjExMjMwMDEwMjlaMBsxGTAXBgNVBAMMEHNob3AuZXhhbXBsZS5vcmcwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQelbCAluOKVRwwG/NkHy07H2ETQB7I50uhukLd
sRBALZhjGIoRf+PA59YwopTD1VowxATZ4V+3kpt3PSZlNsnto4GRMIGOMB0GA1Ud
DgQWBBQcKT9IQNgATKbcWmWmAvFp3oyeATAfBgNVHSMEGDAWgBQcKT9IQNgATKbc
WmWmAvFp3oyeATAPBgNVHRMBAf8EBTADAQH/MDsGA1UdEQQ0MDKCDSouZXhhbXBs
ZS5vcmeCEFNob3AuRXhhbXBsZS5vcmeCD3d3dy5leGFtcGxlLm9yZzAKBggqhkjO
PQQDAgNHADBEAiBsiki926ok/85AZJLjMjqAHbsWRAt615EEFqnRKHYHowIgD2Rp
jBSL1yXb5wnn6Vn4H/O+W7dps0j7XtRKu5P9fSE=
-----END CERTIFICATE-----
`;

interface Bundle {
  readonly software: readonly {
    readonly files: readonly { readonly path: string; readonly content: string }[];
    readonly gate: readonly { readonly description: string; readonly command: readonly string[] }[];
  }[];
}

type Entrance = Partial<HealthCheckedLoadBalancerProps>;

/** What HAProxy's checks send, and the gate of a web server. */
function asked(props: Entrance) {
  const { stack, web: tier, entrance } = shop({ entrance: props });
  const bundle = ({ node, machines }: Tier) => JSON.parse(bundleOf(stack, node.id, machines[0]!.name)) as Bundle;
  const [balancer, web] = [bundle(entrance), bundle(tier)];
  const config = balancer.software.flatMap(({ files }) => files).find(({ path }) => path.endsWith("entrance.cfg"))!;
  const check = config.content.split("\n").find((line) => line.includes("http-check send"))!;
  const gate = web.software
    .flatMap((one) => one.gate)
    .find(({ description }) => description === "the application answers")!;
  const sent = JSON.parse(gate.command.at(-1)!) as Record<string, string>;
  return {
    check: check.slice(check.indexOf("HTTP/1.1 ") + 9).replace(entrance.machines[0]!.privateAddress, "BALANCER"),
    gate: { ...sent, "X-Forwarded-For": sent["X-Forwarded-For"]!.replace(tier.machines[0]!.privateAddress, "SERVER") },
  };
}

/** A key of a stack that is thrown away: only that it is no text counts. */
const tls = () => {
  const key = new TerraformVariable(new TerraformStack(Testing.app(), "keys"), "key", { sensitive: true });
  return Tls.given({ certificate: CERTIFICATE, privateKey: key.stringValue });
};

test("checks and gates come over HTTP for the entrance's address, where it has no name", () => {
  expect(asked({})).toEqual({
    check: "hdr Host 10.77.0.100 hdr User-Agent beehive hdr X-Forwarded-For BALANCER hdr X-Forwarded-Proto http",
    gate: { Host: "10.77.0.100", "X-Forwarded-For": "SERVER", "X-Forwarded-Proto": "http" },
  });
});

test("over HTTPS for the first name of the certificate that is no wildcard", () => {
  const { check, gate } = asked({ tls: tls() });
  expect(check).toContain("hdr Host shop.example.org hdr");
  expect(check).toContain("hdr X-Forwarded-Proto https");
  expect(gate).toMatchObject({ Host: "shop.example.org", "X-Forwarded-Proto": "https" });
});

test("for the name that the health check says, with the port where it is not the usual one", () => {
  const entrance = { healthCheck: HealthCheck.http({ host: "www.example.org" }), tls: tls(), port: 8443 };
  const { check, gate } = asked(entrance);
  expect(check).toContain("hdr Host www.example.org:8443 hdr");
  expect(gate).toMatchObject({ Host: "www.example.org:8443", "X-Forwarded-Proto": "https" });
});

test("for an address of IPv6 in brackets", () => {
  const hosts = ["lb", "web", "db"].flatMap((role, r) =>
    [1, 2, 3].map((i) => ({
      name: `${role}-${i}`,
      address: role === "lb" ? `fd77::${i}` : `10.77.${r}.${i}`,
      zone: "abc"[i - 1]!,
      tiers: [role === "lb" ? "entrance" : role],
    })),
  );
  const address = FloatingAddress.virtualIp("fd77::100");
  const { stack } = shop({ hosts, site: { network: "fd77::/64" }, entrance: { address } });
  expect(bundleOf(stack, "entrance", "lb-1")).toContain('hdr Host \\"[fd77::100]\\" hdr');
});

test("several entrances: an application that sends visitors to HTTPS is asked over HTTPS", () => {
  const hive = shop();
  hive.web.askAs({ https: true, host: "shop.example.org" });
  const gate = bundleOf(hive.stack, "web", hive.web.machines[0]!.name);
  expect(gate).toContain("shop.example.org");
});

test.each(["*.example.org", "Shop.example.org", "a b", "shop.example.org:80", "shop.example.org\nX: y", ""])(
  "the name %p is refused",
  (host) => {
    const entrance = () => shop({ entrance: { healthCheck: HealthCheck.http({ host }) } });
    expect(entrance).toThrow(/shop\/entrance: healthCheck\.host .*must be a DNS name in lower case, or an address/);
  },
);
