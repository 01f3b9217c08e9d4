import { groupLosses } from "../../../lib/render/loss-groups";
import { picksOf } from "../../../lib/render/html/picks";
import { topologyOf } from "../../../lib/render/html/topology";
import type { Manifest } from "../../../lib/manifest/manifest";
import { predict } from "../../../lib/judgement/prediction";
import { singlePoints, threeZones } from "../../support/report";

function judged(manifest: Manifest) {
  const { prediction } = predict(manifest);
  const losses = groupLosses(manifest, prediction.losses);
  const topology = topologyOf(manifest, prediction.entrances);
  return { losses, picks: [...picksOf(topology, losses).values()] };
}

test("losses that differ only by name are one; the worst come first", () => {
  const { groups } = judged(threeZones()).losses;
  expect(groups.map(({ title, nodes }) => [title, nodes])).toEqual([
    ["site rack", ["site rack"]],
    ["A zone: zone rack/a, zone rack/b", ["zone rack/a", "zone rack/b"]],
    ["zone rack/c", ["zone rack/c"]],
    ["A machine of entrance", ["lb-1", "lb-2"]],
    ["A machine of web", ["web-1", "web-2", "web-3"]],
    ["A machine of db", ["db-1", "db-2", "db-3"]],
  ]);
});

test("a group says what is left of each tier that is touched, and which wait for it", () => {
  const { byNode } = judged(singlePoints()).losses;
  expect(byNode.get("db-1")!.group.tiers).toEqual([
    { tier: "shop/db", left: 0, of: 1, needed: 1, works: false },
    { tier: "shop/web", left: 2, of: 2, needed: 1, works: false },
    { tier: "shop/entrance", left: 1, of: 1, needed: 1, works: false },
  ]);
  expect(byNode.get("web-1")!.group.tiers).toEqual([{ tier: "shop/web", left: 1, of: 2, needed: 1, works: true }]);
});

test("everything that can fail can be picked; what is gone with it is told", () => {
  const { picks } = judged(threeZones());
  expect(picks).toHaveLength(12);
  const zone = picks.find(({ title }) => title === "zone rack/b is gone")!;
  expect(zone).toMatchObject({ takes: "With it: lb-2, web-2, db-2", served: true, single: false, down: [] });
  expect(zone.gone).toHaveLength(4);
  const site = picks.find(({ title }) => title === "site rack is gone")!;
  expect(site).toMatchObject({ served: false, single: true, down: ["shop/db", "shop/web", "shop/entrance"] });
  expect(site.gone).toHaveLength(12);
});
