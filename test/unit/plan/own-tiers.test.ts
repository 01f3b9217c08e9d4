import type { ManifestTier } from "../../../lib/manifest/manifest";
import { manifestFor } from "../../support/manifest";
import { found, machines, manifestTier, planned, verdict, type PlannedResource, type PlannedTier } from "./plans";

const node = (n: number) => machines("node", n);

/** A tier class of a user. */
const own = (tier: PlannedTier, says: Partial<ManifestTier>) =>
  planned({ db: { ...tier, says: { kind: "EtcdRing", engine: "etcd", ...says } } });
const votes = (members: Record<string, number>, rest: object = {}): ManifestTier["votes"] => ({
  members,
  quorum: "majority",
  ...rest,
});
const each = (names: readonly string[]) => votes(Object.fromEntries(names.map((name) => [name, 1])));

describe("a user's own tier that says who votes", () => {
  test("may not go from five voters to one, in the words in which a GaleraCluster may not", () => {
    const shrunk = { before: node(5), after: node(1) };
    const mine = verdict(own(shrunk, { votes: each(node(1)) }));
    const galera = verdict(planned({ db: { kind: "db", ...shrunk } }));
    expect(found(mine)).toEqual(["QUORUM_LOSS:shop/db"]);
    expect(mine.findings).toEqual(galera.findings);
  });

  test("that says nothing of votes counts members only", () => {
    expect(found(verdict(own({ before: node(5), after: node(1), atLeast: 1 }, {})))).toEqual([]);
  });

  test("loses its quorum with the one member that has most votes", () => {
    const weights = { "node-1": 3, "node-2": 1, "node-3": 1 };
    const before = manifestFor({
      stack: "shop",
      machines: {},
      tiers: [manifestTier("db", { after: node(3), says: { votes: votes(weights) } })],
    });
    const without = (machine: string) => {
      const after = node(3).filter((name) => name !== machine);
      const left = Object.fromEntries(after.map((name) => [name, 1]));
      return verdict(own({ before: node(3), after, atLeast: 1 }, { votes: votes(left) }), { before });
    };
    const heavy = without("node-1");
    expect(found(heavy)).toEqual(["QUORUM_LOSS:shop/db"]);
    expect(heavy.findings[0]!.problem).toContain(
      "1 of 3 members, with 3 of 5 votes, leave in one apply: node-1 retires. 2 of 5 votes would stay, and a majority is 3.",
    );
    expect(heavy.findings[0]!.instead).toContain("members with at most 2 votes leave");
    expect(found(without("node-2"))).toEqual([]);
  });

  test("has a quorum of its own, when it says one", () => {
    const shrunk = { before: node(5), after: node(3) };
    expect(found(verdict(own(shrunk, { votes: each(node(3)) })))).toEqual([]);
    const strict = verdict(own(shrunk, { votes: { ...each(node(3))!, quorum: 4 } }));
    expect(found(strict)).toEqual(["QUORUM_LOSS:shop/db"]);
    expect(strict.findings[0]!.problem).toContain("3 of 5 votes would stay, and the quorum is 4.");
  });

  test("counts the arbitrator on another tier's machine, and its outage", () => {
    const ballot = { votes: votes({ "node-1": 1, "node-2": 1, "web-1": 1 }, { arbitrators: ["web-1"] }) };
    const plan = (resources: PlannedResource[]) =>
      planned(
        {
          db: { before: node(2), after: node(2), atLeast: 1, says: ballot },
          web: { before: machines("web", 3), after: machines("web", 3), atLeast: 1 },
        },
        resources,
      );
    const replaced = (name: string): PlannedResource => ({
      path: `aws/${name}/Resource`,
      type: "aws_instance",
      actions: ["delete", "create"],
    });
    expect(found(verdict(plan([replaced("web-1")])))).toEqual([]);
    expect(found(verdict(plan([replaced("web-1"), replaced("node-1")])))).toEqual(["QUORUM_LOSS:shop/db"]);
  });
});

describe("a user's own tier that says what it keeps", () => {
  const keeps = (copies: "each" | number) => ({ data: [{ what: "the files", folder: "/srv/brick", copies }] });

  test("may not lose all members that hold it", () => {
    const swap = { before: node(3), after: ["node-4", "node-5", "node-6"], atLeast: 1, usedBy: ["web"] };
    expect(found(verdict(own(swap, keeps("each"))))).toEqual(["LAST_COPY:shop/db"]);
  });

  test("may not lose as many members as there are copies, and may lose one less", () => {
    const six = (left: number) => own({ before: node(6), after: node(left), atLeast: 1 }, keeps(2));
    const two = verdict(six(4));
    expect(found(two)).toEqual(["LAST_COPY:shop/db"]);
    expect(two.findings[0]!.problem).toBe(
      "2 of 6 members that hold the files leave in one apply: node-5 retires, node-6 retires. It has 2 copies, and all " +
        "copies of a part of it may be among them.",
    );
    expect(found(verdict(six(5)))).toEqual([]);
  });

  test("does not count an arbitrator among those that hold it", () => {
    const left = { before: node(3), after: ["node-3", "node-4", "node-5"], atLeast: 1 };
    const says = { ...keeps("each"), votes: votes({ "node-3": 1 }, { arbitrators: ["node-3"], quorum: 1 }) };
    expect(found(verdict(own(left, says)))).toEqual(["LAST_COPY:shop/db"]);
  });

  test("may not lose a resource that the plan guard knows only by what the tier says", () => {
    const volume: PlannedResource = { path: "files/share", type: "hcloud_volume", actions: ["delete"] };
    const plan = (says?: Partial<ManifestTier>) => planned({ db: { before: node(2), after: node(2), says } }, [volume]);
    const said = { data: [{ what: "the files", resources: ["shop/files/share"], copies: 1 as const }] };
    expect(verdict(plan())).toMatchObject({ findings: [], notJudged: [expect.stringContaining("hcloud_volume")] });
    const result = verdict(plan(said));
    expect(result.findings.map(({ rule }) => rule)).toEqual(["LAST_COPY"]);
    expect(result.findings[0]!.problem).toContain("the resource that holds the files is deleted;");
    expect(result.notJudged).toEqual([]);
  });
});
