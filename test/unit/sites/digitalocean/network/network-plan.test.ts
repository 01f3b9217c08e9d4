import fc from "fast-check";
import { holds, overlaps, subnet } from "../../../../../lib/sites/shared/cidr";
import { pairs, planNetwork, type NetworkWish } from "../../../../../lib/sites/digitalocean/network/network-plan";
import { dropletsIn, regionNetwork, regionsWithSlot } from "../../../../../lib/sites/digitalocean/regions";

const plan = (wish: Partial<NetworkWish> = {}) =>
  planNetwork("shop/cloud", {
    zones: ["fra1", "ams3", "lon1"],
    cidr: "10.80.0.0/16",
    vpcs: {},
    peering: "make",
    ...wish,
  });
const FIRST = "11111111-2222-4333-8444-555555555555";
const SECOND = "66666666-7777-4888-9999-aaaaaaaaaaaa";

test("each region has a /20 of the /16 that is its own", () => {
  expect(plan()).toEqual([
    { region: "fra1", cidr: "10.80.160.0/20" },
    { region: "ams3", cidr: "10.80.64.0/20" },
    { region: "lon1", cidr: "10.80.144.0/20" },
  ]);
});

test("which regions come, go or change places is of no matter to a region's network", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(regionsWithSlot.filter((region) => region !== "blr1")), (zones) => {
      for (const { region, cidr } of plan({ zones })) expect(cidr).toBe(regionNetwork("10.80.0.0/16", region));
    }),
  );
});

test("the regions' networks lie in the site's and never overlap", () => {
  fc.assert(
    fc.property(fc.integer({ min: 12, max: 24 }), fc.nat(), (bits, place) => {
      const cidr = subnet("10.0.0.0/8", bits, place % 2 ** (bits - 8));
      const networks = regionsWithSlot.map((region) => regionNetwork(cidr, region)!);
      expect(networks.every((network) => holds(cidr, network))).toBe(true);
      for (const [i, a] of networks.entries()) {
        expect(networks.slice(i + 1).some((b) => overlaps(a, b))).toBe(false);
      }
    }),
  );
});

test("a VPC that exists is taken, with its network or without", () => {
  expect(
    plan({ zones: ["fra1", "ams3"], vpcs: { fra1: { id: FIRST, cidr: "172.20.0.0/24" }, ams3: { id: SECOND } } }),
  ).toEqual([
    { region: "fra1", id: FIRST, cidr: "172.20.0.0/24" },
    { region: "ams3", id: SECOND, cidr: undefined },
  ]);
});

test("a region that the library does not know gets the network that the program gives", () => {
  expect(plan({ zones: ["osl1"], vpcs: { osl1: { cidr: "10.90.0.0/20" } } })).toEqual([
    { region: "osl1", id: undefined, cidr: "10.90.0.0/20" },
  ]);
  expect(() => plan({ zones: ["osl1"] })).toThrow(
    "shop/cloud: zones has osl1, a region for which no part of cidr is set aside; that is done for nyc1,",
  );
});

test.each([
  ["10.80.0.0", "it is no IPv4 network"],
  ["10.80.0.1/16", "it is no IPv4 network"],
  ["52.0.0.0/16", "DigitalOcean takes 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 only"],
  ["100.64.0.0/16", "DigitalOcean takes 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 only"],
  ["10.0.0.0/11", "its prefix must be /12 to /24"],
  ["10.80.0.0/25", "its prefix must be /12 to /24"],
])("the network %s is refused", (cidr, problem) => {
  expect(() => plan({ cidr })).toThrow(`shop/cloud: cidr is "${cidr}"; ${problem}`);
});

test("a VPC of its own network is /16 to /28", () => {
  expect(() => plan({ vpcs: { fra1: { cidr: "10.0.0.0/15" } } })).toThrow(
    'shop/cloud: vpcs.fra1.cidr is "10.0.0.0/15"; its prefix must be /16 to /28',
  );
});

test("ranges that DigitalOcean keeps for itself are refused", () => {
  expect(() => plan({ cidr: "10.240.0.0/12" })).toThrow(
    'shop/cloud: cidr is "10.240.0.0/12"; 10.244.0.0/16 of region ams3 lies in 10.244.0.0/16, which DigitalOcean reserves. Choose another network.',
  );
  expect(() => plan({ vpcs: { fra1: { cidr: "10.246.0.0/23" } } })).toThrow(
    "10.246.0.0/24, which DigitalOcean reserves",
  );
});

test("networks that overlap cannot be peered", () => {
  expect(() => plan({ vpcs: { fra1: { id: FIRST, cidr: "10.80.64.0/24" } } })).toThrow(
    "shop/cloud: the network of ams3, 10.80.64.0/20, overlaps with that of fra1, 10.80.64.0/24; VPCs that overlap cannot be peered.",
  );
});

test("a VPC is in one region", () => {
  expect(() => plan({ vpcs: { fra1: { id: FIRST }, ams3: { id: FIRST } } })).toThrow(
    `shop/cloud: vpcs gives ${FIRST} to ams3 and to fra1; a VPC is in one region.`,
  );
});

test("a VPC for no zone is a slip of the pen", () => {
  expect(() => plan({ vpcs: { fra2: { id: FIRST } } })).toThrow(
    "shop/cloud: vpcs names fra2, which is none of the site's zones; they are fra1, ams3, lon1.",
  );
});

test("peerings exist only where all VPCs do", () => {
  expect(() => plan({ peering: "existing", vpcs: { fra1: { id: FIRST }, ams3: { id: SECOND } } })).toThrow(
    'shop/cloud: peering is "existing", but the VPC of lon1 is made by this site',
  );
});

test("the one region whose VPCs cannot be peered stands alone or not at all", () => {
  expect(plan({ zones: ["blr1"] })).toHaveLength(1);
  expect(() => plan({ zones: ["blr1", "sgp1"] })).toThrow(
    "shop/cloud: zones has blr1 and other regions; DigitalOcean cannot peer VPCs of blr1 with those of other regions",
  );
});

test("pairs are the same whatever the order", () => {
  const expected = [
    ["ams3", "fra1"],
    ["ams3", "lon1"],
    ["fra1", "lon1"],
  ];
  expect(pairs(["fra1", "ams3", "lon1"])).toEqual(expected);
  expect(pairs(["lon1", "fra1", "ams3"])).toEqual(expected);
});

test("a VPC holds fewer droplets than it has addresses, and never more than 10,000", () => {
  expect([dropletsIn("10.80.0.0/28"), dropletsIn("10.80.0.0/20"), dropletsIn("10.80.0.0/16")]).toEqual([
    11, 4091, 10_000,
  ]);
});
