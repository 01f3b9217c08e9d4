import { hiveRoles } from "../../lib/drills/hive-roles";
import { drillableZones, lackWithout, zonesToSpare } from "../../lib/drills/zones";
import type { Manifest } from "../../lib/manifest/manifest";
import { shop } from "./shop";

/** The shop with some machines in other zones. */
function shopIn(zones: Readonly<Record<string, string>>): Manifest {
  const manifest = shop();
  return { ...manifest, machines: manifest.machines.map((one) => ({ ...one, zone: zones[one.name] ?? one.zone })) };
}

const spare = (manifest: Manifest) => zonesToSpare(manifest, hiveRoles(manifest));
const names = (manifest: Manifest) => spare(manifest).zones.map(({ name }) => name);

test("zones have all of their machines, those too that no visitor needs", () => {
  const manifest = shop();
  manifest.machines.push({ ...manifest.machines[0]!, name: "monitor", zone: "b" });
  expect(drillableZones(manifest, hiveRoles(manifest))).toEqual([
    { name: "rack/a", machines: ["lb-1", "web-2", "db-b"] },
    { name: "rack/b", machines: ["lb-2", "web-3", "db-c", "monitor"] },
    { name: "rack/c", machines: ["web-1", "db-a"] },
  ]);
});

test("a zone in which nobody does anything for visitors shows nothing", () => {
  const manifest = shop();
  manifest.machines.push({ ...manifest.machines[0]!, name: "monitor", zone: "d" });
  expect(names(manifest)).toEqual(["rack/a", "rack/b", "rack/c"]);
});

test("zones of the same name in two sites are two", () => {
  const manifest = shop();
  manifest.machines[1]!.site = "cellar";
  manifest.machines[1]!.zone = "a";
  expect(names(manifest)).toEqual(["rack/a", "cellar/a", "rack/c", "rack/b"]);
});

test("a zone that holds too much of a tier cannot be spared, and the others can", () => {
  const manifest = shopIn({ "db-a": "a" });
  expect(spare(manifest)).toEqual({
    zones: [
      { name: "rack/b", machines: ["lb-2", "web-3", "db-c"] },
      { name: "rack/c", machines: ["web-1"] },
    ],
    lacks: ["without rack/a shop/db has 1 of its 3 and needs 2"],
  });
});

test("a managed database is in no zone and lacks nobody", () => {
  const manifest = shop();
  manifest.tiers[2]!.machines = [];
  manifest.tiers[2]!.atLeast = 0;
  expect(names(manifest)).toEqual(["rack/a", "rack/b", "rack/c"]);
});

test("an address that does not move is lost with its zone", () => {
  const manifest = shop();
  manifest.tiers[0]!.endpoints[0]!.virtual = false;
  const roles = hiveRoles(manifest);
  expect(lackWithout(roles, { name: "rack/a", machines: ["lb-1"] })).toBe(
    "without rack/a nobody has 10.81.0.100, which does not move",
  );
  expect(lackWithout(roles, { name: "rack/c", machines: ["web-1", "db-a"] })).toBeUndefined();
});

test("a hive in one zone has none to spare", () => {
  const manifest = shop();
  for (const machine of manifest.machines) machine.zone = "a";
  expect(spare(manifest)).toEqual({ zones: [], lacks: ["every machine that visitors need is in rack/a"] });
});
