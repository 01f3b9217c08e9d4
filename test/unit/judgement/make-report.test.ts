import type { DrillReport } from "../../../lib/drills/drill-report";
import type { DrillResult } from "../../../lib/drills/drill-result";
import { failuresOf, makeReport } from "../../../lib/judgement/make-report";
import type { ReportRow } from "../../../lib/judgement/report";
import type { Manifest } from "../../../lib/manifest/manifest";
import { drill, report as measured, zoneDrill } from "../../support/drill-results";
import { redundantHive, smallHive } from "./small-hive";
import type { Mutable } from "../../support/mutable";

const row = (rows: readonly ReportRow[], what: string): ReportRow => rows.find((found) => found.what === what)!;

/** The database's drill as it came out, with what a test wants to be different. */
function drilled(
  change: Partial<DrillResult> = {},
  rest: Partial<DrillReport> = {},
): { file: string; report: DrillReport } {
  const result = drill({
    fault: "db-writer-power-loss",
    machine: "db-1",
    roles: ["database"],
    worstSeconds: 1.65,
    writeGapSeconds: 1.43,
    ...change,
  });
  const after = { ...measured.finally!, acknowledged: result.acknowledged, lost: result.lost ?? 0 };
  const report: DrillReport = {
    ...measured,
    drills: [result],
    finally: after,
    stackHash: redundantHive().hash,
    ...rest,
  };
  return { file: "drills.json", report };
}

/** A hive that keeps its promise, with another one. */
function promising(change: Partial<Manifest["promises"][number]>): Mutable<Manifest> {
  const manifest = redundantHive();
  return { ...manifest, promises: [{ ...manifest.promises[0]!, ...change }] };
}

describe("promise beside prediction", () => {
  test("availability and each disruption have a row, and what is not promised is open", () => {
    const { table } = makeReport({ manifest: smallHive() });
    expect(table).toEqual([
      {
        what: "availability",
        promised: "99 % (3.7 days a year)",
        predicted: "99.889 % (99.789 % to 99.898 %), 9.8 h (8.9 h to 18 h) a year",
        verdict: "kept",
      },
      {
        what: "a machine dies",
        promised: "RPO 0 s",
        predicted: "down until lb is repaired; RPO 0 s, not guaranteed",
        verdict: "kept",
      },
      {
        what: "a zone dies",
        promised: "RTO 10 s",
        predicted: "down until zone rack/c is repaired; RPO 0 s, not guaranteed",
        verdict: "broken",
      },
      {
        what: "a site dies",
        predicted: "down until site rack is repaired; RPO no limit",
        verdict: "open",
      },
    ]);
  });

  test("without a promise everything is open and nothing fails", () => {
    const manifest = { ...redundantHive(), promises: [] };
    const report = makeReport({ manifest });
    expect(report.table.map(({ verdict }) => verdict)).toEqual(["open", "open", "open", "open"]);
    expect(failuresOf(manifest, report)).toEqual([]);
  });

  test("what is promised and not there is said to be not there", () => {
    const manifest = promising({ rto: { zone: 10 } });
    for (const [name, { in: within }] of Object.entries(manifest.structure.nodes)) {
      if (name.startsWith("zone")) delete manifest.structure.nodes[name];
      else if (name !== "site rack") within.splice(0, within.length, "site rack");
    }
    expect(row(makeReport({ manifest }).table, "a zone dies")).toEqual({
      what: "a zone dies",
      promised: "RTO 10 s",
      predicted: "there is no zone",
      verdict: "kept",
    });
  });

  test("a promise at one of two entrances has rows of its own", () => {
    const manifest = redundantHive();
    const [first] = manifest.promises;
    manifest.structure.tiers["shop/admin"] = { ...manifest.structure.tiers["shop/entrance"]!, recovery: [] };
    manifest.tiers.push({ ...manifest.tiers[2]!, path: "shop/admin" });
    const { table } = makeReport({ manifest: { ...manifest, promises: [first!] } });
    expect(table.map(({ what, verdict }) => `${what}: ${verdict}`)).toEqual([
      "availability: open",
      "a machine dies: open",
      "a zone dies: open",
      "a site dies: open",
      "availability (shop/entrance): kept",
      "a machine dies (shop/entrance): kept",
      "a zone dies (shop/entrance): kept",
    ]);
    expect(row(table, "a zone dies (shop/entrance)")).toMatchObject({ promised: "RTO 10 s", predicted: "RTO 2.5 s" });
  });
});

describe("a drill beside them", () => {
  test("stands in the row of the machine, and in one for the tier that lost it", () => {
    const { table, drills } = makeReport({ manifest: redundantHive(), drills: drilled() });
    const proof = "db-1: 1.65 s, 0 of 1,400 failed, 0 of 951 writes lost";
    expect(row(table, "a machine dies")).toMatchObject({ drill: proof, verdict: "kept" });
    expect(row(table, "shop/db loses a machine")).toEqual({
      what: "shop/db loses a machine",
      predicted: "RTO 2.5 s",
      drill: proof,
      verdict: "proven",
    });
    expect(row(table, "a zone dies").drill).toBeUndefined();
    expect(drills).toMatchObject({ file: "drills.json", startedAt: "2026-11-21T08:00:00.000Z", stale: false });
  });

  test("proves the loss of any machine only together with those of all other tiers", () => {
    const source = drilled();
    const verdict = (...drills: DrillResult[]) => {
      const report = { ...source.report, drills: [...drills, ...source.report.drills] };
      return row(makeReport({ manifest: redundantHive(), drills: { ...source, report } }).table, "a machine dies")
        .verdict;
    };
    const web = drill({});
    expect(verdict()).toBe("kept");
    expect(verdict(web)).toBe("kept");
    expect(verdict(web, drill({ fault: "lb-power-loss", machine: "lb", machines: ["lb"] }))).toBe("proven");
  });

  test("that is stale does not make a row without a promise one that is kept", () => {
    const manifest = { ...redundantHive(), promises: [] };
    const { table } = makeReport({ manifest, drills: drilled({}, { stackHash: "fedcba9876543210" }) });
    expect(row(table, "a machine dies").verdict).toBe("open");
  });

  test("counts the longest of several drills, and the writes that were looked up at the very end", () => {
    const source = drilled();
    const web = drill({ failed: 2 });
    const report = { ...source.report, drills: [web, ...source.report.drills], finally: measured.finally };
    const { table } = makeReport({ manifest: redundantHive(), drills: { ...source, report } });
    expect(row(table, "a machine dies").drill).toBe("db-1: 1.65 s, 2 of 2,800 failed, 0 of 2,853 writes lost");
    expect(row(table, "shop/web loses a machine").drill).toBe("web-2: 0.41 s, 2 of 1,400 failed, 0 of 951 writes lost");
  });

  test("that took longer than predicted says so, and breaks nothing while the promise holds", () => {
    const manifest = promising({ rto: { machine: 10 } });
    const report = makeReport({
      manifest,
      drills: drilled({ writeGapSeconds: 3, verdict: "broken", reasons: ["slow"] }),
    });
    expect(row(report.table, "shop/db loses a machine")).toMatchObject({
      drill: "db-1: 3 s, longer than predicted, 0 of 1,400 failed, 0 of 951 writes lost",
      verdict: "proven",
    });
    expect(failuresOf(manifest, report)).toEqual([]);
  });

  test("that took longer than the promised RTO breaks it", () => {
    const manifest = promising({ rto: { machine: 2.5 } });
    const report = makeReport({ manifest, drills: drilled({ writeGapSeconds: 3 }) });
    expect(row(report.table, "a machine dies").verdict).toBe("broken");
    expect(failuresOf(manifest, report)).toEqual(["the drill db-writer-power-loss (db-1) broke a promise"]);
  });

  test("counts failures of those who came after the fault, and not of those whose connection was open", () => {
    const manifest = promising({ rto: { machine: 2.5 } });
    const verdict = (change: Partial<DrillResult>) =>
      row(makeReport({ manifest, drills: drilled({ lastFailureSeconds: 6, ...change }) }).table, "a machine dies")
        .verdict;
    expect(verdict({ failed: 2, failedAfterFault: 0 })).toBe("kept");
    expect(verdict({ failed: 2, failedAfterFault: 1 })).toBe("broken");
  });

  test("that lost acknowledged writes breaks everything but an RPO longer than the drill", () => {
    const verdict = (rpo: number) =>
      row(
        makeReport({
          manifest: promising({ rto: { machine: 10 }, rpo: { machine: rpo } }),
          drills: drilled({ lost: 3, tookSeconds: 41 }, { finally: null }),
        }).table,
        "shop/db loses a machine",
      );
    expect(verdict(0)).toMatchObject({ verdict: "broken", drill: expect.stringContaining("3 of 951 writes lost") });
    expect(verdict(40).verdict).toBe("broken");
    expect(verdict(60).verdict).toBe("proven");
  });

  test("is judged by its own limits where no RTO is promised", () => {
    const manifest = promising({ rto: {}, rpo: {} });
    const drills = drilled({ verdict: "broken", reasons: ["no write was acknowledged for 3.05 s"] });
    const report = makeReport({ manifest, drills });
    expect(row(report.table, "shop/db loses a machine").verdict).toBe("broken");
    expect(failuresOf(manifest, report)).toEqual(["the drill db-writer-power-loss (db-1) broke a promise"]);
  });

  test("that was inconclusive proves nothing, and says so", () => {
    const drills = drilled({ verdict: "inconclusive", reasons: ["the host was busy"], lost: null });
    const report = makeReport({ manifest: redundantHive(), drills });
    expect(row(report.table, "a machine dies")).toMatchObject({ drill: "inconclusive", verdict: "inconclusive" });
    expect(row(report.table, "shop/db loses a machine")).toMatchObject({
      drill: "inconclusive",
      verdict: "inconclusive",
    });
    expect(failuresOf(redundantHive(), report)).toEqual([]);
  });

  test("of another edition of the stack is stale and breaks nothing", () => {
    const drills = drilled({ lost: 3, verdict: "broken", reasons: ["3 lost"] }, { stackHash: "fedcba9876543210" });
    const report = makeReport({ manifest: redundantHive(), drills });
    expect(report.drills).toMatchObject({ stale: true });
    expect(row(report.table, "a machine dies")).toMatchObject({
      drill: expect.stringMatching(/^stale: db-1: 1\.65 s/),
      verdict: "stale",
    });
    expect(failuresOf(redundantHive(), report)).toEqual([]);
  });

  test("of a machine that is no longer in the hive says so", () => {
    const drills = drilled({ machine: "db-9" }, { stackHash: "fedcba9876543210" });
    const manifest = redundantHive();
    manifest.tiers[0]!.endpoints = [];
    const { table } = makeReport({ manifest, drills });
    expect(row(table, "db-writer-power-loss loses a machine").predicted).toBe("not in the hive any more");
  });

  test("whose writes could not be read back does not claim that none is lost", () => {
    const { table } = makeReport({ manifest: redundantHive(), drills: drilled({ lost: null }, { finally: null }) });
    expect(row(table, "shop/db loses a machine")).toMatchObject({
      drill: "db-1: 1.65 s, 0 of 1,400 failed, writes were not read back",
      verdict: "inconclusive",
    });
  });
});

describe("a drill of a zone", () => {
  const zoned = (change: Partial<DrillResult> = {}, rest: Partial<DrillReport> = {}) => {
    const machine = drilled();
    const drills = [...machine.report.drills, zoneDrill(change)];
    return { ...machine, report: { ...machine.report, drills, finally: { ...measured.finally!, lost: 0 }, ...rest } };
  };
  const made = (manifest: Manifest, ...given: Parameters<typeof zoned>) =>
    makeReport({ manifest, drills: zoned(...given) });

  test("stands in the row of the zone with its machines, and in no other", () => {
    const { table } = made(promising({ rto: { machine: 3, zone: 3 } }));
    expect(row(table, "a zone dies")).toEqual({
      what: "a zone dies",
      promised: "RTO 3 s",
      predicted: "RTO 2.5 s; RPO 0 s, not guaranteed",
      drill: "rack/c (lb, db-3): 1.9 s, 0 of 1,400 failed, 0 of 951 writes lost",
      verdict: "proven",
    });
    // Writes of the zone's drill are not the machine's proof.
    expect(row(table, "a machine dies").drill).toBe("db-1: 1.65 s, 0 of 1,400 failed, 0 of 951 writes lost");
    expect(table.map(({ what }) => what)).toEqual([
      "availability",
      "a machine dies",
      "shop/db loses a machine",
      "a zone dies",
      "a site dies",
    ]);
  });

  test("that took longer than the RTO of a zone breaks it, whatever is promised for a machine", () => {
    const manifest = promising({ rto: { machine: 60, zone: 3 } });
    const report = made(manifest, { writeGapSeconds: 3.2 });
    expect(row(report.table, "a zone dies")).toMatchObject({
      drill: "rack/c (lb, db-3): 3.2 s, longer than predicted, 0 of 1,400 failed, 0 of 951 writes lost",
      verdict: "broken",
    });
    expect(row(report.table, "a machine dies").verdict).toBe("kept");
    expect(failuresOf(manifest, report)).toEqual(["the drill zone-power-loss (rack/c) broke a promise"]);
  });

  test("does not break what is promised for a machine only", () => {
    const manifest = promising({ rto: { machine: 3 }, rpo: {} });
    expect(failuresOf(manifest, made(manifest, { writeGapSeconds: 3.2 }))).toEqual([]);
  });

  test("concerns no promise at an entrance of which it took nothing", () => {
    const manifest = promising({ rto: { zone: 3 }, entrance: "shop/db" });
    const concerned = (machines: string[]) => failuresOf(manifest, made(manifest, { machines, writeGapSeconds: 3.2 }));
    expect(concerned(["lb", "web-1"])).toEqual([]);
    expect(concerned(["lb", "db-3"])).toEqual(["the drill zone-power-loss (rack/c) broke a promise"]);
  });

  test("that lost acknowledged writes breaks an RTO that held", () => {
    const { table } = made(promising({ rto: { zone: 3 } }), { lost: 2 }, { finally: null });
    expect(row(table, "a zone dies")).toMatchObject({
      drill: "rack/c (lb, db-3): 1.9 s, 0 of 1,400 failed, 2 of 951 writes lost",
      verdict: "broken",
    });
  });

  test("is stale with the others, and inconclusive by itself", () => {
    const stale = made(redundantHive(), {}, { stackHash: "another" });
    expect(row(stale.table, "a zone dies")).toMatchObject({
      drill: "stale: rack/c (lb, db-3): 1.9 s, 0 of 1,400 failed, 0 of 951 writes lost",
      verdict: "stale",
    });
    const doubtful = made(redundantHive(), { verdict: "inconclusive" });
    expect(row(doubtful.table, "a zone dies").drill).toBe("inconclusive");
    expect(row(doubtful.table, "a machine dies").drill).toMatch(/^db-1: 1\.65 s/);
  });

  test("or of a machine, after which a write was gone at the very end, is both times no proof that nothing is lost", () => {
    const { table } = made(redundantHive(), {}, { finally: { ...measured.finally!, lost: 3 } });
    for (const what of ["a machine dies", "a zone dies"]) {
      expect(row(table, what)).toMatchObject({
        drill: expect.stringMatching(/0 of 951 writes lost, 3 lost after that$/),
        verdict: "broken",
      });
    }
    expect(row(table, "shop/db loses a machine").verdict).toBe("kept");
  });
});

describe("what stops a pipeline", () => {
  test("promises that are not kept, and errors that are not acknowledged", () => {
    const manifest = smallHive();
    expect(failuresOf(manifest, makeReport({ manifest }))).toEqual([
      "the promise shop/slo is not kept",
      "2 findings are errors",
    ]);
  });

  test("no promise that only warns, and no finding that somebody lives with", () => {
    const manifest = smallHive();
    manifest.promises[0]!.onBreach = "warn";
    manifest.acknowledgements.push(
      { finding: "SINGLE_POINT_OF_FAILURE:lb", reason: "A second one comes in March." },
      { finding: "SHARED_FATE:zone rack/c", reason: "The same." },
    );
    const report = makeReport({ manifest });
    expect(report.promises[0]!.kept).toBe(false);
    expect(failuresOf(manifest, report)).toEqual([]);
  });
});

test("a structure that contradicts itself is no report", () => {
  const manifest = smallHive();
  manifest.structure.tiers["shop/web"]!.needs = ["shop/nobody"];
  expect(() => makeReport({ manifest })).toThrow(/is not valid.*shop\/nobody/s);
});
