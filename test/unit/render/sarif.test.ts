import { z } from "zod";
import { makeReport } from "../../../lib/judgement/make-report";
import { sarifReport } from "../../../lib/render/sarif";
import type { Finding, Report } from "../../../lib/judgement/report";
import { RULES } from "../../../lib/judgement/rules/rules";
import { redundantHive, smallHive } from "../judgement/small-hive";

const text = z.strictObject({ text: z.string().min(1), markdown: z.string().min(1).optional() });
const level = z.enum(["none", "note", "warning", "error"]);

/** What the specification (OASIS SARIF 2.1.0) demands of the parts that are used, and what GitHub demands beyond it. */
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string(),
            semanticVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
            rules: z.array(
              z.strictObject({
                id: z.string(),
                name: z.string().regex(/^([A-Z][a-z]+)+$/),
                shortDescription: text,
                fullDescription: text,
                help: text,
                defaultConfiguration: z.strictObject({ level }),
                properties: z.record(z.string(), z.unknown()),
              }),
            ),
          }),
        }),
        automationDetails: z.strictObject({ id: z.string().endsWith("/") }),
        invocations: z.array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            toolExecutionNotifications: z.array(z.strictObject({ level, message: text })).optional(),
          }),
        ),
        columnKind: z.enum(["utf16CodeUnits", "unicodeCodePoints"]),
        properties: z.record(z.string(), z.unknown()),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.number().int().min(0),
            partialFingerprints: z.record(z.string(), z.string()),
            level,
            message: text,
            locations: z
              .array(
                z.strictObject({
                  physicalLocation: z.strictObject({
                    artifactLocation: z.strictObject({
                      uri: z.string().regex(/^[^/\\][^\\ ]*$/),
                      uriBaseId: z.literal("%SRCROOT%"),
                    }),
                    region: z.strictObject({ startLine: z.number().int().min(1) }),
                  }),
                  logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string(), kind: z.string() })),
                }),
              )
              .min(1),
            suppressions: z.array(
              z.strictObject({
                kind: z.enum(["inSource", "external"]),
                status: z.enum(["accepted", "underReview", "rejected"]),
                justification: z.string(),
              }),
            ),
            properties: z.record(z.string(), z.unknown()).optional(),
          }),
        ),
      }),
    )
    .length(1),
});

const finding = (rest: Partial<Finding> = {}): Finding => ({
  rule: "SINGLE_POINT_OF_FAILURE",
  id: "SINGLE_POINT_OF_FAILURE:lb",
  level: "error",
  subject: "lb",
  message: "machine lb alone takes shop/entrance down.",
  fix: "Add a second: servers: 2.",
  cutSet: ["lb"],
  source: "main.ts:9",
  ...rest,
});

function written(change: Partial<Report> = {}, folder?: string) {
  const report = { ...makeReport({ manifest: smallHive() }), ...change };
  return sarif.parse(JSON.parse(sarifReport(report, { version: "1.2.3", folder }))).runs[0]!;
}

test("the file has the shape of SARIF 2.1.0", () => {
  expect(() => written()).not.toThrow();
});

test("there is one rule with help for each kind of finding, and one for promises", () => {
  const { rules } = written().tool.driver;
  expect(rules.map(({ id }) => id)).toEqual([...RULES.map(({ name }) => name), "PROMISE_BROKEN"]);
  for (const { id, help } of rules) expect(help.text).toContain(`docs/commands/rules.md#${id.toLowerCase()}`);
  expect(rules[0]).toMatchObject({ name: "SinglePointOfFailure", defaultConfiguration: { level: "error" } });
});

test("every result points at its rule", () => {
  const { results, tool } = written();
  expect(results.map(({ ruleId }) => ruleId)).toEqual([
    "PROMISE_BROKEN",
    "SINGLE_POINT_OF_FAILURE",
    "SHARED_FATE",
    "SHARED_FATE",
  ]);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
});

test("a finding is at its line, with its fix", () => {
  const { results } = written({ findings: [finding()], promises: [] });
  expect(results).toEqual([
    {
      ruleId: "SINGLE_POINT_OF_FAILURE",
      ruleIndex: 0,
      partialFingerprints: expect.anything(),
      level: "error",
      message: { text: "machine lb alone takes shop/entrance down.\nFix: Add a second: servers: 2." },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "main.ts", uriBaseId: "%SRCROOT%" },
            region: { startLine: 9 },
          },
          logicalLocations: [{ fullyQualifiedName: "lb", kind: "resource" }],
        },
      ],
      suppressions: [],
      properties: { stack: "shop" },
    },
  ]);
});

const uriOf = ({ results }: ReturnType<typeof written>) => results[0]!.locations[0]!.physicalLocation;

test.each([
  ["main.ts:9", "infra/shop", "infra/shop/main.ts", 9],
  ["../lib/hive.ts:120", "infra/shop", "infra/lib/hive.ts", 120],
  ["src\\main.ts:9", "infra\\shop", "infra/shop/src/main.ts", 9],
  ["my program.ts:9", "", "my%20program.ts", 9],
  [undefined, "infra/shop", "infra/shop/cdktf.json", 1],
])("the line %p of a program in %p is in %p", (source, folder, uri, startLine) => {
  const place = uriOf(written({ findings: [finding({ source })], promises: [] }, folder));
  expect(place).toMatchObject({ artifactLocation: { uri }, region: { startLine } });
});

test("what is acknowledged is there, suppressed with its reason", () => {
  const acknowledged = finding({ acknowledged: "A second one comes in March." });
  const { results } = written({ findings: [acknowledged], promises: [] });
  expect(results[0]!.suppressions).toEqual([
    { kind: "inSource", status: "accepted", justification: "A second one comes in March." },
  ]);
});

test("two findings of one rule on one line are two, and stay the same when the line moves", () => {
  const prints = (line: number) =>
    written({
      promises: [],
      findings: [
        finding({ source: `main.ts:${line}` }),
        finding({ id: "SINGLE_POINT_OF_FAILURE:lb-2", source: `main.ts:${line}` }),
      ],
    }).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
  expect(new Set(prints(9)).size).toBe(2);
  expect(prints(9)).toEqual(prints(10));
});

test("a promise that is not kept is a result: an error, or a warning where it only warns", () => {
  const promise = (onBreach: "fail" | "warn") => {
    const manifest = smallHive();
    manifest.promises[0]!.onBreach = onBreach;
    return written({ promises: makeReport({ manifest }).promises, findings: [] }).results[0]!;
  };
  expect(promise("fail")).toMatchObject({ ruleId: "PROMISE_BROKEN", level: "error" });
  expect(promise("warn").level).toBe("warning");
  expect(promise("fail").message.text).toMatch(
    /^RTO zone is promised as 10 s and predicted as until it is repaired: .*\nTried out: shop\/entrance: servers: 2, the new one in zone a /,
  );
});

test("kept promises are no results", () => {
  const report = makeReport({ manifest: redundantHive() });
  expect(written({ ...report, findings: [] }).results).toEqual([]);
});

test("more results than GitHub takes are cut, worst first, and counted", () => {
  const findings = Array.from({ length: 30_000 }, (_, i) =>
    finding({ id: `SINGLE_POINT_OF_FAILURE:m-${i}`, subject: `m-${i}` }),
  );
  const report = { ...makeReport({ manifest: redundantHive() }), findings };
  const file = sarifReport(report, { version: "1.2.3" });
  expect(Buffer.byteLength(file)).toBeLessThan(10_000_000);
  const run = JSON.parse(file).runs[0];
  expect(run.results.length).toBeLessThanOrEqual(25_000);
  expect(run.results[0].locations[0].logicalLocations[0].fullyQualifiedName).toBe("m-0");
  expect(run.invocations[0].toolExecutionNotifications[0].message.text).toBe(
    `${30_000 - run.results.length} more results are in the JSON report (--json FILE).`,
  );
});

test("the verdict of every row of the table is a property of the run, in the words of the text", () => {
  const report = makeReport({ manifest: smallHive() });
  const { properties } = JSON.parse(sarifReport(report, { version: "1.2.3" })).runs[0];
  expect(properties.verdicts).toEqual([
    { what: "availability", verdict: "kept", text: "kept as predicted, not proven" },
    { what: "a machine dies", verdict: "kept", text: "kept as predicted, not proven" },
    { what: "a zone dies", verdict: "broken", text: "broken" },
    { what: "a site dies", verdict: "open", text: "nothing promised" },
  ]);
});
