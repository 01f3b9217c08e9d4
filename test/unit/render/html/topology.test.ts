import { entrancesOf } from "../../../../lib/judgement/hive-structure";
import { type Part, partsIn, topologyOf } from "../../../../lib/render/html/topology";
import type { Manifest } from "../../../../lib/manifest/manifest";
import { hiveManifest, type HiveParts } from "../../../support/hive-manifest";
import { thousandMachines, threeZones } from "../../../support/report";

const topology = (manifest: Manifest) => topologyOf(manifest, entrancesOf(manifest));

const of = (parts: HiveParts) => topology(hiveManifest(parts));

const part = (parts: readonly Part[], node: string): Part => parts.find(({ nodes }) => nodes.includes(node))!;

test("callers stand above whom they call, each machine in its zone", () => {
  const { rows, places } = topology(threeZones());
  expect(rows).toBe(3);
  const [rack] = places;
  expect(rack).toMatchObject({ node: "site rack", label: "site rack", detail: "hosts" });
  expect(rack!.columns.map(({ node, label }) => [node, label])).toEqual([
    ["zone rack/a", "zone a"],
    ["zone rack/b", "zone b"],
    ["zone rack/c", "zone c"],
  ]);
  expect(rack!.columns.map(({ parts }) => parts.map(({ label, row }) => `${label} ${row}`))).toEqual([
    ["lb-1 0", "web-1 1", "db-1 2"],
    ["lb-2 0", "web-2 1", "db-2 2"],
    ["web-3 1", "db-3 2"],
  ]);
});

test("two tiers of one site that are called by the same one have a row each", () => {
  const { places } = of({
    machines: { web: "a", db: "a", cache: "a" },
    tiers: {
      "shop/db": { of: ["db"] },
      "shop/cache": { of: ["cache"] },
      "shop/web": { of: ["web"], needs: ["shop/db", "shop/cache"], entrance: "/" },
    },
  });
  const rows = partsIn(places).map(({ label, row }) => [label, row]);
  expect(Object.fromEntries(rows)).toEqual({ web: 0, cache: 1, db: 2 });
});

test("a machine with several roles is one part, with a role in each row", () => {
  const { places } = of({
    machines: { "vps-1": "a", "vps-2": "b" },
    tiers: {
      "shop/db": { of: ["vps-1", "vps-2"] },
      "shop/web": { of: ["vps-1", "vps-2"], needs: ["shop/db"] },
      "shop/entrance": { of: ["vps-1"], needs: ["shop/web"], entrance: "/" },
    },
  });
  const parts = partsIn(places);
  expect(parts).toHaveLength(2);
  expect(part(parts, "vps-1").roles).toEqual([
    { tier: "shop/entrance", row: 0 },
    { tier: "shop/web", row: 1 },
    { tier: "shop/db", row: 2 },
  ]);
  expect(part(parts, "vps-2").row).toBe(1);
});

test("machines of one tier and zone stand side by side, in the order of their numbers", () => {
  const machines = Object.fromEntries(["web-10", "web-2", "web-1"].map((name) => [name, "a"]));
  const { places } = of({ machines, tiers: { "shop/web": { of: Object.keys(machines), entrance: "/" } } });
  const [zone] = places[0]!.columns;
  expect(zone!.width).toBe(3);
  expect(zone!.parts.map(({ label, column }) => [label, column])).toEqual([
    ["web-1", 0],
    ["web-2", 1],
    ["web-10", 2],
  ]);
});

test("what is too wide to be read is merged: 1,000 machines become 16 parts", () => {
  const parts = partsIn(topology(thousandMachines()).places);
  expect(parts).toHaveLength(3 + 10 + 3);
  expect(parts.reduce((sum, { nodes }) => sum + nodes.length, 0)).toBe(1000);
  expect(part(parts, "web-a-1")).toMatchObject({ label: "web × 99", detail: "web-a-1 … web-a-99" });
  expect(part(parts, "web-d-100")).toMatchObject({ label: "web × 100" });
  expect(part(parts, "lb-a-1")).toMatchObject({ label: "entrance × 2" });
  expect(part(parts, "db-a-1")).toMatchObject({ label: "db-a-1", detail: "db" });
});

test("identical machines on different volumes stay two parts", () => {
  const names = Array.from({ length: 10 }, (_, i) => `web-${i}`);
  const { places } = of({
    machines: Object.fromEntries(names.map((name, i) => [name, ["a", i < 5 ? "volume 1" : "volume 2"] as const])),
    nodes: { "volume 1": { kind: "volume" }, "volume 2": { kind: "volume" } },
    tiers: { "shop/web": { of: names, entrance: "/" } },
  });
  expect(partsIn(places).map(({ label }) => label)).toEqual(["web × 5", "web × 5", "volume 1", "volume 2"]);
});

test("visitors, tiers and dependencies are linked; alternatives are marked", () => {
  const { links, places } = of({
    machines: { web: "a", db: "a", cache: "b" },
    nodes: { bank: { kind: "dependency" }, "other bank": { kind: "dependency" } },
    tiers: {
      "shop/db": { of: ["db"] },
      "shop/web": { of: ["web"], needs: ["shop/db", { any: ["bank", "other bank"] }], entrance: "/" },
    },
  });
  const id = (node: string) => part(partsIn(places), node).id;
  expect(links.map(({ from, to, alternative }) => ({ from, to, alternative }))).toEqual([
    { from: undefined, to: { tier: "shop/web" }, alternative: false },
    { from: "shop/web", to: { tier: "shop/db" }, alternative: false },
    { from: "shop/web", to: { part: id("bank") }, alternative: true },
    { from: "shop/web", to: { part: id("other bank") }, alternative: true },
  ]);
});

test("a network has no line: it says for whom it is", () => {
  const { links, places } = of({
    machines: { web: ["a", "switch"] },
    nodes: { switch: { kind: "network" }, "control plane east": { kind: "control plane" } },
    tiers: { "shop/web": { of: ["web"], needs: ["control plane east"], entrance: "/" } },
  });
  expect(links).toHaveLength(1);
  expect(part(partsIn(places), "switch").detail).toBe("network, carries 1");
  expect(part(partsIn(places), "control plane east").detail).toBe("for web");
});

test("what is in a zone stands there, what is in a site beside its zones, what is nowhere beside the sites", () => {
  const { places } = of({
    machines: { web: "a", spare: "a" },
    nodes: {
      disk: { kind: "volume", in: ["zone rack/a"] },
      plane: { kind: "control plane", in: ["site rack"] },
      bank: { kind: "dependency" },
    },
    tiers: { "shop/web": { of: ["web"], entrance: "/" } },
  });
  const layout = places.map(({ node, columns }) => [
    node,
    columns.map((column) => [column.node, column.parts.map(({ label }) => label).sort()]),
  ]);
  expect(layout).toEqual([
    [
      "site rack",
      [
        ["zone rack/a", ["disk", "spare", "web"]],
        [undefined, ["plane"]],
      ],
    ],
    [undefined, [[undefined, ["bank"]]]],
  ]);
  expect(part(partsIn(places), "spare").detail).toBe("not used");
});
