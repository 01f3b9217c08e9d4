import { Testing, TerraformStack } from "../../../lib/cdktf";
import {
  acknowledge,
  AvailabilityPromise,
  type AvailabilityPromiseProps,
  Dependency,
  Duration,
  GaleraTimeouts,
  Machines,
  Reliability,
} from "../../../lib";
import { Hive } from "../../../lib/stack/hive";
import { predict } from "../../../lib/judgement/prediction";
import { whatIfs } from "../../../lib/judgement/what-if";
import { hosts, shop, synth, type HiveOptions } from "../../support/hive";

const byRole: HiveOptions = {
  hosts: hosts({ lb: 2, web: 3, db: 3 }),
  db: { machines: Machines.labelled({ role: "db" }) },
  web: { machines: Machines.labelled({ role: "web" }) },
  entrance: { machines: Machines.labelled({ role: "lb" }) },
};

function promising(promise: Partial<AvailabilityPromiseProps>, options: HiveOptions = {}) {
  const hive = shop({ ...byRole, ...options });
  const slo = new AvailabilityPromise(hive.stack, "slo", { entrance: hive.entrance, ...promise });
  return { ...hive, slo };
}

/** Both load balancers in zone a, the rest spread. */
const zoneOf = (host: string): string => (host.startsWith("lb") ? "a" : "abc"[Number(host.slice(-1)) - 1]!);

const warningsOf = (stack: TerraformStack): string[] =>
  stack.node
    .findAll()
    .flatMap((construct) => construct.node.metadata)
    .filter(({ type }) => type === "@cdktf/warn")
    .map(({ data }) => String(data));

describe("a promise at synth", () => {
  test("that the structure can keep lets synth pass", () => {
    const { stack } = promising({
      availability: "99.9%",
      rto: { machine: Duration.seconds(7), zone: Duration.seconds(7) },
    });
    expect(() => synth(stack)).not.toThrow();
  });

  test("makes no resource and changes no hash", () => {
    const without = shop(byRole);
    const { stack } = promising({ availability: "99.9%" });
    expect(Object.keys(synth(stack).resource)).toEqual(["terraform_data"]);
    expect(Object.keys(synth(stack).resource.terraform_data)).toEqual(
      Object.keys(synth(without.stack).resource.terraform_data),
    );
    expect(Hive.of(stack).manifest().hash).toBe(Hive.of(without.stack).manifest().hash);
  });

  test("of more nines than there are fails synth, with what is missing and what holds it back", () => {
    const { stack } = promising({ availability: "99.99%" });
    expect(() => synth(stack)).toThrow(
      /availability is promised as 99\.99 % \(53 min a year\) and predicted as 99\.9873 % .*14 min a year too much; most of it: shop\/db: common cause \(25 % of it\)/,
    );
  });

  test("of a shorter recovery fails synth, with the derivation and the setting that would keep it", () => {
    const { stack } = promising({ rto: { machine: Duration.seconds(3) } });
    expect(() => synth(stack)).toThrow(
      /RTO machine is promised as 3 s and predicted as 6\.85 s: shop\/db needs suspect 4 s .* \+ 2 x joinRetransmission 1 s .* = 6\.85 s/,
    );
    expect(() => synth(stack)).toThrow(
      /each would keep the promise: "shop\/db: timeouts: GaleraTimeouts\.lanFast\(\)" \(no new machine; RTO machine 2\.1 s\)/,
    );
  });

  test("is kept by the very change that it named", () => {
    const { stack } = promising(
      { rto: { machine: Duration.seconds(3) } },
      { db: { ...byRole.db, timeouts: GaleraTimeouts.lanFast() } },
    );
    expect(() => synth(stack)).not.toThrow();
  });

  test("that needs one more machine names it", () => {
    const machine = Reliability.measured({ mtbf: Duration.minutes(60 * 24), mttr: Duration.minutes(60) }, "our log");
    const { stack } = promising({ availability: "97.9%" }, { site: { reliability: { machine } } });
    expect(() => synth(stack)).toThrow(
      /"shop\/web: servers: 4, needed: 2, the new one in zone a" \(1 more machine; 9[78]\.\d+ %\)/,
    );
  });

  test("names the zone of the new machine, because in another one it would not help", () => {
    const both = hosts({ lb: 2, web: 3, db: 3 }).map((host) => ({ ...host, zone: zoneOf(host.name) }));
    const manifest = Hive.of(shop({ ...byRole, hosts: both }).stack).manifest();
    expect(whatIfs(manifest).map(({ change }) => change)).toContain("shop/entrance: servers: 3, the new one in zone b");
  });

  test("predicts of a change what the changed program then predicts of itself", () => {
    const before = Hive.of(shop(byRole).stack).manifest();
    const fourth = whatIfs(before).find(({ change }) => change.startsWith("shop/web: servers: 4, needed: 2"))!;
    const changed = shop({
      ...byRole,
      hosts: hosts({ lb: 2, web: 4, db: 3 }),
      web: { ...byRole.web, servers: 4, needed: 2 },
    });
    const tried = predict(fourth.apply(before)).prediction.total.unavailability.likely;
    const made = predict(Hive.of(changed.stack).manifest()).prediction.total.unavailability.likely;
    expect(Math.abs(tried / made - 1)).toBeLessThan(1e-12);
  });

  test("that a fourth server breaks is kept by saying how many are needed, without a fifth", () => {
    const web = { ...byRole.web, servers: 4 };
    const four = { ...byRole, hosts: hosts({ lb: 2, web: 4, db: 3 }), web };
    const rto = { zone: Duration.seconds(30) };
    expect(() => synth(promising({ rto }, four).stack)).toThrow(
      /"shop\/web: needed: 2, if 2 of the 4 carry a busy day" \(no new machine; RTO zone/,
    );
    synth(promising({ rto }, { ...four, web: { ...web, needed: 2 } }).stack);
  });

  test("names the line of the program that makes it", () => {
    const { stack } = promising({ availability: "99.99%" });
    expect(() => synth(stack)).toThrow(/\(test\/synth\/promises\/availability-promise\.test\.ts:\d+\)/);
  });

  test("of a site's loss is refused: nothing runs elsewhere", () => {
    const { stack } = promising({ rto: { site: Duration.minutes(5) } });
    expect(() => synth(stack)).toThrow(
      "RTO site is promised as 5 min and predicted as until it is repaired: " +
        "the loss of site rack takes shop/db, shop/web, shop/entrance down.",
    );
  });

  test("of no lost write holds for Galera with a condition that is said", () => {
    const { stack } = promising({ rpo: { machine: Duration.seconds(0) } });
    synth(stack);
    expect(warningsOf(stack)).toEqual([
      expect.stringContaining("but 0 is not guaranteed"),
      expect.stringMatching(/^SHARED_FATE:site rack: site rack alone takes shop\/entrance down/),
    ]);
  });

  test("only warns when the program wants that", () => {
    const { stack } = promising({ rto: { machine: Duration.seconds(3) }, onBreach: "warn" });
    expect(() => synth(stack)).not.toThrow();
    expect(warningsOf(stack)).toEqual([
      expect.stringContaining("RTO machine is promised as 3 s"),
      expect.stringContaining("GaleraTimeouts.lanFast()"),
      expect.stringContaining("SHARED_FATE:site rack"),
    ]);
  });

  const oneZone = {
    ...byRole,
    hosts: hosts({ lb: 2, web: 3, db: 3 }).map((host) => ({ ...host, zone: zoneOf(host.name) })),
  };

  test("fails when one zone alone takes the entrance down, and names the rule and the fix", () => {
    const { stack } = promising({ availability: "99%" }, oneZone);
    expect(() => synth(stack)).toThrow(/SHARED_FATE:zone rack\/a: zone rack\/a alone takes shop\/entrance down/);
  });

  test("lets an acknowledged finding pass, and keeps silent about it", () => {
    const { stack } = promising({ availability: "99%" }, oneZone);
    acknowledge(stack, "SHARED_FATE:zone rack/a", "Both load balancers move in spring.");
    acknowledge(stack, "SHARED_FATE:site rack", "One rack until spring.");
    synth(stack);
    expect(warningsOf(stack)).toEqual([]);
  });
});

describe("a promise is refused at once", () => {
  test.each<[string, Partial<AvailabilityPromiseProps>, string]>([
    ["with a number for a percentage", { availability: "0.9999" }, 'availability is "0.9999"; write a percentage'],
    ["of 100 %", { availability: "100%" }, 'availability is "100%"; nothing works always. Promise 99.99% or less.'],
    ["of 0.99 %", { availability: "0.99%" }, "that is down most of the time"],
    [
      "that promises nothing",
      {},
      'shop/slo: promises nothing; give availability, rto or rpo, for example availability: "99.95%", or leave the promise out.',
    ],
    [
      "with a property of another name",
      { RTO: {} } as never,
      '"RTO" is no property here; allowed are entrance, availability',
    ],
    [
      "with a zone that is over sooner than a machine",
      { rto: { machine: Duration.seconds(5), zone: Duration.seconds(2) } },
      "rto.zone is 2 s and rto.machine is 5 s; the loss of a zone contains the loss of a machine",
    ],
    [
      "with a recovery longer than the year allows",
      { availability: "99.999%", rto: { machine: Duration.minutes(10) } },
      "rto.machine is 600 s, and the availability allows 316 s in a year",
    ],
    [
      "with seconds as a number",
      { rto: { machine: 5 } } as never,
      "rto.machine is 5; must be a Duration, for example machine: Duration.seconds(2).",
    ],
  ])("%s", (_, promise, message) => {
    const { stack, entrance } = shop(byRole);
    expect(() => new AvailabilityPromise(stack, "slo", { entrance, ...promise })).toThrow(message);
  });

  test("when another one says something else of the same entrance", () => {
    const { stack, entrance } = promising({ availability: "99.9%" });
    expect(() => new AvailabilityPromise(stack, "sla", { entrance, availability: "99.5%" })).toThrow(
      "shop/sla: shop/slo promises another availability for shop/entrance; one entrance has one promise. Keep the stricter one.",
    );
  });
});

describe("what the library cannot see", () => {
  test("an external service is in series with the tiers that need it", () => {
    const { stack, web } = promising({ availability: "99.9%" });
    new Dependency(stack, "payments", { reliability: Reliability.sla("99.9%", "contract of 2026"), neededBy: [web] });
    const { structure } = Hive.of(stack).manifest();
    expect(structure.tiers["shop/web"]!.needs).toEqual(["shop/db", "shop/payments"]);
    expect(structure.nodes["shop/payments"]).toMatchObject({
      kind: "dependency",
      provenance: "sla",
      source: "contract of 2026",
    });
    expect(() => synth(stack)).toThrow(/most of it: shop\/payments \(89 % of it\)/);
  });

  test("a shared switch takes its machines with it", () => {
    const { stack } = promising({ rto: { zone: Duration.seconds(7) } });
    new Dependency(stack, "switch", { reliability: Reliability.assumed("99.99%"), carries: ["lb-1", "lb-2"] });
    const { nodes } = Hive.of(stack).manifest().structure;
    expect(nodes["lb-1"]!.in).toEqual(["zone rack/a", "shop/switch"]);
    expect(nodes["web-1"]!.in).toEqual(["zone rack/a"]);
  });

  test("a machine that no tier has is refused, with those that there are", () => {
    const { stack } = shop(byRole);
    new Dependency(stack, "switch", { reliability: Reliability.assumed("99.99%"), carries: ["lb-9"] });
    expect(() => Testing.synth(stack, true)).toThrow(
      "shop/switch: carries names lb-9, which no tier runs on; machines of the hive are db-1, db-2, db-3, web-1",
    );
  });

  test("nobody who needs it is refused", () => {
    const { stack } = shop(byRole);
    expect(() => new Dependency(stack, "cdn", { reliability: Reliability.assumed("99.9%") })).toThrow(
      'shop/cdn: neededBy is []; name what needs it: neededBy: [web] or carries: ["web-1"].',
    );
  });
});

describe("acknowledging", () => {
  test("a finding puts it into the manifest with its reason", () => {
    const { stack } = shop(byRole);
    acknowledge(stack, "SHARED_FATE:site rack", "One rack until spring.");
    expect(Hive.of(stack).manifest().acknowledgements).toEqual([
      { finding: "SHARED_FATE:site rack", reason: "One rack until spring." },
    ]);
  });

  test("without a reason, or something that is no finding, is refused", () => {
    const { stack } = shop(byRole);
    expect(() => acknowledge(stack, "SHARED_FATE:site rack", " ")).toThrow(
      "say why you live with SHARED_FATE:site rack.",
    );
    expect(() => acknowledge(stack, "everything", "no")).toThrow(
      'name it as the report does: "SHARED_FATE:site rack".',
    );
  });
});

describe("the manifest's structure", () => {
  test("has a node for each machine, zone and site, and a tier for each tier", () => {
    const { stack } = shop(byRole);
    const { structure, resources } = Hive.of(stack).manifest();
    expect(Object.keys(structure.nodes).sort()).toEqual(
      ["db-1", "db-2", "db-3", "lb-1", "lb-2", "site rack", "web-1", "web-2", "web-3"].concat([
        "zone rack/a",
        "zone rack/b",
        "zone rack/c",
      ]),
    );
    expect(structure.nodes["db-1"]!.in).toEqual(["zone rack/a"]);
    expect(structure.nodes["zone rack/a"]!.in).toEqual(["site rack"]);
    expect(structure.tiers["shop/db"]).toMatchObject({ atLeast: 2, of: ["db-1", "db-2", "db-3"], needs: [] });
    expect(structure.tiers["shop/web"]).toMatchObject({ atLeast: 2, needs: ["shop/db"] });
    expect(structure.tiers["shop/entrance"]).toMatchObject({ atLeast: 1, of: ["lb-1", "lb-2"], needs: ["shop/web"] });
    expect(resources).toEqual({ modelled: 8, others: [] });
  });

  test("takes what the program says of its reliability", () => {
    const { stack } = shop({
      ...byRole,
      hosts: hosts({ lb: 2, web: 3, db: 3 }).map((host) =>
        host.name === "db-1" ? { ...host, reliability: Reliability.measured("99.5%", "our log") } : host,
      ),
      site: { reliability: { machine: Reliability.sla("99.9%", "the seller") } },
    });
    const { nodes } = Hive.of(stack).manifest().structure;
    expect(nodes["db-1"]).toMatchObject({ probability: [0.005, 0.005, 0.005], provenance: "measured" });
    expect(nodes["db-2"]).toMatchObject({
      probability: [0.001, 0.001, 0.001],
      provenance: "sla",
      source: "the seller",
    });
  });
});
