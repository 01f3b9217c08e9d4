import { readFileSync } from "node:fs";
import path from "node:path";
import { GaleraTimeouts, Machines } from "../../../lib";
import { Hive } from "../../../lib/stack/hive";
import { findingsOf } from "../../../lib/judgement/findings";
import { entrancesOf, hiveStructure } from "../../../lib/judgement/hive-structure";
import { RULES } from "../../../lib/judgement/rules/rules";
import type { Disruption } from "../../../lib/manifest/manifest";
import { analyzeStructure, type StructureAnalysis } from "../../../lib/resilience";
import { hosts, shop } from "../../support/hive";
import { findingsIn, hiveManifest, type HiveParts, without } from "../../support/hive-manifest";

const BROKEN: HiveParts = {
  machines: { "lb-1": "a", "web-1": "a", "web-2": "b", "ns-1": "a", "ns-2": "b" },
  tiers: {
    "shop/web": { of: ["web-1", "web-2"] },
    "shop/names": { of: ["ns-1", "ns-2"], role: { kind: "dns" } },
    "shop/entrance": { of: ["lb-1"], needs: ["shop/web"], entrance: "/health" },
  },
};

const OVER_TIME = RULES.filter(({ overTime }) => overTime).map(({ name }) => name);

test("the shop of the example has one: its only site, at the line that makes it", () => {
  const { stack } = shop({
    hosts: hosts({ lb: 2, web: 3, db: 3 }),
    db: { machines: Machines.labelled({ role: "db" }), timeouts: GaleraTimeouts.lanFast() },
    web: { machines: Machines.labelled({ role: "web" }) },
    entrance: { machines: Machines.labelled({ role: "lb" }) },
  });
  expect(findingsIn(Hive.of(stack).manifest())).toEqual([
    {
      rule: "SHARED_FATE",
      id: "SHARED_FATE:site rack",
      level: "warning",
      subject: "site rack",
      message:
        "site rack alone takes shop/entrance down: all members of shop/db, shop/web and shop/entrance are there.",
      fix:
        "A tier is in one site, so that nothing inside site rack helps. Keep a second hive, or a backup to start one from, on " +
        "another site; or acknowledge it and say why one site is enough.",
      cutSet: ["site rack"],
      source: expect.stringMatching(/^test\/support\/hive\.ts:\d+$/),
    },
  ]);
});

test("three servers that run everything have no more than the example", () => {
  const { stack } = shop({ hosts: hosts({ vps: 3 }), site: { shareMachines: true } });
  expect(findingsIn(Hive.of(stack).manifest()).map(({ id }) => id)).toEqual(["SHARED_FATE:site rack"]);
});

test("errors come first, then what is down for longer", () => {
  expect(findingsIn(hiveManifest(BROKEN)).map(({ id, level }) => `${level} ${id}`)).toEqual([
    "error SINGLE_POINT_OF_FAILURE:lb-1",
    "error SHARED_FATE:zone rack/a",
    "warning SHARED_FATE:site rack",
    "warning DNS_IN_ONE_SITE:shop/names",
  ]);
});

test("every id is rule and subject, and no two are the same", () => {
  const found = findingsIn(hiveManifest(BROKEN));
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  for (const { id, rule, subject } of found) {
    expect(id).toBe(`${rule}:${subject}`);
    expect(RULES.map(({ name }) => name)).toContain(rule);
  }
});

test("every counter-example is a cut of the entrance or the subject; in rules about time one that is survived", () => {
  const machines = {
    "lb-1": "a",
    "lb-2": "b",
    "web-1": "a",
    "web-2": "b",
    "db-1": "a",
    "db-2": "a",
    "db-3": "b",
    "db-4": "b",
  };
  const when: Disruption[] = ["machine", "zone"];
  const recovery = [{ when, steps: [{ what: "the writer is suspected", of: "suspect" }] }];
  const manifest = hiveManifest({
    machines: { ...machines, "ns-1": "a", "ns-2": "b", "backup-1": "a", "web-3": "c" },
    nodes: { "nat rack": { kind: "nat" }, "control plane rack": { kind: "control plane" } },
    tiers: {
      "shop/db": {
        of: ["db-1", "db-2", "db-3", "db-4"],
        votes: true,
        data: true,
        settings: { suspect: 5, inactiveCheck: 0.5 },
        recovery,
      },
      "shop/names": { of: ["ns-1", "ns-2"], role: { kind: "dns" } },
      "shop/backup": { of: ["backup-1"], role: { kind: "backup", protects: ["shop/db"] } },
      "shop/web": { of: ["web-1", "web-2", "web-3"], atLeast: 3, needs: ["shop/db", "nat rack", "control plane rack"] },
      "shop/entrance": {
        of: ["lb-1", "lb-2"],
        needs: ["shop/web"],
        entrance: "/health",
        settings: { serverTimeout: 5, advertInterval: 2 },
      },
    },
    promises: [{ entrance: "shop/entrance", rto: { machine: 1 } }],
    acknowledged: { "EVEN_VOTES:shop/files": "gone" },
  });
  const found = findingsIn(manifest);
  expect(RULES.filter(({ name }) => !found.some((finding) => finding.rule === name))).toEqual([]);
  for (const { rule, subject, cutSet } of found) {
    const { works, tiers } = without(manifest, cutSet);
    const broken = !works || tiers[subject] === false;
    expect([rule, broken]).toEqual([rule, rule !== "STALE_ACKNOWLEDGEMENT" && !OVER_TIME.includes(rule)]);
  }
});

test("entrances that are asked for decide what counts", () => {
  const manifest = hiveManifest(BROKEN);
  const analysis = analyzeStructure(hiveStructure(manifest, ["shop/web"]));
  expect(findingsOf(manifest, analysis, ["shop/web"]).map(({ id }) => id)).toEqual([
    "SHARED_FATE:site rack",
    "DNS_IN_ONE_SITE:shop/names",
  ]);
});

test("neither numbers nor cut sets are computed, so that it can run at every synth", () => {
  const manifest = hiveManifest(BROKEN);
  const refused = () => {
    throw new Error("too dear");
  };
  const { survives } = analyzeStructure(hiveStructure(manifest));
  const cheap: StructureAnalysis = {
    survives,
    numbers: refused,
    contributors: refused,
    cutSets: refused,
    without: refused,
  };
  expect(findingsOf(manifest, cheap, entrancesOf(manifest))).toHaveLength(4);
});

test("the engine is asked about nodes that could matter, and not about every machine", () => {
  const names = Array.from({ length: 100 }, (_, i) => `web-${i}`);
  const manifest = hiveManifest({
    machines: Object.fromEntries(names.map((name, i) => [name, "abcd"[i % 4]!])),
    tiers: { web: { of: names, atLeast: 60, entrance: "/" } },
  });
  const analysis = analyzeStructure(hiveStructure(manifest));
  const asked: string[] = [];
  const counting: StructureAnalysis = {
    ...analysis,
    survives: (nodes) => {
      asked.push(...nodes);
      return analysis.survives(nodes);
    },
  };
  findingsOf(manifest, counting, entrancesOf(manifest));
  expect(asked).toEqual(["site rack"]);
});

describe("an acknowledgement that names no finding", () => {
  const stale = (finding: string, parts: Partial<HiveParts> = {}) =>
    findingsIn(hiveManifest({ ...BROKEN, acknowledged: { [finding]: "we know" }, ...parts }), "STALE_ACKNOWLEDGEMENT");

  test("is a finding itself, at its own line", () => {
    expect(stale("EVEN_VOTES:shop/db", { sources: { "EVEN_VOTES:shop/db": "main.ts:90" } })).toEqual([
      {
        rule: "STALE_ACKNOWLEDGEMENT",
        id: "STALE_ACKNOWLEDGEMENT:EVEN_VOTES:shop/db",
        level: "warning",
        subject: "EVEN_VOTES:shop/db",
        message: "EVEN_VOTES:shop/db is acknowledged and is no finding; should it come up again, it would stay silent.",
        fix: "Remove the acknowledgement.",
        cutSet: [],
        source: "main.ts:90",
      },
    ]);
  });

  test("is told what it may have meant", () => {
    expect(stale("SHARED_FAET:zone rack/a")[0]?.fix).toBe(
      'Remove the acknowledgement, or correct it to "SHARED_FATE:zone rack/a".',
    );
    expect(stale("SHARED_FATE:rack")[0]?.fix).toBe(
      'Remove the acknowledgement, or correct it to "SHARED_FATE:site rack".',
    );
  });

  test("is none when the finding is there", () => {
    expect(stale("SHARED_FATE:zone rack/a")).toEqual([]);
  });
});

test("every rule has a name of its own and a heading on the page", () => {
  const page = readFileSync(path.join(__dirname, "../../../docs/commands/rules.md"), "utf8");
  const headings = [...page.matchAll(/^### ([A-Z_]+)$/gm)].map(([, name]) => name);
  expect(headings.sort()).toEqual([...RULES.map(({ name }) => name), "PROMISE_BROKEN"].sort());
});
