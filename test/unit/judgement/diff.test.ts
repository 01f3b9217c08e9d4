import { diffOf, isLoss } from "../../../lib/judgement/diff";
import { diffMarkdown } from "../../../lib/render/text/diff-markdown";
import { changeLines, diffRows, headline } from "../../../lib/render/text/diff-phrases";
import { diffTerminal } from "../../../lib/render/text/diff-terminal";
import type { Manifest } from "../../../lib/manifest/manifest";
import { redundantHive, smallHive } from "./small-hive";

const lines = (before: Manifest, after: Manifest) => changeLines(diffOf(before, after).changes);
const moved = (machine: string, zone: string): Manifest => {
  const manifest = redundantHive();
  manifest.structure.nodes[machine]!.in = [`zone rack/${zone}`];
  return manifest;
};

test("of a hive and itself there is no difference", () => {
  const diff = diffOf(redundantHive(), redundantHive());
  expect(headline(diff)).toBe("99.9984 % as before");
  expect(diff).toMatchObject({
    availability: "same",
    promises: [],
    costs: [],
    findings: { gained: [], lost: [] },
    notes: [],
  });
  expect(diff.disruptions.map(({ trend }) => trend)).toEqual(["same", "same", "same"]);
  expect(diff.singlePoints).toEqual({ before: ["site rack"], after: ["site rack"], gained: [], lost: [] });
  expect(changeLines(diff.changes)).toEqual([]);
  expect(isLoss(diff)).toBe(false);
});

test("two votes in one zone: nines, what they share, and the single point that it makes", () => {
  const diff = diffOf(redundantHive(), moved("db-3", "a"));
  expect(headline(diff)).toBe(
    "99.9984 % -> 99.9885 %: db-1 and db-3 now share zone rack/a; +1 single point of failure",
  );
  expect(diff.singlePoints.gained).toEqual(["zone rack/a"]);
  expect(diff.changes.moved).toEqual([{ machine: "db-3", from: "zone rack/c", to: "zone rack/a" }]);
  expect(diff.disruptions[1]).toEqual({
    disruption: "zone",
    what: "a zone dies",
    before: "RTO 2.5 s; RPO 0 s, not guaranteed",
    after: "down until zone rack/a is repaired; RPO 0 s, not guaranteed",
    trend: "worse",
  });
  expect(diff.promises).toMatchObject([{ what: "shop/slo: RTO zone", before: { kept: true }, after: { kept: false } }]);
  expect(diff.findings.gained.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["SHARED_FATE:zone rack/a", "QUORUM_OVER_TWO_ZONES:shop/db"]),
  );
  expect(isLoss(diff)).toBe(true);
});

test("another engine is one line, and the settings of both are what differs", () => {
  const before = redundantHive();
  const after = redundantHive();
  const tierOf = (manifest: Manifest) => manifest.tiers.find(({ path }) => path === "shop/db")!;
  Object.assign(tierOf(before), {
    engine: "galera",
    settings: { ...tierOf(before).settings, cacheMebibytes: 128, interval: 0.5 },
  });
  Object.assign(tierOf(after), { engine: "managed", settings: { ...tierOf(after).settings, dnsTtl: 5, interval: 2 } });
  expect(lines(before, after)).toEqual(["shop/db.engine: galera -> managed", "shop/db.interval: 0.5 -> 2"]);
});

test("the way back is a gain", () => {
  const diff = diffOf(moved("db-3", "a"), redundantHive());
  expect(headline(diff)).toBe("99.9885 % -> 99.9984 %: -1 single point of failure");
  expect(lines(moved("db-3", "a"), redundantHive())).toEqual([
    "db-1 and db-3 no longer share zone rack/a",
    "db-3 moves from zone rack/a to zone rack/c",
  ]);
  expect(isLoss(diff)).toBe(false);
});

test("machines and tiers that come and go are named", () => {
  expect(lines(smallHive(), redundantHive())).toEqual([
    "new machine: lb-2",
    "shop/entrance: 1 of 1 needed -> 1 of 2 needed",
  ]);
  const without = smallHive();
  delete without.structure.tiers["shop/db"];
  without.structure.tiers["shop/web"]!.needs = [];
  without.tiers = without.tiers.filter(({ path }) => path !== "shop/db").map((tier) => ({ ...tier, needs: [] }));
  expect(lines(smallHive(), without)).toEqual(["removed tier: shop/db"]);
});

test("a slower setting is named, and is a longer RTO", () => {
  const slow = redundantHive();
  slow.tiers[0]!.settings.suspect = 8;
  const diff = diffOf(redundantHive(), slow);
  expect(changeLines(diff.changes)).toEqual(["shop/db.suspect: 2 -> 8"]);
  expect(diff.disruptions.map(({ disruption, after, trend }) => [disruption, after, trend])).toEqual([
    ["machine", "RTO 8.5 s; RPO 0 s, not guaranteed", "worse"],
    ["zone", "RTO 8.5 s; RPO 0 s, not guaranteed", "worse"],
    ["site", "down until site rack is repaired; RPO no limit", "same"],
  ]);
});

test("a data loss that is no longer guaranteed is worse", () => {
  const sure = redundantHive();
  for (const loss of sure.structure.tiers["shop/db"]!.loss.slice(0, 2)) loss.guaranteed = true;
  expect(diffOf(sure, redundantHive()).disruptions[0]).toMatchObject({
    before: "RTO 2.5 s; RPO 0 s",
    after: "RTO 2.5 s; RPO 0 s, not guaranteed",
    trend: "worse",
  });
});

test("machines of another reliability are one line", () => {
  const worse = redundantHive();
  for (const name of ["web-1", "web-2"]) worse.structure.nodes[name]!.probability = [5e-3, 5e-3, 5e-3];
  expect(lines(redundantHive(), worse)).toEqual(["2 machines: down 1e-3 -> 5e-3 of the time"]);
});

test("numbers that differ by less than rounding are the same", () => {
  const nearly = redundantHive();
  nearly.structure.nodes["site rack"]!.probability = [1e-6, 1.0001e-5, 1e-4];
  expect(diffOf(redundantHive(), nearly).availability).toBe("same");
  nearly.structure.nodes["site rack"]!.probability = [1e-6, 1.1e-5, 1e-4];
  const diff = diffOf(redundantHive(), nearly);
  expect(diff.availability).toBe("worse");
  expect(headline(diff)).toBe("99.9984 % -> 99.9983 %");
});

test("a small difference is shown with the digits that show it", () => {
  const nearly = redundantHive();
  nearly.structure.nodes["site rack"]!.probability = [1e-6, 1.005e-5, 1e-4];
  expect(headline(diffOf(redundantHive(), nearly))).toBe("99.99840 % -> 99.99839 %");
});

test("a promise that is new, or kept again, is a row", () => {
  const unpromised = { ...redundantHive(), promises: [] };
  const rows = (before: Manifest, after: Manifest) =>
    diffRows(diffOf(before, after)).filter(({ what }) => what.startsWith("shop/slo"));
  expect(rows(unpromised, redundantHive())[0]).toEqual({
    what: "shop/slo: availability",
    before: "not promised",
    after: "99 % (3.7 days a year), kept",
    trend: "same",
  });
  expect(rows(smallHive(), redundantHive())).toEqual([
    { what: "shop/slo: RTO zone", before: "10 s, cannot be kept", after: "10 s, kept", trend: "better" },
  ]);
});

test("two stacks are compared, and said to be two", () => {
  const other = { ...redundantHive(), stack: "shop-eu" };
  expect(diffOf(redundantHive(), other).notes).toEqual(["These are two stacks: shop and shop-eu."]);
});

const COMMENT = `<!-- beehive-diff shop -->

### ❌ shop: 99.9984 % -&gt; 99.889 %: +2 single points of failure

|  |  | before | after |
| --- | --- | --- | --- |
| ❌ | availability | 99.9984 % | 99.889 % |
| ❌ | down in a year | 8.4 min | 9.8 h (+9.6 h) |
| ❌ | single points of failure | 1: site rack | 3; new: zone rack/c, lb |
| ❌ | a machine dies | RTO 2.5 s; RPO 0 s, not guaranteed | down until lb is repaired; RPO 0 s, not guaranteed |
| ❌ | a zone dies | RTO 2.5 s; RPO 0 s, not guaranteed | down until zone rack/c is repaired; RPO 0 s, not guaranteed |
| ➖ | a site dies | down until site rack is repaired; RPO no limit | down until site rack is repaired; RPO no limit |
| ❌ | shop/slo: RTO zone | 10 s, kept | 10 s, cannot be kept |

**What changed**

- removed machine: lb-2
- shop/entrance: 1 of 2 needed -&gt; 1 of 1 needed

<details><summary>Where the downtime moves</summary>


- ❌ lb: 35 s -&gt; 8.8 h a year
- ❌ zone rack/c: 10 s -&gt; 53 min a year

</details>

<sub>Predicted from two manifests, 0123456789abcdef and 0123456789abcdef; nothing was deployed.</sub>
`;
const TERMINAL = `shop: 99.9984 % -> 99.889 %: +2 single points of failure

                               before                             after
  ✗  availability              99.9984 %                          99.889 %
  ✗  down in a year            8.4 min                            9.8 h (+9.6 h)
  ✗  single points of failure  1: site rack                       3; new: zone rack/c, lb
  ✗  a machine dies            RTO 2.5 s; RPO 0 s, not            down until lb is repaired;
                               guaranteed                         RPO 0 s, not guaranteed
  ✗  a zone dies               RTO 2.5 s; RPO 0 s, not            down until zone rack/c is
                               guaranteed                         repaired; RPO 0 s, not guaranteed
  ·  a site dies               down until site rack is repaired;  down until site rack is repaired;
                               RPO no limit                       RPO no limit
  ✗  shop/slo: RTO zone        10 s, kept                         10 s, cannot be kept

What changed
  removed machine: lb-2
  shop/entrance: 1 of 2 needed -> 1 of 1 needed

Where the downtime moves
  ✗  lb: 35 s -> 8.8 h a year
  ✗  zone rack/c: 10 s -> 53 min a year`;

describe("what it looks like", () => {
  const diff = diffOf(redundantHive(), { ...smallHive(), acknowledgements: [] });
  const plain = { ...diff, findings: { gained: [], lost: [] } };

  test("in a pull request", () => {
    expect(diffMarkdown(plain)).toBe(COMMENT);
  });

  test("in a terminal", () => {
    expect(diffTerminal(plain, { columns: 100, colours: false })).toBe(TERMINAL);
  });

  test("findings are named with their fix, and those that are gone", () => {
    const text = diffMarkdown(diff);
    expect(text).toMatch(
      /\*\*New findings\*\*\n\n- ❌ \*\*SINGLE\\_POINT\\_OF\\_FAILURE:lb\*\*<br>.*<br>\*\*Fix:\*\* /,
    );
    const back = diffMarkdown(diffOf({ ...smallHive(), acknowledgements: [] }, redundantHive()));
    expect(back).toContain("**Findings that are gone**\n\n- ✅ SINGLE\\_POINT\\_OF\\_FAILURE:lb");
  });
});
