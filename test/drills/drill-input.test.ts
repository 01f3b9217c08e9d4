import { parseSeed } from "../../lib/cli/seed";
import { chooseFaults } from "../../lib/drills/drill-choice";
import type { Fault } from "../../lib/drills/faults/fault";
import { parseFaults } from "../../lib/drills/faults/faults";
import type { Machines } from "../../lib/drills/machines";
import { RunningHive } from "../../lib/drills/running-hive";
import type { Manifest } from "../../lib/manifest/manifest";
import { shop } from "./shop";

const nobody = {} as Machines;
const [web, lb, db, zone] = parseFaults("web,lb,db,zone");

test("drills are named by key or by name, in the order in which they shall run", () => {
  expect(parseFaults("db, web-power-loss").map(({ name }) => name)).toEqual(["db-writer-power-loss", "web-power-loss"]);
});

test("an unknown drill is refused with the ones that there are", () => {
  expect(() => parseFaults("web,disk")).toThrow(
    '--drills names "disk", which is no drill; allowed are web, lb, db, zone, separated by commas: --drills web,lb,db,zone.',
  );
});

test("a drill that is named twice is refused", () => {
  expect(() => parseFaults("web,web")).toThrow('--drills names "web" twice; a drill runs once. Leave one of them out.');
});

test.each([["-1"], ["4294967296"], ["seven"], ["1.5"]])("the seed %s is refused with what is allowed", (text) => {
  expect(() => parseSeed(text)).toThrow(`--seed is "${text}"; a seed is a whole number from 0 to 4294967295`);
});

test("a seed is taken as it is, and made when there is none", () => {
  expect(parseSeed("4294967295")).toBe(4294967295);
  expect(parseSeed(undefined)).toBeLessThan(2 ** 32);
});

const refusal = (fault: Fault, manifest: Manifest): string | undefined =>
  fault.unfit(new RunningHive(manifest, nobody))?.error.message;
const without = (path: string): Manifest => ({ ...shop(), tiers: shop().tiers.filter((tier) => tier.path !== path) });

test("a hive without an entrance is refused", () => {
  expect(() => new RunningHive(without("shop/entrance"), nobody)).toThrow(
    "stack shop has no HTTP entrance with an address; a drill measures through it. Add a HealthCheckedLoadBalancer with a FloatingAddress.",
  );
});

test("a drill without a tier to drill is refused", () => {
  expect(refusal(db!, without("shop/db"))).toContain(
    "drill db-writer-power-loss needs a database with a writer, and stack shop has none behind its entrance; leave the drill out of --drills.",
  );
});

test("a database that a provider runs has no machine to take the power from", () => {
  const { tiers, ...rest } = shop();
  const managed = {
    ...rest,
    tiers: tiers.map((one) => (one.path === "shop/db" ? { ...one, machines: [], atLeast: 0 } : one)),
  };
  expect(refusal(db!, managed)).toContain(
    "drill db-writer-power-loss needs a database with a writer on machines of the program, and stack shop has none behind its entrance;",
  );
});

test("a tier without a spare machine is refused, because nothing would be left to show", () => {
  const manifest = shop();
  const tight = { ...manifest, tiers: manifest.tiers.map((tier) => ({ ...tier, atLeast: tier.machines.length })) };
  expect(refusal(web!, tight)).toContain(
    "drill web-power-loss takes one machine from shop/web, which needs 3 of its 3 (web-1, web-2, web-3); nothing would be left to show. Give the tier one more machine.",
  );
});

test("a whole hive has a machine for every drill", () => {
  for (const fault of [web!, lb!, db!, zone!]) expect(refusal(fault, shop("shared"))).toBeUndefined();
});

describe("the drill of a zone", () => {
  const inOneZone = (): Manifest => {
    const manifest = shop();
    return { ...manifest, machines: manifest.machines.map((machine) => ({ ...machine, zone: "a" })) };
  };

  test("is refused in a hive that is in one zone, when somebody names it", () => {
    expect(refusal(zone!, inOneZone())).toContain(
      "drill zone-power-loss takes all machines of a zone, and stack shop has no zone to spare: every machine that visitors need " +
        "is in rack/a. Nothing would be left to show. Spread its tiers over more zones, or leave the drill out of --drills.",
    );
  });

  test("is left out there when nobody does, with the reason", () => {
    const choice = chooseFaults(new RunningHive(inOneZone(), nobody), undefined);
    expect(choice.faults).toEqual([web, lb, db]);
    expect(choice.leftOut).toEqual([
      { fault: "zone-power-loss", reason: "no zone to spare: every machine that visitors need is in rack/a" },
    ]);
  });

  test("runs last where the hive can lose one", () => {
    expect(chooseFaults(new RunningHive(shop(), nobody), undefined)).toEqual({
      faults: [web, lb, db, zone],
      leftOut: [],
    });
  });

  test("is not left out silently when it was named", () => {
    expect(chooseFaults(new RunningHive(inOneZone(), nobody), [zone!])).toEqual({ faults: [zone], leftOut: [] });
  });
});
