import { makeReport } from "../../../../lib/judgement/make-report";
import { MARKDOWN_LIMIT, markdownReport } from "../../../../lib/render/text/markdown";
import { code, escape, fitDocument } from "../../../../lib/render/text/markdown-text";
import type { Finding, Report } from "../../../../lib/judgement/report";
import { report as measured, zoneDrill } from "../../../support/drill-results";
import { redundantHive, smallHive } from "../../judgement/small-hive";

/** Texts of rules are the rules' business. */
const SPOF: Finding = {
  rule: "SINGLE_POINT_OF_FAILURE",
  id: "SINGLE_POINT_OF_FAILURE:lb",
  level: "error",
  subject: "lb",
  message: "machine lb alone takes shop/entrance down.",
  fix: "Add a second: servers: 2.",
  cutSet: ["lb"],
  source: "main.ts:9",
};
const SITE: Finding = {
  ...SPOF,
  id: "SHARED_FATE:site rack",
  level: "warning",
  acknowledged: "One rack until spring.",
};

const WHOLE = `### ❌ shop: 99.889 % (99.789 % to 99.898 %)

The promise shop/slo is not kept; 1 finding is an error.

|  |  | promised | predicted | last drill | verdict |
| --- | --- | --- | --- | --- | --- |
| ⚪ | availability | 99 % (3.7 days a year) | 99.889 % (99.789 % to 99.898 %), 9.8 h (8.9 h to 18 h) a year\\* |  | kept as predicted, not proven |
| ⚪ | a machine dies | RPO 0 s | down until lb is repaired; RPO 0 s, not guaranteed |  | kept as predicted, not proven |
| ❌ | a zone dies | RTO 10 s | down until zone rack/c is repaired; RPO 0 s, not guaranteed |  | broken |
| ➖ | a site dies |  | down until site rack is repaired; RPO no limit |  | nothing promised |

<sub>\\* rests on numbers that are assumed and not measured.<br>No drill yet, so nothing is proven.<br>RPO machine is kept on a condition: crashes in quick succession have lost writes.</sub>

**Promise shop/slo cannot be kept** (<code>main.ts:12</code>)

- ❌ RTO zone: promised 10 s, predicted until it is repaired: the loss of zone rack/c takes shop/entrance down

Tried out, each would keep it:

- shop/entrance: servers: 2, the new one in zone a (1 machine more; 99.9984 %, RTO zone 2.5 s)

**Findings:** 1 error; 1 acknowledged

- ❌ **SINGLE\\_POINT\\_OF\\_FAILURE:lb** (<code>main.ts:9</code>)<br>machine lb alone takes shop/entrance down.<br>**Fix:** Add a second: servers: 2.

<details><summary>1 acknowledged finding</summary>


- ☑️ **SHARED\\_FATE:site rack** (<code>main.ts:9</code>)<br>machine lb alone takes shop/entrance down.<br>**Acknowledged:** One rack until spring.

</details>

<sub>6 of 7 resources modelled; not: shop/cdn (aws\\_cloudfront\\_distribution).<br>In no number: upgrades and releases (16 % of the known causes of outages), bugs of the application (15 %), wrong configuration (10 %), load (9 %), attacks (5 %), mistakes of people (4 %).</sub>

<details><summary>Where the downtime comes from: 9.8 h a year</summary>

| share | a year | what |
| --- | --- | --- |
| 90 % | 8.8 h | lb |
| 9 % | 53 min | zone rack/c\\* |
| 0.9 % | 5.3 min | site rack\\* |
| 0.2 % | 69 s | db-3 |
| 0.19 % each | 66 s | db-1, db-2 |
| 0.099 % each | 35 s | web-1, web-2 |
| 0.028 % each | 9.75 s | zone rack/a, zone rack/b\\* |

</details>

<details><summary>What takes visitors away: 3 alone, 11 in pairs, 0 in threes, none larger</summary>

| together | what fails | ways | a year, at most |
| --- | --- | --- | --- |
| alone | lb | 1 | 8.8 h |
| alone | zone rack/c | 1 | 53 min |
| alone | site rack | 1 | 5.3 min |
| two together | any 2 of db-\\* | 3 | 95 s |
| two together | all of web-\\* | 1 | 32 s |
| two together | 4 of the 9 ways to take 1 of zone rack/\\* and 1 of db-\\* | 4 | 13 s |
| two together | 2 of the 6 ways to take 1 of zone rack/\\* and 1 of web-\\* | 2 | 6.31 s |
| two together | 1 of the 3 ways to take 2 of zone rack/\\* | 1 | 0.32 s |

</details>

<details><summary>The loss of each thing</summary>

|  | gone | visitors | quorum | back after (RTO) | data lost (RPO) |
| --- | --- | --- | --- | --- | --- |
| ❌ | site rack | not served: db, web, entrance down | db 0 of 3, lost | until it is repaired | no limit (1) |
| ❌ | zone rack/c | not served: entrance down | db 2 of 3 | until it is repaired | nothing, not guaranteed (2) |
| ❌ | lb | not served: entrance down |  | until it is repaired | nothing |
| ✅ | zone rack/a, zone rack/b | served | db 2 of 3 | 2.5 s | nothing, not guaranteed (2) |
| ✅ | web-1, web-2 | served |  | 1 s | nothing |
| ✅ | db-1, db-2, db-3 | served | db 2 of 3 | 2.5 s | nothing, not guaranteed (2) |

(1) all copies are in rack.

(2) crashes in quick succession have lost writes.

</details>

<details><summary>How long each tier takes, at most</summary>


- db: 2.5 s after losing a zone or machine<br>suspect 2 s: the writer is suspected<br>poll 0.5 s: the agents see the new one
- web: 1 s after losing a zone or machine, by entrance's settings<br>fall 2 x interval 0.5 s: failed checks take the server out
- entrance: 0.3 s after losing a zone or machine<br>3 x 0.1 s: three adverts are missing

</details>

<details><summary>What the numbers rest on</summary>

| input | value | from | source |
| --- | --- | --- | --- |
| site rack | down 1e-5 (1e-6 to 1e-4) of the time | assumed\\* | no published rate |
| zone (3) | down 1e-4 (1e-5 to 1e-3) of the time | assumed\\* | no published rate |
| machine (6) | down 1e-3 of the time | sla | the seller |

</details>
`;

const rendered = (change: Partial<Report> = {}, limit?: number): string => {
  const manifest = smallHive();
  return markdownReport({ ...makeReport({ manifest }), ...change }, manifest, limit);
};

test("a report is a table, what is wrong, and the rest folded away", () => {
  expect(rendered({ findings: [SPOF, SITE] })).toBe(WHOLE);
});

test("every folded part is closed again, however little fits", () => {
  for (const limit of [60_000, 8000, 5000, 4000]) {
    const text = rendered({}, limit);
    expect(text.match(/<details>/g)!.length).toBe(text.match(/<\/details>/g)!.length);
  }
});

test("thousands of findings fit into a comment, and it says how many more there are", () => {
  const findings = Array.from({ length: 5000 }, (_, i) => ({
    ...SPOF,
    id: `SINGLE_POINT_OF_FAILURE:m-${i}`,
    message: "long ".repeat(2000),
  }));
  const text = rendered({ findings });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MARKDOWN_LIMIT);
  const shown = text.match(/^- ❌ \*\*SINGLE/gm)!.length;
  expect(shown).toBeGreaterThan(10);
  expect(text).toContain(`${(5000 - shown).toLocaleString("en")} more in the JSON (\`--json FILE\`).`);
  expect(text).toContain("What the numbers rest on");
});

test("the last drill is named, and stale ones are said to be so", () => {
  const manifest = redundantHive();
  const drills = { file: "drills.json", report: { ...measured, stackHash: "another" } };
  const text = markdownReport(makeReport({ manifest, drills }), manifest);
  expect(text).toContain(
    "Last drill: 2026-11-21 08:00 UTC, 3 drills, broken; drills.json; stale: the stack has changed since.",
  );
  expect(text).toContain("| ⌛ | a machine dies |");
});

test("names are text, whatever is in them", () => {
  expect(escape("a|b *c* _d_ `e` <script> [f](g) #1 ~h~ \\")).toBe(
    "a\\|b \\*c\\* \\_d\\_ \\`e\\` &lt;script&gt; \\[f\\](g) \\#1 \\~h\\~ \\\\",
  );
  expect(escape("two\nlines & more")).toBe("two lines &amp; more");
  expect(escape("agreed with @anna")).toBe("agreed with @<!-- -->anna");
  expect(escape("x".repeat(5000))).toHaveLength(2000);
  expect(code("main.ts:9")).toBe("<code>main.ts:9</code>");
});

test("a document keeps its limit to the byte, and drops rows from the end", () => {
  const rows = Array.from({ length: 100 }, (_, i) => `- row ${i} ü`);
  const whole = fitDocument([{ before: ["head"], rows, after: ["foot"] }], 10_000);
  expect(whole.split("\n")).toHaveLength(100 + 4);
  for (const limit of [300, 500, 1000]) {
    const text = fitDocument([{ before: ["head"], rows, after: ["foot"] }], limit);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    const kept = text.match(/^- row/gm)!.length;
    expect(text).toContain(`${100 - kept} more in the JSON`);
    expect(text).toContain("- row 0 ü\n");
    expect(text.endsWith("foot\n")).toBe(true);
  }
});

test("a section shows no more rows than it should, even where there is room", () => {
  const text = fitDocument([{ before: ["head"], rows: ["- a", "- b", "- c"], most: 2 }], 10_000);
  expect(text).toBe("head\n- a\n- b\n\n1 more in the JSON (`--json FILE`).\n");
});

test("the drill of a zone stands in the zone's row", () => {
  const manifest = redundantHive();
  const drills = { file: "d.json", report: { ...measured, drills: [zoneDrill()], stackHash: manifest.hash } };
  const text = markdownReport(makeReport({ manifest, drills }), manifest);
  expect(text).toMatch(
    /\| ✅ \| a zone dies \| .* \| rack\/c \(lb, db-3\): 1\.9 s, 0 of 1,400 failed, 0 of 951 writes lost \|/,
  );
});

test.each([
  ["proven", "✅", "proven"],
  ["kept", "⚪", "kept as predicted, not proven"],
  ["inconclusive", "❔", "kept as predicted, drill inconclusive"],
  ["stale", "⌛", "kept as predicted, drill stale"],
  ["broken", "❌", "broken"],
  ["open", "➖", "nothing promised"],
] as const)("a row that is %s has a sign and a word of its own", (verdict, sign, words) => {
  const table = [{ what: "a machine dies", predicted: "RTO 3 s", verdict }];
  expect(rendered({ table })).toMatch(
    new RegExp(`^\\| ${sign} \\| a machine dies \\|  \\| RTO 3 s.* \\|  \\| ${words} \\|$`, "m"),
  );
});
