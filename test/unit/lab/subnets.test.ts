import fc from "fast-check";
import { overlaps, planNetworks, refuseTaken } from "../../../lib/lab/subnets";
import type { ManifestTier } from "../../../lib/manifest/manifest";
import { manifestFor } from "../../support/manifest";

const entrance = (address: string): ManifestTier => ({
  path: "test/entrance",
  kind: "HealthCheckedLoadBalancer",
  engine: "haproxy",
  site: "rack",
  machines: ["lb"],
  atLeast: 1,
  needs: [],
  endpoints: [{ kind: "entrance", protocol: "http", address, virtual: true, port: 80 }],
  settings: {},
});

describe("networks of a lab", () => {
  test("machines of one /24 share a network with the first free address as gateway", () => {
    const { subnets, attachments } = planNetworks(manifestFor({ machines: { a: "10.78.0.11", b: "10.78.0.12" } }));
    expect(subnets).toEqual([{ site: "rack", cidr: "10.78.0.0/24", gateway: "10.78.0.1" }]);
    expect(attachments.get("b")).toEqual([{ subnet: subnets[0], address: "10.78.0.12" }]);
  });

  test("the site's own network is used where it holds the addresses", () => {
    const manifest = manifestFor({
      machines: { a: "10.78.0.11", b: "10.78.3.12" },
      site: { network: "10.78.0.0/16" },
    });
    expect(planNetworks(manifest).subnets.map(({ cidr }) => cidr)).toEqual(["10.78.0.0/16"]);
  });

  test("the gateway is neither a machine's nor a floating address", () => {
    const manifest = manifestFor({ machines: { lb: "10.78.0.1" }, tiers: [entrance("10.78.0.2")] });
    expect(planNetworks(manifest).subnets[0]?.gateway).toBe("10.78.0.3");
  });

  test("a machine with a private address is in two networks, the private one first", () => {
    const machines = { a: { address: "198.51.100.7", privateAddress: "10.78.0.11" } };
    const attached = planNetworks(manifestFor({ machines })).attachments.get("a") ?? [];
    expect(attached.map(({ subnet }) => subnet.cidr)).toEqual(["10.78.0.0/24", "198.51.100.0/24"]);
  });

  test.each([
    ["db.example", "that is no IP address"],
    ["2001:db8::7", "IPv4 addresses only"],
    ["127.0.0.1", "loopback"],
  ])("the address %s is refused: %s", (address, problem) => {
    expect(() => planNetworks(manifestFor({ machines: { a: address } }))).toThrow(problem);
  });

  test("an address of two machines is refused with both names", () => {
    expect(() => planNetworks(manifestFor({ machines: { a: "10.78.0.11", b: "10.78.0.11" } }))).toThrow(
      "machines a and b both have the address 10.78.0.11",
    );
  });

  test("a manifest without machines is refused", () => {
    expect(() => planNetworks(manifestFor({ machines: {} }))).toThrow("has no machines");
  });

  test("a network without a free address is refused", () => {
    const manifest = manifestFor({ machines: { a: "10.78.0.1", b: "10.78.0.2" }, site: { network: "10.78.0.0/30" } });
    expect(() => planNetworks(manifest)).toThrow("10.78.0.0/30 has no address left");
  });

  test("networks of two sites that overlap are refused", () => {
    const site = { kind: "hosts", zones: ["a"], ssh: { user: "root" } };
    const manifest = manifestFor({
      machines: { a: { address: "10.78.0.11", site: "north" }, b: { address: "10.78.9.12", site: "south" } },
      sites: [
        { ...site, name: "north", network: "10.78.0.0/16" },
        { ...site, name: "south" },
      ],
    });
    expect(() => planNetworks(manifest)).toThrow("the network 10.78.0.0/16 of site north");
  });
});

describe("networks that somebody uses already", () => {
  const { subnets } = planNetworks(manifestFor({ machines: { a: "10.78.0.11" } }));

  test("are refused with their holder", () => {
    expect(() => refuseTaken(subnets, [{ cidr: "10.78.0.128/25", holder: "interface eth7" }])).toThrow(
      "interface eth7",
    );
  });

  test("do not matter when they are elsewhere, are the default route, or are IPv6", () => {
    const taken = ["10.79.0.0/24", "0.0.0.0/0", "default", "fe80::1/64"].map((cidr) => ({ cidr, holder: "eth0" }));
    expect(() => refuseTaken(subnets, taken)).not.toThrow();
  });

  test("two networks overlap exactly when they share an address", () => {
    const network = fc.record({ base: fc.nat({ max: 255 }), bits: fc.integer({ min: 24, max: 32 }) });
    const range = ({ base, bits }: { base: number; bits: number }) => {
      const size = 2 ** (32 - bits);
      const first = Math.floor(base / size) * size;
      return [first, first + size - 1] as const;
    };
    fc.assert(
      fc.property(network, network, (a, b) => {
        const [aFirst, aLast] = range(a);
        const [bFirst, bLast] = range(b);
        const share = aFirst <= bLast && bFirst <= aLast;
        expect(overlaps(`10.0.0.${a.base}/${a.bits}`, `10.0.0.${b.base}/${b.bits}`)).toBe(share);
      }),
    );
  });
});
