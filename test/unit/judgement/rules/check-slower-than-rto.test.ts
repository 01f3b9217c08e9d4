import { recoveryOf } from "../../../../lib/judgement/recovery";
import type { Disruption, Manifest } from "../../../../lib/manifest/manifest";
import { findingsIn, hiveManifest, type HiveParts, without } from "../../../support/hive-manifest";

const BOTH: Disruption[] = ["machine", "zone"];
const MACHINES = { "lb-1": "a", "lb-2": "b", "web-1": "a", "web-2": "b", "db-a": "a", "db-b": "b", "db-c": "c" };
const ENTRANCE = {
  of: ["lb-1", "lb-2"],
  needs: ["shop/web"],
  entrance: "/health",
  settings: { advertInterval: 0.1, checkInterval: 0.5, checkTimeout: 0.5, checkFall: 2 },
  recovery: [
    { when: BOTH, steps: [{ what: "adverts are missing", of: "advertInterval", times: 4 }] },
    {
      when: BOTH,
      of: "shop/web",
      steps: [
        { what: "the last good check", of: "checkInterval" },
        { what: "failed checks", of: "checkTimeout", times: "checkFall" },
      ],
    },
  ],
  alternatives: [
    { change: "healthCheck: HealthCheck.http({ timeout: Duration.millis(200) })", settings: { checkTimeout: 0.2 } },
  ],
};
const DB = {
  of: ["db-a", "db-b", "db-c"],
  votes: true,
  data: true,
  settings: { suspect: 4, agentPoll: 0.1 },
  recovery: [
    {
      when: BOTH,
      steps: [
        { what: "the writer is suspected", of: "suspect" },
        { what: "the agents see it", of: "agentPoll" },
      ],
    },
  ],
  alternatives: [{ change: "timeouts: GaleraTimeouts.lanFast()", settings: { suspect: 1 } }],
};

function promising(rto: Partial<Record<Disruption, number>>, parts: Partial<HiveParts> = {}): Manifest {
  return hiveManifest({
    machines: MACHINES,
    tiers: { "shop/db": DB, "shop/web": { of: ["web-1", "web-2"], needs: ["shop/db"] }, "shop/entrance": ENTRANCE },
    promises: [{ entrance: "shop/entrance", rto }],
    sources: { "shop/db": "main.ts:31", "shop/entrance": "main.ts:53" },
    ...parts,
  });
}

const found = (manifest: Manifest) => findingsIn(manifest, "CHECK_SLOWER_THAN_RTO");

test("a database that is waited for longer than promised is found, with the setting that costs most", () => {
  const manifest = promising({ machine: 2 });
  expect(found(manifest)).toEqual([
    {
      rule: "CHECK_SLOWER_THAN_RTO",
      id: "CHECK_SLOWER_THAN_RTO:shop/db",
      level: "error",
      subject: "shop/db",
      message:
        "when machine db-a dies, shop/db is back after 4.1 s, and shop/slo promises 2 s: suspect 4 s + agentPoll 0.1 s. Most of it " +
        "is suspect 4 s.",
      fix: "shop/db: timeouts: GaleraTimeouts.lanFast() (1.1 s).",
      cutSet: ["db-a"],
      source: "main.ts:31",
    },
  ]);
});

test("the counter-example is survived, only too slowly", () => {
  const manifest = promising({ machine: 2 });
  expect(without(manifest, found(manifest)[0]!.cutSet).works).toBe(true);
  expect(recoveryOf(manifest, "shop/db", "machine")?.seconds).toBe(4.1);
});

test("checks of the load balancer are its own line to change, though the web servers are those that are away", () => {
  const manifest = promising({ zone: 1 });
  const web = found(manifest).find(({ subject }) => subject === "shop/web");
  expect(web).toMatchObject({
    message:
      "when zone rack/a dies, shop/web is back after 1.5 s, and shop/slo promises 1 s: checkInterval 0.5 s + checkFall 2 x " +
      "checkTimeout 0.5 s, by shop/entrance. Most of it is checkFall 2 x checkTimeout 0.5 s = 1 s.",
    fix: "shop/entrance: healthCheck: HealthCheck.http({ timeout: Duration.millis(200) }) (0.9 s).",
    cutSet: ["zone rack/a"],
    source: "main.ts:53",
  });
});

test("without other settings that are enough, it says how much the costliest has to give", () => {
  const manifest = promising(
    { machine: 4 },
    {
      tiers: { "shop/db": { ...DB, entrance: "/", alternatives: [] } },
      promises: [{ entrance: "shop/db", rto: { machine: 4 } }],
    },
  );
  expect(found(manifest)[0]?.fix).toBe("Shorten suspect 4 s of shop/db by 0.1 s or more.");
});

test("where no setting is enough, it says what can be promised", () => {
  const even = { suspect: 1, agentPoll: 1, other: 1 };
  const steps = Object.keys(even).map((of) => ({ what: of, of }));
  const db = { ...DB, entrance: "/", settings: even, recovery: [{ when: BOTH, steps }], alternatives: [] };
  const promises = [{ entrance: "shop/db", rto: { machine: 1 } }];
  expect(found(promising({}, { tiers: { "shop/db": db }, promises }))[0]?.fix).toBe(
    "No setting of shop/db alone is enough. shop/slo can promise rto.machine of 3 s.",
  );
  const better = { ...db, alternatives: [{ change: "agentPoll: Duration.millis(500)", settings: { agentPoll: 0.5 } }] };
  expect(found(promising({}, { tiers: { "shop/db": better }, promises }))[0]?.fix).toBe(
    "shop/db: agentPoll: Duration.millis(500) brings it to 2.5 s. shop/slo can promise rto.machine of 2.5 s.",
  );
});

test("a tier that breaks it for machines and for zones is found once, for what is furthest from the promise", () => {
  const manifest = promising({ machine: 3, zone: 2 });
  expect(found(manifest).map(({ id, cutSet }) => [id, cutSet])).toEqual([
    ["CHECK_SLOWER_THAN_RTO:shop/db", ["zone rack/a"]],
  ]);
});

test("a promise that only warns makes a warning", () => {
  const promises = [{ entrance: "shop/entrance", rto: { machine: 2 }, onBreach: "warn" as const }];
  expect(found(promising({}, { promises }))[0]?.level).toBe("warning");
});

test("times that are short enough, or not promised, are fine", () => {
  expect(found(promising({ machine: 4.1, zone: 5 }))).toEqual([]);
  expect(found(promising({}))).toEqual([]);
});

test("a loss that is not survived is no matter of time, and no counter-example", () => {
  const larger = { ...MACHINES, "db-b": "a" };
  expect(found(promising({ zone: 2 }, { machines: larger }))[0]?.cutSet).toEqual(["zone rack/c"]);
  const one = Object.fromEntries(Object.keys(MACHINES).map((name) => [name, "a"]));
  expect(findingsIn(promising({ zone: 1 }, { machines: one })).map(({ id }) => id)).toEqual([
    "SHARED_FATE:zone rack/a",
    "SHARED_FATE:site rack",
  ]);
});

test("a tier that the promised entrance does not need is no part of its promise", () => {
  const archive = { ...DB, of: ["x-1", "x-2", "x-3"] };
  const manifest = promising(
    { machine: 1.5 },
    {
      machines: { ...MACHINES, "x-1": "a", "x-2": "b", "x-3": "c" },
      tiers: { archive, "shop/web": { of: ["web-1", "web-2"] }, "shop/entrance": ENTRANCE },
    },
  );
  expect(found(manifest)).toEqual([]);
});

test("it is acknowledged alone", () => {
  const manifest = promising(
    { machine: 1 },
    { acknowledged: { "CHECK_SLOWER_THAN_RTO:shop/db": "writes may wait, nobody promised them" } },
  );
  const reasons = found(manifest).map(({ subject, acknowledged }) => [subject, acknowledged]);
  expect(Object.fromEntries(reasons)).toEqual({
    "shop/db": "writes may wait, nobody promised them",
    "shop/web": undefined,
  });
});
