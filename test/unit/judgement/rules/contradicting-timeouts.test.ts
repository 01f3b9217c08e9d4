import { Hive } from "../../../../lib/stack/hive";
import { Duration, FloatingAddress, GaleraTimeouts, HealthCheck, Machines, WebApp } from "../../../../lib";
import type { Manifest } from "../../../../lib/manifest/manifest";
import { recoveryOf } from "../../../../lib/judgement/recovery";
import { hosts, shop, SHOP_APP, type HiveOptions } from "../../../support/hive";
import { findingsIn, without } from "../../../support/hive-manifest";

/** Real tiers, because the rule is about their settings: a machine for each role, zones a, b and c. */
function hive({ db, web, entrance, ...rest }: HiveOptions = {}): Manifest {
  const { stack } = shop({
    hosts: hosts({ lb: 2, web: 3, db: 3 }),
    db: { machines: Machines.labelled({ role: "db" }), ...db },
    web: { machines: Machines.labelled({ role: "web" }), ...web },
    entrance: { machines: Machines.labelled({ role: "lb" }), ...entrance },
    ...rest,
  });
  return Hive.of(stack).manifest();
}

const found = (manifest: Manifest) => findingsIn(manifest, "CONTRADICTING_TIMEOUTS");
const subjects = (manifest: Manifest) => found(manifest).map(({ subject }) => subject);
const app = (healthAsksDatabase: boolean) =>
  WebApp.php({ source: SHOP_APP, healthPath: "/health", healthAsksDatabase });
const address = (advertInterval: Duration) => FloatingAddress.virtualIp("10.77.0.100", { advertInterval });

test.each([
  ["lan-safe, the default", GaleraTimeouts.lanSafe()],
  ["lan-fast, as in the example", GaleraTimeouts.lanFast()],
])("the defaults with %s do not contradict each other", (_, timeouts) => {
  expect(found(hive({ db: { timeouts } }))).toEqual([]);
});

describe("an answer that is given up while the database moves its writer", () => {
  test("is found with the profile for regions, whose 33.35 s are longer than the default of 30 s", () => {
    const manifest = hive({ db: { timeouts: GaleraTimeouts.wan() } });
    expect(recoveryOf(manifest, "shop/db", "machine")?.seconds).toBe(33.35);
    const [finding] = found(manifest);
    expect(finding).toMatchObject({
      id: "CONTRADICTING_TIMEOUTS:shop/entrance.serverTimeout",
      level: "warning",
      message:
        "shop/entrance gives an answer up after serverTimeout 30 s, and shop/db needs 33 s to move its writer when machine db-1 " +
        "dies: requests that wait for it end with 504 before it is back.",
      fix: "Raise it: serverTimeout: Duration.seconds(34) or more, or shop/db: timeouts: GaleraTimeouts.lanSafe().",
      cutSet: ["db-1"],
    });
    expect(without(manifest, finding!.cutSet).works).toBe(true);
  });

  test("is found when visitors are given up after 5 s, and not after 7 s", () => {
    expect(subjects(hive({ entrance: { serverTimeout: Duration.seconds(5) } }))).toEqual([
      "shop/entrance.serverTimeout",
    ]);
    expect(subjects(hive({ entrance: { serverTimeout: Duration.seconds(7) } }))).toEqual([]);
  });

  test("is no matter where no database is behind the entrance", () => {
    expect(subjects(hive({ web: { database: undefined }, entrance: { serverTimeout: Duration.seconds(5) } }))).toEqual(
      [],
    );
  });
});

describe("servers that are all taken out because their health path asks the database", () => {
  const asking = hive({ web: { app: app(true) } });

  test("are found, with a number of failures that is patient enough", () => {
    const [finding, ...others] = found(asking);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      id: "CONTRADICTING_TIMEOUTS:shop/entrance.healthCheck",
      level: "warning",
      message:
        "shop/entrance takes a server out that fails its checks for 1.7 s (checkInterval 0.5 s + checkFall 2 x checkTimeout 0.5 s " +
        "+ checkFall 2 x checkFastInterval 0.1 s), and shop/db needs 6.85 s to move its writer. /health asks the database " +
        "(healthAsksDatabase), so that all of web-1, web-2, web-3 are out at once and visitors get 503.",
      fix: "Leave the database out of /health, or wait until the database is back: healthCheck: HealthCheck.http({ fall: 11 }) (7.1 s).",
      cutSet: ["web-1", "web-2"],
    });
    expect(without(asking, finding!.cutSet).works).toBe(false);
  });

  test("are fine when checked so patiently as the fix says, and not one failure less", () => {
    const falling = (fall: number) =>
      hive({ web: { app: app(true) }, entrance: { healthCheck: HealthCheck.http({ fall }) } });
    expect([subjects(falling(10)), subjects(falling(11))]).toEqual([["shop/entrance.healthCheck"], []]);
  });

  test("are fine when their health path leaves the database out", () => {
    expect(subjects(hive({ web: { app: app(false) } }))).toEqual([]);
  });

  test("are not judged when the load balancer asks a path of its own", () => {
    const healthCheck = HealthCheck.http({ path: "/alive" });
    expect(subjects(hive({ web: { app: app(true) }, entrance: { healthCheck } }))).toEqual([]);
  });
});

describe("an address that stays where the database has given up", () => {
  const together: HiveOptions = { hosts: hosts({ vps: 3 }), site: { shareMachines: true } };
  const slow = { entrance: { address: address(Duration.seconds(1)) }, db: { timeouts: GaleraTimeouts.lanFast() } };
  const sharing = (options: HiveOptions) => Hive.of(shop({ ...together, ...options }).stack).manifest();

  test("is found on machines that both share", () => {
    const manifest = sharing(slow);
    const [finding, ...others] = found(manifest);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      id: "CONTRADICTING_TIMEOUTS:shop/entrance.advertInterval",
      level: "warning",
      message:
        "machine vps-1 holds members of shop/entrance and shop/db. When it is silent, the writer moves after suspect 1 s + " +
        "inactiveCheck 0.2 s = 1.2 s, the address only after 4 x advertInterval 1 s = 4 s: visitors hang at a machine that the " +
        "database has given up.",
      fix: "Lower it: advertInterval: Duration.millis(300) or less, or let the database wait as long: timeouts: GaleraTimeouts.lanSafe().",
      cutSet: ["vps-1"],
    });
    expect(without(manifest, finding!.cutSet).works).toBe(true);
  });

  test("is fine with each of the two changes that the fix names", () => {
    expect(subjects(sharing({ ...slow, entrance: { address: address(Duration.millis(300)) } }))).toEqual([]);
    expect(subjects(sharing({ ...slow, db: { timeouts: GaleraTimeouts.lanSafe() } }))).toEqual([]);
  });

  test("is found in a zone that both share", () => {
    expect(found(hive(slow)).map(({ subject, cutSet }) => [subject, cutSet])).toEqual([
      ["shop/entrance.advertInterval", ["zone rack/a"]],
    ]);
  });

  test("is no matter where no loss brings both", () => {
    const [lb, db] = [hosts({ lb: 2 }), hosts({ db: 3 }).map((host) => ({ ...host, zone: `d${host.zone}` }))];
    const web = hosts({ web: 3 }).map((host) => ({ ...host, address: host.address.replace(".0.", ".1.") }));
    const moved = db.map((host) => ({ ...host, address: host.address.replace(".0.", ".2.") }));
    expect(subjects(hive({ ...slow, hosts: [...lb, ...web, ...moved] }))).toEqual([]);
  });
});

test("one of them is acknowledged alone", () => {
  const manifest = hive({ web: { app: app(true) }, entrance: { serverTimeout: Duration.seconds(5) } });
  const acknowledgements = [
    { finding: "CONTRADICTING_TIMEOUTS:shop/entrance.healthCheck", reason: "all pages need it" },
  ];
  const reasons = found({ ...manifest, acknowledgements }).map(({ subject, acknowledged }) => [subject, acknowledged]);
  expect(Object.fromEntries(reasons)).toEqual({
    "shop/entrance.healthCheck": "all pages need it",
    "shop/entrance.serverTimeout": undefined,
  });
});
