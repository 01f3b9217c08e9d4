import * as fs from "node:fs";
import * as path from "node:path";
import { breachesOf } from "../../../lib/judgement/breaches";
import { RunningHive } from "../../../lib/drills/running-hive";
import { manifestSchema } from "../../../lib/manifest/manifest-schema";
import { upgraded } from "../../../lib/manifest/version-2";
import { findingsIn } from "../../support/hive-manifest";
import { found, machines, planned, verdict } from "../plan/plans";

/** What synth wrote for the example on hosts while the manifest had version 2. */
const OLD: unknown = JSON.parse(fs.readFileSync(path.join(__dirname, "shop-of-version-2.json"), "utf8"));
const old = () => manifestSchema.parse(upgraded(OLD));

describe("the manifest of a hive that was deployed with version 2", () => {
  test("is read as one of this version, with what voted and what kept data", () => {
    const db = { members: { "db-a": 1, "db-b": 1, "db-c": 1 }, quorum: "majority" };
    expect(old().tiers.map(({ path: name, votes, data }) => ({ name, votes, data }))).toEqual([
      { name: "shop/db", votes: db, data: [{ what: "its data", copies: "each" }] },
      { name: "shop/web", votes: undefined, data: undefined },
      { name: "shop/entrance", votes: undefined, data: undefined },
    ]);
  });

  test("keeps its hash, so that its drills stay proof of it", () => {
    expect(old().hash).toBe((OLD as { hash: string }).hash);
  });

  test("is judged", () => {
    expect(findingsIn(old()).map(({ rule }) => rule)).not.toContain("EVEN_VOTES");
    const promise = { path: "shop/slo", entrance: "shop/entrance", rto: { machine: 60 }, rpo: {}, onBreach: "fail" };
    expect(breachesOf(old(), promise as never).breaches).toEqual([]);
  });

  test("tells a plan what a tier that has left the program held", () => {
    const plan = planned({ db: { kind: "db", before: machines("db", 3) } });
    expect(found(verdict(plan, { before: old() }))).toEqual(["LAST_COPY:shop/db"]);
  });

  test("is not drilled, because it does not say how", () => {
    expect(() => new RunningHive(old(), {} as never)).toThrow(
      "the manifest of stack shop does not say how its tiers are asked whether they are whole, as one that an older " +
        "cdktf-beehive synthesized. Run cdktf synth again.",
    );
  });
});

test("what is no manifest of version 2 is left for the schema to refuse", () => {
  for (const content of [null, 7, [], { version: 2 }, { version: 1, tiers: [] }])
    expect(upgraded(content)).toBe(content);
});
