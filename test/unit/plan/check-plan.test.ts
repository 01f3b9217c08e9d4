import type { Action } from "../../../lib/plan/terraform-plan";
import { manifestFor } from "../../support/manifest";
import { found, machines, manifestTier, planned, verdict, type PlannedResource } from "./plans";

const db = (n: number, from = 1) => machines("db", n, from);
const web = (n: number, from = 1) => machines("web", n, from);
const lb = (n: number, from = 1) => machines("lb", n, from);

describe("harmless plans", () => {
  test("the first deploy is fine", () => {
    const plan = planned({ db: { kind: "db", after: db(3), usedBy: ["web"] }, web: { after: web(4) } });
    expect(verdict(plan)).toMatchObject({ verdict: "fine", findings: [], changes: 14, judged: 14, notJudged: [] });
  });

  test("a tier that a provider runs has no members to count", () => {
    const plan = planned({ web: { after: web(4) } });
    const { manifest } = plan;
    const managed = { ...manifestTier("db", {}), kind: "ManagedDatabase", machines: [], atLeast: 0 };
    expect(verdict({ ...plan, manifest: { ...manifest, tiers: [...manifest.tiers, managed] } })).toMatchObject({
      verdict: "fine",
      findings: [],
    });
  });

  test("a plan that changes nothing is fine", () => {
    const result = verdict(planned({ db: { kind: "db", before: db(3), after: db(3) } }));
    expect(result).toMatchObject({ verdict: "fine", findings: [], notes: [], changes: 0, judged: 0 });
  });

  test("software that changes on every member, one after the other, is fine", () => {
    const all = { before: db(5), after: db(5), changing: db(5) };
    expect(found(verdict(planned({ db: { kind: "db", ...all } })))).toEqual([]);
  });

  test("nodes that are added to a cluster are fine", () => {
    const plan = planned({ db: { kind: "db", before: db(3), after: db(5), changing: db(3) } });
    expect(found(verdict(plan))).toEqual([]);
  });
});

describe("QUORUM_LOSS", () => {
  test("four of five members may not leave at once", () => {
    const result = verdict(planned({ db: { kind: "db", before: db(5), after: db(1) } }));
    expect(found(result)).toEqual(["QUORUM_LOSS:shop/db"]);
    const [finding] = result.findings;
    expect(finding!.problem).toContain("1 of 5 votes would stay, and a majority is 3");
    expect(finding!.instead).toContain("at most 2 of them leave");
    expect(finding!.resources).toHaveLength(4);
    expect(finding!.resources[0]).toEqual({
      address: 'terraform_data.db_members_2072AB5E["db-2"]',
      path: "shop/db/members/Resource",
      actions: ["delete"],
    });
  });

  test("two of five members may leave", () => {
    expect(found(verdict(planned({ db: { kind: "db", before: db(5), after: db(3) } })))).toEqual([]);
  });

  test("two of three members may not be swapped for others", () => {
    const plan = planned({ db: { kind: "db", before: db(3), after: ["db-1", "db-4", "db-5"], changing: ["db-1"] } });
    const result = verdict(plan);
    expect(found(result)).toEqual(["QUORUM_LOSS:shop/db"]);
    expect(result.findings[0]!.problem).toContain("1 of 3 votes would stay, and a majority is 2");
  });

  test("one of three members may be swapped for another", () => {
    const plan = planned({ db: { kind: "db", before: db(3), after: ["db-1", "db-2", "db-4"], changing: db(2) } });
    expect(found(verdict(plan))).toEqual([]);
  });

  test("a member to which nothing was brought yet does not count", () => {
    const plan = planned({ db: { kind: "db", before: db(4), empty: ["db-4"], after: db(2).concat("db-5") } });
    expect(found(verdict(plan))).toEqual([]);
    const held = planned({ db: { kind: "db", before: db(4), after: ["db-1", "db-2", "db-5"] } });
    expect(found(verdict(held))).toEqual(["QUORUM_LOSS:shop/db"]);
  });

  const instances = (names: string[], actions: PlannedResource["actions"], rest: Partial<PlannedResource> = {}) =>
    names.map((name) => ({ path: `aws/${name}/Resource`, type: "aws_instance", actions, ...rest }));
  const three = { db: { kind: "db", before: db(3), after: db(3) } } as const;
  const userData = { before: { user_data: "a" }, after: { user_data: "b" } };

  test("two instances of three may not be stopped for their user_data", () => {
    const result = verdict(planned(three, instances(["db-1", "db-2"], ["update"], userData)));
    expect(found(result)).toEqual(["QUORUM_LOSS:shop/db"]);
    expect(result.findings[0]!.problem).toContain("db-1 is stopped and started for user_data");
  });

  test("one instance of three may be stopped", () => {
    expect(found(verdict(planned(three, instances(["db-1"], ["update"], userData))))).toEqual([]);
  });

  test("one instance of three may not be stopped while software rolls through the others", () => {
    const plan = planned({ db: { ...three.db, changing: db(3) } }, instances(["db-3"], ["update"], userData));
    expect(found(verdict(plan))).toEqual(["QUORUM_LOSS:shop/db"]);
  });

  test("tags of every instance may change", () => {
    const tags = { before: { tags: { a: "1" } }, after: { tags: { a: "2" } } };
    expect(found(verdict(planned(three, instances(db(3), ["update"], tags))))).toEqual([]);
  });

  test("a restart that depends on a value known after apply counts", () => {
    const plan = planned(three, instances(["db-1", "db-2"], ["update"], { before: { instance_type: "t3.small" } }));
    expect(found(verdict(plan))).toEqual(["QUORUM_LOSS:shop/db"]);
  });

  test("two droplets of three may not be replaced, in whichever order", () => {
    for (const actions of [["delete", "create"] as const, ["create", "delete"] as const]) {
      const plan = planned(
        three,
        instances(["db-1", "db-2"], actions).map((r) => ({ ...r, type: "digitalocean_droplet" })),
      );
      expect(found(verdict(plan))).toEqual(["QUORUM_LOSS:shop/db"]);
    }
  });

  test("one droplet of three may be replaced", () => {
    expect(found(verdict(planned(three, instances(["db-2"], ["delete", "create"]))))).toEqual([]);
  });

  test("two volumes of three may not be deleted", () => {
    const volumes = db(2).map((name) => ({
      path: `aws/${name}/data`,
      type: "aws_ebs_volume",
      actions: ["delete"] as const,
    }));
    expect(found(verdict(planned(three, volumes)))).toEqual(["QUORUM_LOSS:shop/db"]);
  });

  test("two volumes of three may not be detached", () => {
    const attachments = db(2).map((name) => ({
      path: `aws/${name}/attachment`,
      type: "aws_volume_attachment",
      actions: ["delete", "create"] as const,
    }));
    expect(found(verdict(planned(three, attachments)))).toEqual(["QUORUM_LOSS:shop/db"]);
  });
});

describe("LAST_COPY", () => {
  test("all members may not be swapped for others", () => {
    const result = verdict(planned({ db: { kind: "db", before: db(3), after: db(3, 4) } }));
    expect(found(result)).toEqual(["LAST_COPY:shop/db"]);
    expect(result.findings[0]!.problem).toContain("find nobody to copy from, and begin empty");
  });

  test("all members may not move to other machines under their names", () => {
    const result = verdict(planned({ db: { kind: "db", before: db(3), after: db(3), moving: db(3) } }));
    expect(found(result)).toEqual(["LAST_COPY:shop/db"]);
    expect(result.notes).toEqual([expect.stringContaining("db-1, db-2, db-3 move to another address")]);
  });

  test("one member may move, with a note that the old address is told to stop", () => {
    const result = verdict(planned({ db: { kind: "db", before: db(3), after: db(3), moving: ["db-2"] } }));
    expect(result).toMatchObject({
      verdict: "fine",
      notes: [expect.stringContaining("what answers at the old one is told to stop")],
    });
  });

  test("a managed database may not be deleted, and a replica of it may", () => {
    const database = { path: "orders", type: "aws_db_instance", actions: ["delete"] as const };
    expect(found(verdict(planned({}, [database])))).toEqual(["LAST_COPY:aws_db_instance.orders"]);
    expect(found(verdict(planned({}, [{ ...database, before: { replicate_source_db: "orders" } }])))).toEqual([]);
  });

  test("a volume may be forgotten, and may not be replaced", () => {
    const volume = { path: "files", type: "digitalocean_volume", actions: ["forget"] as const };
    expect(found(verdict(planned({}, [volume])))).toEqual([]);
    const anew = verdict(planned({}, [{ ...volume, actions: ["delete", "create"] }]));
    expect(anew.findings).toMatchObject([{ rule: "LAST_COPY", problem: expect.stringContaining("made anew, empty") }]);
  });

  test("the last volume of a tier's members may not go; one of two may", () => {
    const tier = { web: { before: web(2), after: web(2), atLeast: 1 } };
    const volume = (name: string, actions: PlannedResource["actions"]) => ({
      path: `rack/${name}/files`,
      type: "digitalocean_volume",
      actions,
    });
    const both = planned(tier, [volume("web-1", ["delete"]), volume("web-2", ["delete"])]);
    expect(found(verdict(both))).toEqual(["LAST_COPY:shop/web"]);
    const one = planned(tier, [volume("web-1", ["delete"]), volume("web-2", ["no-op"])]);
    expect(found(verdict(one))).toEqual([]);
  });

  test("a volume that has left the program is known by its machine's name in the logical id", () => {
    const volume = { path: "aws/db-9/data", type: "aws_ebs_volume", actions: ["delete"] as const, gone: true };
    const plan = planned({ db: { kind: "db", before: [...db(4), "db-9"], after: db(4).concat("db-5") } }, [volume]);
    expect(verdict(plan)).toMatchObject({ verdict: "fine", notJudged: [] });
  });
});

describe("TIER_OVERDRAWN", () => {
  test("a web server may be removed", () => {
    const plan = planned({
      web: { before: web(3), after: web(2), usedBy: ["lb"], changing: web(2) },
      lb: { kind: "lb", before: lb(2), after: lb(2), changing: lb(2) },
    });
    expect(found(verdict(plan))).toEqual([]);
  });

  test("all web servers may be swapped when load balancers learn of the new ones before the old ones stop", () => {
    const balancers = { kind: "lb", before: lb(2), after: lb(2) } as const;
    const servers = { before: web(3), after: web(3, 4), usedBy: ["lb"] };
    expect(found(verdict(planned({ web: servers, lb: { ...balancers, changing: lb(2) } })))).toEqual([]);
    expect(found(verdict(planned({ web: servers, lb: balancers })))).toEqual(["TIER_OVERDRAWN:shop/web"]);
  });

  test("a load balancer that waits for a part of the new servers only does not make the old ones wait", () => {
    const plan = planned({
      web: { before: web(3), after: web(3, 4), usedBy: ["lb"], unchained: ["web-5"] },
      lb: { kind: "lb", before: lb(2), after: lb(2), changing: lb(2) },
    });
    expect(found(verdict(plan))).toEqual(["TIER_OVERDRAWN:shop/web"]);
  });

  test("both load balancers may not be swapped, because nothing makes the old ones wait for the new ones", () => {
    const result = verdict(planned({ lb: { kind: "lb", before: lb(2), after: lb(2, 3) } }));
    expect(found(result)).toEqual(["TIER_OVERDRAWN:shop/lb"]);
    expect(result.findings[0]!.instead).toContain("add the new machines beside the old ones");
  });

  test("one load balancer of two may be swapped", () => {
    const plan = planned({ lb: { kind: "lb", before: lb(2), after: ["lb-1", "lb-3"], changing: ["lb-1"] } });
    expect(found(verdict(plan))).toEqual([]);
  });

  test("a plan that destroys a tier of the program leaves too few", () => {
    const plan = planned({ web: { before: web(2), after: web(2) } });
    for (const { change } of plan.plan.resource_changes) Object.assign(change, { actions: ["delete"], after: null });
    const result = verdict(plan);
    expect(found(result)).toEqual(["TIER_OVERDRAWN:shop/web"]);
    expect(result.findings[0]!.problem).toContain("0 would be left, and the tier works with 1 or more");
  });

  const droplets = (names: string[], actions: PlannedResource["actions"], rest: Partial<PlannedResource> = {}) =>
    names.map((name) => ({ path: `sea/${name}/Resource`, type: "digitalocean_droplet", actions, ...rest }));
  const four = { web: { before: web(4), after: web(4), atLeast: 2 } };

  test("more servers than can be spared may not be resized; as many as can be spared may", () => {
    const size = { before: { size: "s-1vcpu-1gb" }, after: { size: "s-2vcpu-2gb" } };
    expect(found(verdict(planned(four, droplets(web(3), ["update"], size))))).toEqual(["TIER_OVERDRAWN:shop/web"]);
    expect(found(verdict(planned(four, droplets(web(2), ["update"], size))))).toEqual([]);
  });

  test("a server may be resized while software rolls through the others, when two can be spared", () => {
    const size = droplets(["web-4"], ["update"], { before: { size: "s-1vcpu-1gb" }, after: { size: "s-2vcpu-2gb" } });
    const rolling = { ...four.web, changing: web(3) };
    expect(found(verdict(planned({ web: rolling }, size)))).toEqual([]);
    expect(found(verdict(planned({ web: { ...rolling, atLeast: 3 } }, size)))).toEqual(["TIER_OVERDRAWN:shop/web"]);
  });

  test("all servers may be made anew before the old ones go, and not after", () => {
    expect(found(verdict(planned(four, droplets(web(4), ["create", "delete"]))))).toEqual([]);
    expect(found(verdict(planned(four, droplets(web(4), ["delete", "create"]))))).toEqual(["TIER_OVERDRAWN:shop/web"]);
  });
});

describe("TIER_REMOVED", () => {
  const plan = () => planned({ web: { before: web(2), after: web(2) }, old: { kind: "db", before: db(3) } });

  test("a tier that left the program is refused, although nothing tells what it held", () => {
    const result = verdict(plan());
    expect(found(result)).toEqual(["TIER_REMOVED:shop-old"]);
    expect(result.findings[0]!.problem).toContain("db-1, db-2, db-3 would retire at once");
    expect(result.findings[0]!.instead).toContain("--before FILE");
  });

  test("the volumes of a removed tier are part of that finding", () => {
    const volumes = db(3).map((name) => ({
      path: `sea/${name}/v`,
      type: "aws_ebs_volume",
      actions: ["delete"] as const,
      gone: true,
    }));
    expect(found(verdict(planned({ old: { kind: "db", before: db(3) } }, volumes)))).toEqual(["TIER_REMOVED:shop-old"]);
  });

  const earlier = (kind: "db" | "web") =>
    manifestFor({ stack: "shop", machines: {}, tiers: [manifestTier("old", { kind, after: db(3) })] });

  test("the last deploy's manifest tells that it held data", () => {
    expect(found(verdict(plan(), { before: earlier("db") }))).toEqual(["LAST_COPY:shop/old"]);
  });

  test("the last deploy's manifest tells that it held none", () => {
    const result = verdict(plan(), { before: earlier("web") });
    expect(found(result)).toEqual(["TIER_REMOVED:shop/old"]);
    expect(result.findings[0]!.problem).not.toContain("does not tell");
  });
});

describe("UNORDERED", () => {
  test("two voters without a dependency between them may not change in one apply", () => {
    const all = { kind: "db", before: db(3), after: db(3), changing: db(3) } as const;
    const result = verdict(planned({ db: { ...all, unchained: ["db-2"] } }));
    expect(found(result)).toEqual(["UNORDERED:shop/db"]);
    expect(result.findings[0]!.resources).toHaveLength(2);
  });

  test("two voters may not be founded side by side", () => {
    const plan = planned({ db: { kind: "db", after: db(3), unchained: ["db-3"] } });
    expect(found(verdict(plan))).toEqual(["UNORDERED:shop/db"]);
  });

  test("members that do not change need no order", () => {
    const plan = planned({ db: { kind: "db", before: db(3), after: db(3), changing: ["db-1"], unchained: db(3) } });
    expect(found(verdict(plan))).toEqual([]);
  });

  test("as many web servers as can be spared may change side by side, and one more may not", () => {
    const servers = { before: web(4), after: web(4), changing: web(4), unchained: ["web-3"] };
    expect(found(verdict(planned({ web: { ...servers, atLeast: 2 } })))).toEqual([]);
    expect(found(verdict(planned({ web: { ...servers, atLeast: 3 } })))).toEqual(["UNORDERED:shop/web"]);
  });
});

test("new web servers need no order", () => {
  expect(found(verdict(planned({ web: { after: web(4), unchained: web(4) } })))).toEqual([]);
});

test("a machine that several tiers share counts in each of them", () => {
  const vps = machines("vps", 3);
  const plan = planned(
    { db: { kind: "db", before: vps, after: vps }, web: { before: vps, after: vps } },
    ["vps-1", "vps-2"].map((name) => ({ path: `sea/${name}/R`, type: "aws_instance", actions: ["delete", "create"] })),
  );
  expect(found(verdict(plan))).toEqual(["QUORUM_LOSS:shop/db", "TIER_OVERDRAWN:shop/web"]);
});

describe("acknowledgements", () => {
  const plan = () =>
    planned({ db: { kind: "db", before: db(3), after: db(3, 4) }, lb: { kind: "lb", before: lb(2), after: lb(2, 3) } });

  test("one acknowledgement leaves the other finding standing", () => {
    const result = verdict(plan(), { allow: { "LAST_COPY:shop/db": "restored from the backup of today" } });
    expect(result.verdict).toBe("refused");
    expect(result.findings.map(({ acknowledged }) => acknowledged)).toEqual([
      "restored from the backup of today",
      undefined,
    ]);
  });

  test("a plan whose findings are all acknowledged is fine", () => {
    const member = 'terraform_data.db_members_2072AB5E["db-1"]';
    const allow = { [`LAST_COPY:${member}`]: "a test stack", "TIER_OVERDRAWN:shop/lb": "at night" };
    expect(verdict(plan(), { allow }).verdict).toBe("fine");
  });

  test("an acknowledgement that nothing needs is told", () => {
    const result = verdict(planned({}), { allow: { "QUORUM_LOSS:shop/db": "last month" } });
    expect(result).toMatchObject({
      verdict: "fine",
      notes: ["--allow QUORUM_LOSS:shop/db was not needed; remove it."],
    });
  });
});

test("resources of others are counted and named, not judged", () => {
  const plan = planned({ web: { before: web(2), after: web(2), changing: web(2) } }, [
    { path: "dns/record", type: "aws_route53_record", actions: ["delete"] },
    { path: "bastion", type: "aws_instance", actions: ["delete", "create"] },
  ]);
  expect(verdict(plan)).toMatchObject({
    verdict: "fine",
    changes: 4,
    judged: 2,
    notJudged: [expect.stringMatching(/^aws_route53_record\.dns_record_/), "aws_instance.bastion"],
  });
});

test("what a machine brings itself is one of Beehive's tasks, and no change of its tier", () => {
  const again: readonly Action[] = ["delete", "create"];
  const plan = planned({ db: { kind: "db", before: db(3), after: db(3) } }, [
    { path: "aws/db-1/data/db-1", type: "terraform_data", actions: again },
    { path: "aws/db-2/data/db-2", type: "terraform_data", actions: again },
    { path: "aws/db-2/data/other", type: "terraform_data", actions: again },
  ]);
  expect(verdict(plan)).toMatchObject({
    verdict: "fine",
    changes: 3,
    judged: 2,
    notJudged: [expect.stringMatching(/^terraform_data\.aws_db-2_data_other_/)],
  });
});

test("a thousand web servers that change in turn are fine", () => {
  const all = web(1000);
  expect(verdict(planned({ web: { before: all, after: all, changing: all } }))).toMatchObject({
    verdict: "fine",
    judged: 1000,
  });
});

describe("plans that do not belong to the manifest", () => {
  const mine = () => planned({ web: { before: web(2), after: web(2) } });

  test("a plan of another stack is refused", () => {
    const other = planned({ forum: { before: web(2), after: web(2) } });
    expect(() => verdict({ ...mine(), plan: other.plan })).toThrow("the plan is not a plan of stack shop");
  });

  test("a plan of an earlier program is refused", () => {
    const earlier = planned({ web: { before: web(2), after: web(3) } });
    expect(() => verdict({ ...mine(), plan: earlier.plan })).toThrow(/web-3_\w{8} is not in cdk.tf.json/);
  });

  test("a plan that delivers other content is refused", () => {
    const changed = mine();
    const rollouts = Object.values(changed.synthesized.resource.terraform_data!) as Record<string, unknown>[];
    Object.assign(rollouts[1]!, { triggers_replace: { content: "d" } });
    expect(() => verdict(changed)).toThrow("delivers something else");
  });

  test("a manifest of another synth than cdk.tf.json is refused", () => {
    const { manifest } = planned({ web: { after: web(3) } });
    expect(() => verdict({ ...mine(), manifest })).toThrow("is not of the cdk.tf.json beside it");
  });
});
