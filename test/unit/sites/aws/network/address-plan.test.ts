import fc from "fast-check";
import { LARGEST_VPC, shortage, SMALLEST_VPC, subnetBlock } from "../../../../../lib/sites/aws/network/address-plan";
import { ZONE_LETTERS, type AwsZone } from "../../../../../lib/sites/aws/aws-zone";
import { holds, overlaps, prefixLength } from "../../../../../lib/sites/shared/cidr";

const zone = (letter: string): AwsZone => ({ letter, name: `eu-central-1${letter}` });
const places = [...ZONE_LETTERS].flatMap((letter) =>
  (["private", "public"] as const).map((kind) => ({ zone: zone(letter), kind })),
);

test("a zone's subnets come from its letter, whatever other zones there are", () => {
  expect(
    ["a", "b", "h"].flatMap((letter) => [
      subnetBlock("10.64.0.0/16", zone(letter), "private"),
      subnetBlock("10.64.0.0/16", zone(letter), "public"),
    ]),
  ).toEqual(["10.64.0.0/20", "10.64.128.0/20", "10.64.16.0/20", "10.64.144.0/20", "10.64.112.0/20", "10.64.240.0/20"]);
});

test("in every VPC that is taken, all subnets lie in it, are a /28 or larger, and none overlaps another", () => {
  fc.assert(
    fc.property(fc.integer({ min: LARGEST_VPC, max: SMALLEST_VPC }), (prefix) => {
      const vpc = `10.64.0.0/${prefix}`;
      const blocks = places.map(({ zone, kind }) => subnetBlock(vpc, zone, kind));
      expect(blocks.every((block) => holds(vpc, block) && prefixLength(block) <= 28)).toBe(true);
      expect(blocks.flatMap((a, i) => blocks.slice(i + 1).filter((b) => overlaps(a, b)))).toEqual([]);
    }),
  );
});

test("a /24 has 11 addresses in each subnet, because AWS keeps five", () => {
  const need = (addresses: number) => [{ zone: zone("a"), kind: "private" as const, addresses }];
  expect(shortage("10.64.0.0/24", need(11))).toBeUndefined();
  expect(shortage("10.64.0.0/24", need(12))).toMatchObject({ addresses: 12, room: 11, prefix: 23 });
});

test("the subnet that lacks most is the one that is told", () => {
  const needs = [
    { zone: zone("a"), kind: "private" as const, addresses: 20 },
    { zone: zone("b"), kind: "private" as const, addresses: 50 },
  ];
  expect(shortage("10.64.0.0/24", needs)).toMatchObject({ zone: zone("b"), addresses: 50, prefix: 22 });
});

test("what no VPC holds has no remedy by a larger one", () => {
  const needs = [{ zone: zone("a"), kind: "private" as const, addresses: 5000 }];
  expect(shortage("10.64.0.0/16", needs)).toMatchObject({ prefix: undefined });
});
