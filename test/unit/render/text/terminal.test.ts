import { stripVTControlCharacters } from "node:util";
import { makeReport } from "../../../../lib/judgement/make-report";
import { terminalReport } from "../../../../lib/render/text/terminal";
import type { Finding, Report } from "../../../../lib/judgement/report";
import type { Manifest } from "../../../../lib/manifest/manifest";
import { report as measured, zoneDrill } from "../../../support/drill-results";
import { redundantHive, smallHive } from "../../judgement/small-hive";

/** Texts of rules are the rules' business. */
const SPOF: Finding = {
  rule: "SINGLE_POINT_OF_FAILURE",
  id: "SINGLE_POINT_OF_FAILURE:lb",
  level: "error",
  subject: "lb",
  message: "machine lb alone takes shop/entrance down: it is its only member.",
  fix: "Add a second: servers: 2.",
  cutSet: ["lb"],
  source: "main.ts:9",
};
const SITE: Finding = {
  ...SPOF,
  rule: "SHARED_FATE",
  id: "SHARED_FATE:site rack",
  level: "warning",
  subject: "site rack",
  message: "site rack alone takes everything down.",
  acknowledged: "One rack until spring.",
};

const WHOLE = `Stack shop (0123456789abcdef), visitors come in at shop/entrance

Promise, prediction, proof
                     promised               predicted              last drill  verdict
  ○  availability    99 % (3.7 days a       99.889 % (99.789 % to  ·           kept as predicted,
                     year)                  99.898 %), 9.8 h                   not proven
                                            (8.9 h to 18 h) a
                                            year*
  ○  a machine dies  RPO 0 s                down until lb is       ·           kept as predicted,
                                            repaired; RPO 0 s,                 not proven
                                            not guaranteed
  ✗  a zone dies     RTO 10 s               down until zone        ·           broken
                                            rack/c is repaired;
                                            RPO 0 s, not
                                            guaranteed
  ·  a site dies     ·                      down until site rack   ·           nothing promised
                                            is repaired; RPO no
                                            limit
  * rests on numbers that are assumed and not measured; they are marked below
  no drill yet, so nothing is proven: beehive demo --example FOLDER, or beehive drill in a lab

  !  RPO machine  kept on a condition: crashes in quick succession have lost writes

Promise shop/slo cannot be kept  main.ts:12
  ✗  RTO zone  promised 10 s, predicted until it is repaired: the loss of zone rack/c takes
               shop/entrance down
  Tried out, each would keep it:
  →  shop/entrance: servers: 2, the new one in zone a (1 machine more; 99.9984 %, RTO zone 2.5 s)

Findings  1 error; 1 acknowledged
  ✗ SINGLE_POINT_OF_FAILURE:lb  error  main.ts:9
    machine lb alone takes shop/entrance down: it is its only member.
    Fix:           Add a second: servers: 2.
    Live with it:  acknowledge(stack, "SINGLE_POINT_OF_FAILURE:lb", "why")
  ✓ SHARED_FATE:site rack  acknowledged warning  main.ts:9
    site rack alone takes everything down.
    Acknowledged:  One rack until spring.

Where the downtime comes from  9.8 h a year
  ████████████████████████  90 %          8.8 h    lb
  ██                        9 %           53 min   zone rack/c*
  █                         0.9 %         5.3 min  site rack*
  █                         0.2 %         69 s     db-3
  █                         0.19 % each   66 s     db-1, db-2
  █                         0.099 % each  35 s     web-1, web-2
  █                         0.028 % each  9.75 s   zone rack/a, zone rack/b*

What takes visitors away  3 alone, 11 in pairs, 0 in threes, none larger
  alone         8.8 h    lb
                53 min   zone rack/c
                5.3 min  site rack
  two together  95 s     any 2 of db-* (3 ways)
                32 s     all of web-*
                13 s     4 of the 9 ways to take 1 of zone rack/* and 1 of db-*
                6.31 s   2 of the 6 ways to take 1 of zone rack/* and 1 of web-*
                0.32 s   1 of the 3 ways to take 2 of zone rack/*

The loss of each thing
     gone              visitors           quorum           back after         data lost
  ✗  site rack (6      not served: db,    db 0 of 3, lost  until it is        no limit           [1]
     machines)         web, entrance                       repaired
                       down
  ✗  zone rack/c (2    not served:        db 2 of 3        until it is        nothing, not       [2]
     machines)         entrance down                       repaired           guaranteed
  ✗  lb                not served:        ·                until it is        nothing
                       entrance down                       repaired
  ✓  zone rack/a,      served             db 2 of 3        2.5 s              nothing, not       [2]
     zone rack/b (2                                                           guaranteed
     machines each)
  ✓  web-1, web-2      served             ·                1 s                nothing
  ✓  db-1, db-2, db-3  served             db 2 of 3        2.5 s              nothing, not       [2]
                                                                              guaranteed
  [1]  all copies are in rack
  [2]  crashes in quick succession have lost writes

How long each tier takes, at most
  db        2.5 s  after losing a zone or machine
            2 s    suspect 2 s: the writer is suspected
            0.5 s  poll 0.5 s: the agents see the new one
  web       1 s    after losing a zone or machine, by entrance's settings
            1 s    fall 2 x interval 0.5 s: failed checks take the server out
  entrance  0.3 s  after losing a zone or machine
            0.3 s  3 x 0.1 s: three adverts are missing

What the numbers rest on
  site rack    down 1e-5 (1e-6 to 1e-4) of the time  assumed*  no published rate
  zone (3)     down 1e-4 (1e-5 to 1e-3) of the time  assumed*  no published rate
  machine (6)  down 1e-3 of the time                 sla       the seller

What this does not know
  6 of 7 resources modelled; not: shop/cdn (aws_cloudfront_distribution).
  In no number: upgrades and releases (16 % of the known causes of outages), bugs of the application
  (15 %), wrong configuration (10 %), load (9 %), attacks (5 %), mistakes of people (4 %).

✗ shop: the promise shop/slo is not kept; 1 finding is an error.`;

function rendered(manifest: Manifest, change: Partial<Report> = {}, columns = 100): string {
  const report = { ...makeReport({ manifest }), ...change };
  return terminalReport(report, manifest, { columns, colours: false });
}

test("a report says what matters first, and its verdict last", () => {
  expect(rendered(smallHive(), { findings: [SITE, SPOF] })).toBe(WHOLE);
});

test("nothing is wider than the terminal", () => {
  for (const columns of [80, 100, 140, 200]) {
    const lines = rendered(smallHive(), {}, columns).split("\n");
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  }
});

test("no line ends with spaces", () => {
  expect(rendered(smallHive())).not.toMatch(/ $/m);
});

test("a number stays with its unit where lines are wrapped", () => {
  for (const columns of [60, 70, 80, 90, 100])
    expect(rendered(smallHive(), {}, columns)).not.toMatch(/\d\n\s*(%|s|min|h)\b/);
});

test("colours change nothing but the colours", () => {
  const manifest = smallHive();
  const report = makeReport({ manifest });
  const coloured = terminalReport(report, manifest, { columns: 100, colours: true });
  const plain = (text: string) =>
    stripVTControlCharacters(text)
      .split("\n")
      .map((line) => line.trimEnd());
  expect(coloured).toContain("\u001b[31m");
  expect(plain(coloured)).toEqual(plain(terminalReport(report, manifest, { columns: 100, colours: false })));
});

test("the last drill is named, with what made it doubtful", () => {
  const manifest = redundantHive();
  const source = { file: ".beehive/drills/shop.json", report: { ...measured, stackHash: manifest.hash } };
  const text = terminalReport(makeReport({ manifest, drills: source }), manifest, { columns: 120, colours: false });
  expect(text).toContain("last drill: 2026-11-21 08:00 UTC, 3 drills, broken; .beehive/drills/shop.json\n");
  expect(text).toContain("db-writer-power-loss: no write was acknowledged for 3.05 s; promised are at most 2.5 s\n");
  expect(text).not.toContain("no drill yet");
});

test("a stale drill is marked, in the table and below it", () => {
  const manifest = redundantHive();
  const source = { file: "old.json", report: { ...measured, stackHash: "another" } };
  const text = terminalReport(makeReport({ manifest, drills: source }), manifest, { columns: 160, colours: false });
  expect(text).toMatch(/~ {2}a machine dies .* stale: db-a: 3\.1 s/);
  expect(text).toContain("old.json; stale: the stack has changed since");
});

test("a thousand findings are counted, and the first are shown", () => {
  const findings = Array.from({ length: 1000 }, (_, i) => ({ ...SPOF, id: `SINGLE_POINT_OF_FAILURE:m-${i}` }));
  const text = rendered(smallHive(), { findings });
  expect(text).toContain("Findings  1,000 errors");
  expect(text.match(/SINGLE_POINT_OF_FAILURE:m-\d+ {2}error/g)).toHaveLength(12);
  expect(text).toContain("and 988 findings more: --json FILE has them all");
});

test("open findings come before acknowledged ones", () => {
  const text = rendered(smallHive(), { findings: [SITE, SPOF] });
  expect(text.indexOf("SINGLE_POINT_OF_FAILURE:lb")).toBeLessThan(text.indexOf("SHARED_FATE:site rack"));
});

test("a hive without findings, promises and drills says so in a word each", () => {
  const text = rendered({ ...redundantHive(), promises: [] }, { findings: [] });
  expect(text).toContain("Findings  none");
  expect(text).toContain("no drill yet, so nothing is proven");
  expect(text).toContain("nothing is promised");
  expect(text.split("\n").at(-1)).toBe("✓ shop: 99.9984 % (99.9882 % to 99.99939 %), nothing promised.");
});

test("what could not be listed is not shown as nothing", () => {
  const { prediction } = makeReport({ manifest: smallHive() });
  const poor = { ...prediction, cutSets: undefined, contributors: [], notes: ["No cut sets: too many."] };
  const text = rendered(smallHive(), { prediction: poor });
  expect(text).toContain("could not be computed for this hive");
  expect(text).toContain("what fails together could not be listed for this hive; see the notes");
  expect(text).toContain("No cut sets: too many.");
});

test("a promise that only warns ends the report with a warning", () => {
  const manifest = smallHive();
  manifest.promises[0]!.onBreach = "warn";
  expect(rendered(manifest, { findings: [] }).split("\n").at(-1)).toMatch(
    /^! shop: 99\.889 % .*, 1 promise not kept, and only warned about\.$/,
  );
});

test("the drill of a zone stands in the zone's row", () => {
  const manifest = redundantHive();
  const drills = { file: "d.json", report: { ...measured, drills: [zoneDrill()], stackHash: manifest.hash } };
  const text = terminalReport(makeReport({ manifest, drills }), manifest, { columns: 240, colours: false });
  expect(text).toMatch(/✓ {2}a zone dies .* rack\/c \(lb, db-3\): 1\.9 s, 0 of 1,400 failed, 0 of 951 writes lost/);
});

test.each([
  ["proven", "✓", "proven"],
  ["kept", "○", "kept as predicted, not proven"],
  ["inconclusive", "?", "kept as predicted, drill inconclusive"],
  ["stale", "~", "kept as predicted, drill stale"],
  ["broken", "✗", "broken"],
  ["open", "·", "nothing promised"],
] as const)("a row that is %s has a sign and a word of its own", (verdict, sign, words) => {
  const table = [{ what: "a machine dies", predicted: "RTO 3 s", verdict }];
  expect(rendered(smallHive(), { table }, 160)).toMatch(
    new RegExp(`^  \\${sign}  a machine dies +· +RTO 3 s\\*? +· +${words}$`, "m"),
  );
});
