import * as fc from "fast-check";
import { entrancesOf } from "../../../../lib/judgement/hive-structure";
import { partsIn, topologyOf } from "../../../../lib/render/html/topology";
import { type Box, layOut } from "../../../../lib/render/html/topology-layout";
import { trafficLines } from "../../../../lib/render/html/traffic-lines";
import type { Manifest } from "../../../../lib/manifest/manifest";
import { hiveManifest } from "../../../support/hive-manifest";
import { thousandMachines, threeZones } from "../../../support/report";

// Many layouts, each by a WebAssembly that is started for it.
jest.setTimeout(120_000);

async function pictureOf(manifest: Manifest) {
  const topology = topologyOf(manifest, entrancesOf(manifest));
  const layout = await layOut(topology);
  return { topology, layout, lines: trafficLines(topology, layout) };
}

const inside = (outer: Box, box: Box): boolean =>
  box.x >= outer.x &&
  box.y >= outer.y &&
  box.x + box.width <= outer.x + outer.width &&
  box.y + box.height <= outer.y + outer.height;

const apart = (a: Box, b: Box): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

/** Hives of up to 3 sites with up to 4 zones, machines in 1 to 3 tiers. */
const hives = fc
  .array(
    fc.record({
      site: fc.integer({ min: 0, max: 2 }),
      zone: fc.integer({ min: 0, max: 3 }),
      roles: fc.subarray(["entrance", "web", "db"]),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((machines) => {
    const named = machines.map((machine, i) => ({ ...machine, name: `machine-${i}` }));
    const tiers = ["db", "web", "entrance"].map((tier) => ({
      tier,
      of: named.filter(({ roles }) => roles.includes(tier)).map(({ name }) => name),
    }));
    const used = tiers.filter(({ of }) => of.length > 0);
    return hiveManifest({
      machines: Object.fromEntries(named.map(({ name, site, zone }) => [name, `site${site}/${zone}`])),
      nodes: { bank: { kind: "dependency" } },
      tiers: Object.fromEntries(
        used.map(({ tier, of }, i) => [
          `shop/${tier}`,
          {
            of,
            needs: i === 0 ? ["bank"] : [`shop/${used[i - 1]!.tier}`],
            ...(tier === "entrance" && { entrance: "/" }),
          },
        ]),
      ),
    });
  });

test("no two parts overlap, and each lies in its zone, which lies in its site", async () => {
  await fc.assert(
    fc.asyncProperty(hives, async (manifest) => {
      const { topology, layout } = await pictureOf(manifest);
      const boxes = partsIn(topology.places).map(({ id }) => layout.parts.get(id)!);
      expect(boxes.some((box, i) => boxes.slice(i + 1).some((other) => !apart(box, other)))).toBe(false);
      const picture = { x: 0, y: 0, width: layout.width, height: layout.height };
      const nested = topology.places.flatMap((place) => {
        const site = layout.boxes.get(place.id)!;
        return [
          inside(picture, site) && apart(site, layout.visitors),
          ...place.columns.map(({ id }) => inside(site, layout.boxes.get(id)!)),
          ...place.columns.flatMap(({ id, parts }) =>
            parts.map((part) => inside(layout.boxes.get(id)!, layout.parts.get(part.id)!)),
          ),
        ];
      });
      expect(nested.every((holds) => holds)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test("zones stand in the order of the program, tiers in rows", async () => {
  const { topology, layout } = await pictureOf(threeZones());
  const box = (name: string) => layout.parts.get(partsIn(topology.places).find(({ label }) => label === name)!.id)!;
  expect(box("web-1").y).toBe(box("web-3").y);
  expect(box("lb-1").y).toBeLessThan(box("web-1").y);
  expect(box("web-1").y).toBeLessThan(box("db-1").y);
  expect(box("web-1").x).toBeLessThan(box("web-2").x);
  expect(box("web-2").x).toBeLessThan(box("web-3").x);
  expect(box("db-1").x).toBe(box("web-1").x);
});

test("a link has one branch for each part at its ends, not one for each pair", async () => {
  const { lines } = await pictureOf(thousandMachines());
  expect(lines.map(({ link, branches }) => [link.from, branches.length])).toEqual([
    [undefined, 1 + 3],
    ["shop/web", 10 + 3],
    ["shop/entrance", 3 + 10],
  ]);
  for (const { branches } of lines) {
    const arrows = branches.filter(({ arrow }) => arrow !== undefined);
    expect(arrows.length).toBeLessThan(branches.length);
    expect(branches.every(({ path }) => /^M[\d. LQ-]+$/.test(path))).toBe(true);
  }
});

test("an arrow ends at the upper edge of the part that it leads to", async () => {
  const { layout, lines } = await pictureOf(threeZones());
  const arrows = lines.flatMap(({ branches }) => branches.filter(({ arrow }) => arrow !== undefined));
  expect(arrows).toHaveLength(2 + 3 + 3);
  for (const { part, arrow } of arrows) {
    const box = layout.parts.get(part!)!;
    expect(Math.abs(box.y - arrow!.y)).toBeLessThanOrEqual(2);
    expect(arrow!.x).toBeGreaterThan(box.x);
    expect(arrow!.x).toBeLessThan(box.x + box.width);
  }
});
