import { groupContributors } from "../../../../lib/render/html/contributor-groups";
import type { Contributor } from "../../../../lib/resilience";

const contributor = (
  event: string,
  kind: string,
  criticality: number,
  provenance: Contributor["provenance"] = "assumed",
): Contributor => ({
  event,
  kind,
  criticality,
  provenance,
  probability: 0.1,
  birnbaum: 0.1,
  fussellVesely: 0.1,
  riskReductionWorth: 1,
  riskAchievementWorth: 1,
});

test("machines that cost the same are one line with the share of each; tiers stay apart", () => {
  const groups = groupContributors([
    contributor("web-1", "machine", 0.02),
    contributor("web-2", "machine", 0.02),
    contributor("db-1", "machine", 0.03),
    contributor("shop/web: common cause", "common cause", 0.2),
    contributor("shop/db: common cause", "common cause", 0.2),
    contributor("site rack", "site", 0.1, "sla"),
  ]);
  expect(groups).toEqual([
    { label: "shop/web: common cause", detail: "one cause hits all identical machines", share: 0.2, assumed: true },
    { label: "shop/db: common cause", detail: "one cause hits all identical machines", share: 0.2, assumed: true },
    { label: "site rack", detail: "", share: 0.1, assumed: false },
    { label: "db-1", detail: "machine", share: 0.03, assumed: true },
    { label: "2 machines, each", detail: "web-1, web-2", share: 0.02, assumed: true },
  ]);
});

test("a machine whose number is measured stays apart from those whose number is assumed", () => {
  const groups = groupContributors([
    contributor("web-1", "machine", 0.02),
    contributor("web-2", "machine", 0.02, "measured"),
  ]);
  expect(groups.map(({ label, assumed }) => [label, assumed])).toEqual([
    ["web-1", true],
    ["web-2", false],
  ]);
});
