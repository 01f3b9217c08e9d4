import * as fc from "fast-check";
import { firewall, guardedServices } from "../../../../lib/software/kit/firewall";
import type { Port, Software } from "../../../../lib/software/software";

const PORT: Port = { port: 8080, protocol: "tcp", address: "10.80.0.21", from: ["10.80.0.11"], purpose: "nginx" };

function rulesOf(...ports: Port[]): string[] {
  const table = firewall({ instance: "shop-web", constructPath: "shop/web", ports }).files[0]!.content;
  return table
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.includes(" drop "));
}

describe("the firewall", () => {
  it("drops everybody who is not on a port's list", () => {
    expect(rulesOf(PORT)).toEqual([
      'ip daddr 10.80.0.21 tcp dport 8080 tcp flags & (syn | ack) == syn ip saddr != { 10.80.0.11 } drop comment "nginx"',
      'meta nfproto ipv4 tcp dport 8080 tcp flags & (syn | ack) == syn ip saddr != { 10.80.0.11 } socket wildcard 1 drop comment "nginx"',
      'meta nfproto ipv6 tcp dport 8080 tcp flags & (syn | ack) == syn socket wildcard 1 drop comment "nginx"',
    ]);
  });

  it("holds for a UDP program that listens on all addresses, such as the kernel's VXLAN", () => {
    expect(rulesOf({ ...PORT, protocol: "udp" })).toEqual([
      'ip daddr 10.80.0.21 udp dport 8080 ip saddr != { 10.80.0.11 } drop comment "nginx"',
      'meta nfproto ipv4 udp dport 8080 ip saddr != { 10.80.0.11 } socket wildcard 1 drop comment "nginx"',
      'meta nfproto ipv6 udp dport 8080 socket wildcard 1 drop comment "nginx"',
    ]);
  });

  it("judges no port that is open to the world", () => {
    expect(rulesOf({ ...PORT, from: "world" })).toEqual([]);
  });

  it("judges no port that only this machine can reach anyway", () => {
    expect(rulesOf({ ...PORT, address: "127.0.0.1", from: "localhost" })).toEqual([]);
  });

  it("closes a port for this machine alone that is bound to every address", () => {
    expect(rulesOf({ ...PORT, address: "*", from: "localhost" })).toEqual([
      'meta nfproto ipv4 tcp dport 8080 tcp flags & (syn | ack) == syn drop comment "nginx"',
      'meta nfproto ipv6 tcp dport 8080 tcp flags & (syn | ack) == syn drop comment "nginx"',
    ]);
  });

  it("drops everybody when the list is empty", () => {
    expect(rulesOf({ ...PORT, from: [] })).toEqual([
      'ip daddr 10.80.0.21 tcp dport 8080 tcp flags & (syn | ack) == syn drop comment "nginx"',
      'meta nfproto ipv4 tcp dport 8080 tcp flags & (syn | ack) == syn socket wildcard 1 drop comment "nginx"',
      'meta nfproto ipv6 tcp dport 8080 tcp flags & (syn | ack) == syn socket wildcard 1 drop comment "nginx"',
    ]);
  });

  it("keeps IPv4 and IPv6 sources apart", () => {
    expect(rulesOf({ ...PORT, address: "*", from: ["10.80.0.11", "2001:db8::/64"] })).toEqual([
      'meta nfproto ipv4 tcp dport 8080 tcp flags & (syn | ack) == syn ip saddr != { 10.80.0.11 } drop comment "nginx"',
      'meta nfproto ipv6 tcp dport 8080 tcp flags & (syn | ack) == syn ip6 saddr != { 2001:db8::/64 } drop comment "nginx"',
    ]);
  });

  it("judges VRRP by router id, so that several groups on a machine do not drop each other's", () => {
    expect(rulesOf({ ...PORT, protocol: "vrrp", port: 100 })).toEqual([
      'ip daddr 10.80.0.21 meta l4proto 112 @th,8,8 100 ip saddr != { 10.80.0.11 } drop comment "nginx"',
    ]);
  });

  it("replaces its table in one transaction and names no other", () => {
    const lines = firewall({ instance: "shop-web", constructPath: "shop/web", ports: [PORT] }).files[0]!.content.split(
      "\n",
    );
    expect(lines.filter((line) => line.includes("table"))).toEqual([
      "table inet beehive_shop_web",
      "delete table inet beehive_shop_web",
      "table inet beehive_shop_web {",
    ]);
  });

  it("never drops traffic to a port that is not on the list", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { maxLength: 20 }), (ports) => {
        const rules = rulesOf(...ports.map((port) => ({ ...PORT, port })));
        expect(new Set(rules.map((rule) => Number(/dport (\d+)/.exec(rule)![1])))).toEqual(new Set(ports));
      }),
    );
  });
});

describe("services behind a firewall", () => {
  const app: Software = {
    name: "app",
    packages: [],
    files: [],
    services: [
      { unit: "app.service", onChange: "restart", watches: [] },
      { unit: "app.timer", onChange: "restart", watches: [] },
    ],
    gate: [],
    ports: [PORT],
  };

  it("are those of software with a port that is not for everybody", () => {
    const open = (port: Partial<Port>): Software => ({ ...app, ports: [{ ...PORT, ...port }] });
    expect(guardedServices([app])).toEqual(["app.service"]);
    expect(guardedServices([open({ from: "world" }), open({ address: "127.0.0.1" })])).toEqual([]);
  });

  it("do not start without the table, and load it where it is missing", () => {
    const { files } = firewall({
      instance: "shop-web",
      constructPath: "shop/web",
      ports: [PORT],
      guards: ["app.service", "app.service"],
    });
    const dropIns = files.filter(({ path }) => path.includes(".service.d/"));
    expect(dropIns.map(({ path }) => path)).toEqual([
      "/etc/systemd/system/app.service.d/beehive-shop-web.firewall.conf",
    ]);
    expect(dropIns[0]!.content.split("\n")).toEqual(
      expect.arrayContaining([
        "After=beehive-firewall-shop-web.service",
        "ExecStartPre=+/usr/local/lib/beehive-nftables/shop-web ensure",
      ]),
    );
  });
});
