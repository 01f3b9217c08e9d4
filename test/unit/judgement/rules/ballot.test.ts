import { analyzeStructure } from "../../../../lib/resilience";
import { findingsIn, hiveManifest, without } from "../../../support/hive-manifest";
import { layout } from "../../resilience/models";

/** A voting tier with a member in each of these zones. */
function votesIn(
  zones: readonly string[],
  acknowledged: Record<string, string> = {},
  spareZones: readonly string[] = [],
) {
  const names = zones.map((zone, i) => `db-${zone}${i + 1}`);
  const spare = spareZones.map((zone, i) => [`web-${i + 1}`, zone]);
  return hiveManifest({
    machines: Object.fromEntries([...names.map((name, i) => [name, zones[i]!]), ...spare]),
    tiers: { "shop/db": { of: names, votes: true, data: true, entrance: "/health" } },
    sources: { "shop/db": "main.ts:31" },
    acknowledged,
  });
}

const minutes = (atLeast: number, zones: readonly string[]) =>
  Number(analyzeStructure(layout(atLeast, zones)).numbers().minutesPerYear.likely.toPrecision(4));

describe("QUORUM_OVER_TWO_ZONES", () => {
  const [finding, ...others] = findingsIn(votesIn(["a", "a", "b"]), "QUORUM_OVER_TWO_ZONES");

  test("is 2 + 1, with the numbers of the engine", () => {
    expect(others).toEqual([]);
    expect([minutes(2, ["a", "a", "b"]), minutes(2, ["a", "a", "a"]), minutes(2, ["a", "b", "c"])]).toEqual([
      54.28, 54.17, 1.907,
    ]);
    expect(finding).toEqual({
      rule: "QUORUM_OVER_TWO_ZONES",
      id: "QUORUM_OVER_TWO_ZONES:shop/db",
      level: "error",
      subject: "shop/db",
      message:
        "shop/db has 2 votes in zone rack/a and 1 in zone rack/b: without zone rack/a 1 vote is left, and 2 are needed. " +
        "2 + 1 over two zones is down 54.28 min a year, all in one zone 54.17 min, over three zones 1.907 min (machines and zones alone).",
      fix: "Spread its 3 members over 3 zones or more, 1 in each at most: one of db-a1, db-a2 must leave zone rack/a.",
      cutSet: ["zone rack/a"],
      source: "main.ts:31",
    });
  });

  test("has a counter-example that the engine confirms", () => {
    expect(without(votesIn(["a", "a", "b"]), finding!.cutSet).tiers["shop/db"]).toBe(false);
  });

  test("is 3 + 2 too", () => {
    expect(findingsIn(votesIn(["a", "b", "a", "b", "b"]), "QUORUM_OVER_TWO_ZONES")[0]).toMatchObject({
      message: expect.stringContaining(
        "shop/db has 3 votes in zone rack/b and 2 in zone rack/a: without zone rack/b 2 votes are left, and 3 are needed.",
      ),
      cutSet: ["zone rack/b"],
    });
  });

  test("names the zone that has room", () => {
    expect(findingsIn(votesIn(["a", "a", "b"], {}, ["c"]), "QUORUM_OVER_TWO_ZONES")[0]?.fix).toBe(
      "Move one of db-a1, db-a2 to zone rack/c.",
    );
  });

  test.each([
    ["over three zones", ["a", "b", "c"]],
    ["in one zone, which is a shared fate and no illusion", ["a", "a", "a"]],
    ["2 + 2 + 1", ["a", "a", "b", "b", "c"]],
  ])("is not %s", (_, zones) => {
    expect(findingsIn(votesIn(zones), "QUORUM_OVER_TWO_ZONES")).toEqual([]);
  });

  test("is not where members do not vote", () => {
    const manifest = hiveManifest({
      machines: { "web-1": "a", "web-2": "a", "web-3": "b" },
      tiers: { web: { of: ["web-1", "web-2", "web-3"], atLeast: 2, entrance: "/" } },
    });
    expect(findingsIn(manifest, "QUORUM_OVER_TWO_ZONES")).toEqual([]);
  });

  test("is acknowledged alone", () => {
    const manifest = votesIn(["a", "a", "b"], { "QUORUM_OVER_TWO_ZONES:shop/db": "the third zone is being built" });
    const acknowledged = findingsIn(manifest).filter((found) => found.acknowledged !== undefined);
    expect(acknowledged.map(({ id, acknowledged }) => [id, acknowledged])).toEqual([
      ["QUORUM_OVER_TWO_ZONES:shop/db", "the third zone is being built"],
    ]);
  });
});

describe("EVEN_VOTES", () => {
  test("are four votes, which are down longer than three", () => {
    const manifest = votesIn(["a", "b", "c", "d"]);
    const [finding] = findingsIn(manifest, "EVEN_VOTES");
    expect([minutes(3, ["a", "b", "c", "d"]), minutes(2, ["a", "b", "c"])]).toEqual([3.812, 1.907]);
    expect(finding).toMatchObject({
      id: "EVEN_VOTES:shop/db",
      level: "warning",
      message:
        "shop/db has 4 votes, of which 3 are needed: it survives the loss of 1, as 3 would (2 of 3). With 4 it is down 3.812 min " +
        "a year, with 3 1.907 min (machines and zones alone).",
      fix: "Make the votes odd: nodes: 5 or nodes: 3.",
      cutSet: ["db-a1", "db-b2"],
      source: "main.ts:31",
    });
    expect(without(manifest, finding!.cutSet).works).toBe(false);
  });

  test("are two votes, which are worse than one", () => {
    const [finding] = findingsIn(votesIn(["a", "b"]), "EVEN_VOTES");
    expect(finding).toMatchObject({
      message: expect.stringContaining(
        "shop/db has 2 votes, of which 2 are needed: it survives no loss, as 1 would (1 of 1).",
      ),
      fix: "Make the votes odd: nodes: 3.",
      cutSet: ["db-a1"],
    });
  });

  test("are not three, and not two servers that do not vote", () => {
    expect(findingsIn(votesIn(["a", "b", "c"]), "EVEN_VOTES")).toEqual([]);
    const web = { of: ["web-1", "web-2"], entrance: "/" };
    expect(
      findingsIn(hiveManifest({ machines: { "web-1": "a", "web-2": "b" }, tiers: { web } }), "EVEN_VOTES"),
    ).toEqual([]);
  });

  test("are acknowledged alone", () => {
    const acknowledged = { "EVEN_VOTES:shop/db": "one node is on its way" };
    expect(findingsIn(votesIn(["a", "b", "c", "d"], acknowledged), "EVEN_VOTES")[0]?.acknowledged).toBe(
      "one node is on its way",
    );
  });
});

describe("a user's own tier that says who votes", () => {
  const ring = (votes: Record<string, number> | undefined) =>
    hiveManifest({
      machines: { "n-1": "a", "n-2": "b", "n-3": "c", "n-4": "a" },
      tiers: {
        "shop/ring": { of: ["n-1", "n-2", "n-3", "n-4"], atLeast: 3, votes, growth: undefined, entrance: "/health" },
      },
    });

  test("is judged by it, whatever it is called and however it grows", () => {
    const each = { "n-1": 1, "n-2": 1, "n-3": 1, "n-4": 1 };
    expect(findingsIn(ring(each), "EVEN_VOTES")[0]?.message).toContain("shop/ring has 4 votes, of which 3 are needed");
    expect(findingsIn(ring(undefined), "EVEN_VOTES")).toEqual([]);
  });

  test("is judged by its votes, not by its members", () => {
    expect(findingsIn(ring({ "n-1": 2, "n-2": 1, "n-3": 1, "n-4": 1 }), "EVEN_VOTES")).toEqual([]);
    const two = findingsIn(ring({ "n-1": 2, "n-2": 1, "n-3": 0, "n-4": 0 }), "QUORUM_OVER_TWO_ZONES");
    expect(two[0]?.message).toContain("shop/ring has 2 votes in zone rack/a and 1 in zone rack/b");
  });
});
