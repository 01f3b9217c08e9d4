import { findingsIn, hiveManifest, type HiveParts, without } from "../../../support/hive-manifest";

const DATABASE = { "db-a": "a", "db-b": "b", "db-c": "c" };
const db = { of: Object.keys(DATABASE), votes: true, data: true, entrance: "/health" };
const backup = { role: { kind: "backup" as const, protects: ["shop/db"] } };

function backupOn(place: string, parts: Partial<HiveParts> = {}) {
  return hiveManifest({
    machines: { ...DATABASE, "backup-1": place },
    tiers: { "shop/db": db, "shop/backup": { ...backup, of: ["backup-1"], data: true } },
    sources: { "shop/backup": "main.ts:80" },
    ...parts,
  });
}

test("a backup in the only site of the data is found, and the site is the counter-example", () => {
  const manifest = backupOn("a");
  const [finding] = findingsIn(manifest, "BACKUP_IN_FAILURE_DOMAIN");
  expect(finding).toEqual({
    rule: "BACKUP_IN_FAILURE_DOMAIN",
    id: "BACKUP_IN_FAILURE_DOMAIN:shop/backup",
    level: "error",
    subject: "shop/backup",
    message:
      "site rack holds all 3 copies of shop/db and the place of the backup shop/backup (backup-1): when it is gone, so is the " +
      "backup, and with it the last copy.",
    fix: "Keep shop/backup outside of site rack.",
    cutSet: ["site rack"],
    source: "main.ts:80",
  });
  expect(without(manifest, finding!.cutSet).tiers).toEqual({ "shop/db": false, "shop/backup": false });
});

test("the smallest such place is named, and the largest has to be left", () => {
  const inOneZone = { "db-a": "a", "db-b": "a", "db-c": "a" };
  const manifest = backupOn("a", { machines: { ...inOneZone, "backup-1": "a" } });
  expect(findingsIn(manifest, "BACKUP_IN_FAILURE_DOMAIN")[0]).toMatchObject({
    cutSet: ["zone rack/a"],
    fix: "Keep shop/backup outside of site rack.",
  });
});

test("a place that takes the majority and leaves a copy is no such place", () => {
  const manifest = backupOn("a", { machines: { "db-a": "a", "db-b": "a", "db-c": "b", "backup-1": "a" } });
  expect(without(manifest, ["zone rack/a"]).tiers).toEqual({ "shop/db": false, "shop/backup": false });
  expect(findingsIn(manifest, "BACKUP_IN_FAILURE_DOMAIN")[0]?.cutSet).toEqual(["site rack"]);
});

test("a backup on the machine that holds the only copy is found there", () => {
  const manifest = hiveManifest({
    machines: { "db-a": "a" },
    tiers: { "shop/db": { ...db, of: ["db-a"], votes: false }, "shop/backup": { ...backup, of: ["db-a"] } },
  });
  expect(findingsIn(manifest, "BACKUP_IN_FAILURE_DOMAIN")[0]).toMatchObject({
    message: expect.stringMatching(
      /^machine db-a holds the only copy of shop\/db and the place of the backup shop\/backup/,
    ),
    cutSet: ["db-a"],
  });
});

test("a backup on another site is fine", () => {
  expect(findingsIn(backupOn("east/a"), "BACKUP_IN_FAILURE_DOMAIN")).toEqual([]);
});

test("a backup of which one place is elsewhere is fine", () => {
  const manifest = backupOn("a", {
    machines: { ...DATABASE, "backup-1": "a", "backup-2": "east/a" },
    tiers: { "shop/db": db, "shop/backup": { ...backup, of: ["backup-1", "backup-2"] } },
  });
  expect(findingsIn(manifest, "BACKUP_IN_FAILURE_DOMAIN")).toEqual([]);
});

test("a backup that is alone is no single point of failure: no visitor misses it", () => {
  expect(findingsIn(backupOn("east/a")).map(({ id }) => id)).toEqual(["SHARED_FATE:site rack"]);
});

test("a backup of two tiers names the one that it shares its place with", () => {
  const manifest = backupOn("a", {
    machines: { ...DATABASE, "files-1": "east/a", "backup-1": "a" },
    tiers: {
      "shop/db": db,
      "shop/files": { of: ["files-1"], data: true },
      "shop/backup": { of: ["backup-1"], role: { kind: "backup", protects: ["shop/files", "shop/db"] } },
    },
  });
  const [finding] = findingsIn(manifest, "BACKUP_IN_FAILURE_DOMAIN");
  expect(finding?.message).toContain("site rack holds all 3 copies of shop/db and the place");
});

test("a backup of a tier that is not there is refused", () => {
  const manifest = backupOn("a", {
    tiers: { "shop/db": db, "shop/backup": { of: ["backup-1"], role: { kind: "backup", protects: ["shop/dbx"] } } },
  });
  expect(() => findingsIn(manifest)).toThrow(
    "shop/backup: it protects shop/dbx, which is no tier; there are shop/db, shop/backup",
  );
});

test("it is acknowledged alone", () => {
  const acknowledged = { "BACKUP_IN_FAILURE_DOMAIN:shop/backup": "tapes are carried home" };
  const found = findingsIn(backupOn("a", { acknowledged }));
  expect(found.filter((finding) => finding.acknowledged !== undefined).map(({ id }) => id)).toEqual([
    "BACKUP_IN_FAILURE_DOMAIN:shop/backup",
  ]);
});
