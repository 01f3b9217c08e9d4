import { UpgradeError } from "../../../lib/upgrade/errors";
import { allWaves, refuseMix, refuseOutage } from "../../../lib/upgrade/upgrade-plan";
import { dependentsFirst } from "../../../lib/upgrade/upgrade";
import { MACHINES, survey, tenMachines, TIERS } from "./hive";

const names = Object.keys(MACHINES);
const LEADERS = new Map([
  ["shop/db", ["db-1"]],
  ["shop/entrance", ["lb-1"]],
]);
const state = { remaining: names, unfinished: [], leaders: LEADERS, first: true };

const refusal = (work: () => void): UpgradeError => {
  try {
    work();
  } catch (error) {
    return error as UpgradeError;
  }
  throw new Error("nothing was refused");
};

describe("the order of an upgrade", () => {
  test("begins with one machine that keeps nothing, and ends with those that lead", () => {
    expect(allWaves(tenMachines(), state)).toEqual([
      ["web-1"],
      ["web-2"],
      ["web-3", "lb-2"],
      ["web-4"],
      ["web-5"],
      ["db-2"],
      ["db-3"],
      ["lb-1"],
      ["db-1"],
    ]);
  });

  test("takes of many machines of one zone a quarter of their tier at once, and no two zones", () => {
    const web = Array.from({ length: 16 }, (_, i) => `web-${i + 1}`);
    const machines = Object.fromEntries(web.map((name, i) => [name, i < 8 ? "a" : "b"]));
    const manifest = tenMachines({ "shop/web": { of: web, atLeast: 2 } }, machines);
    const waves = allWaves(manifest, { ...state, remaining: web, leaders: new Map() });
    expect(waves.map(({ length }) => length)).toEqual([1, 4, 3, 4, 4]);
    for (const wave of waves) expect(new Set(wave.map((name) => machines[name])).size).toBe(1);
  });

  test("never takes two voters of a quorum, though they are in one zone", () => {
    const machines = { "db-1": "a", "db-2": "a", "db-3": "a", "db-4": "a", "db-5": "a" };
    const db = Object.keys(machines);
    const manifest = tenMachines({ "shop/db": { of: db, atLeast: 3, votes: true, data: true } }, machines);
    const waves = allWaves(manifest, { ...state, remaining: db, leaders: new Map([["shop/db", ["db-3"]]]) });
    expect(waves).toEqual([["db-1"], ["db-2"], ["db-4"], ["db-5"], ["db-3"]]);
  });

  test("begins with machines on which an upgrade was cut off", () => {
    expect(allWaves(tenMachines(), { ...state, unfinished: ["db-1"] })[0]).toEqual(["db-1"]);
  });

  test("leaves out what has nothing to do", () => {
    expect(allWaves(tenMachines(), { ...state, remaining: ["db-1", "db-3"] })).toEqual([["db-3"], ["db-1"]]);
    expect(allWaves(tenMachines(), { ...state, remaining: [] })).toEqual([]);
  });

  test("on machines that run everything, the leaders come last", () => {
    const machines = { "vps-a": "a", "vps-b": "b", "vps-c": "c" };
    const of = Object.keys(machines);
    const manifest = tenMachines(
      {
        "shop/db": { of, atLeast: 2, votes: true, data: true },
        "shop/web": { of, atLeast: 1 },
        "shop/entrance": { of, atLeast: 1 },
      },
      machines,
    );
    const leaders = new Map([
      ["shop/db", ["vps-a"]],
      ["shop/entrance", ["vps-b"]],
    ]);
    expect(allWaves(manifest, { ...state, remaining: of, leaders })).toEqual([["vps-c"], ["vps-a"], ["vps-b"]]);
  });
});

test("tiers leave a machine before those that they need", () => {
  expect(dependentsFirst(tenMachines())).toEqual(["shop/entrance", "shop/web", "shop/db"]);
});

describe("an upgrade is refused", () => {
  const alone = { ...TIERS, "shop/entrance": { of: ["lb-1"], atLeast: 1, needs: ["shop/web"] } };

  test("where a tier cannot spare the machine, with the way to accept it", () => {
    const { message, problem } = refusal(() => refuseOutage(tenMachines(alone), names, []));
    expect(problem).toBe("usage");
    expect(message).toBe(
      "shop/entrance cannot spare a machine: it needs 1 of its 1 machine, and it has lb-1. It would be down while one of them " +
        "is upgraded. Give it another machine, or accept that: --accept-outage shop/entrance",
    );
  });

  test("not where that is accepted, or the machine has nothing to do", () => {
    expect(() => refuseOutage(tenMachines(alone), names, ["shop/entrance"])).not.toThrow();
    expect(() => refuseOutage(tenMachines(alone), ["web-1"], [])).not.toThrow();
  });

  test("where an accepted tier is none", () => {
    const { message } = refusal(() => refuseOutage(tenMachines(), names, ["shop/front"]));
    expect(message).toBe(
      '--accept-outage names "shop/front", which is no tier; allowed are shop/db, shop/web, shop/entrance.',
    );
  });

  test("where two members of three votes are what a quorum needs", () => {
    const two = {
      ...TIERS,
      "shop/db": { of: ["db-1", "db-2"], atLeast: 1, votes: { "db-1": 1, "db-2": 1 }, data: true },
    };
    const { message } = refusal(() => refuseOutage(tenMachines(two), names, []));
    expect(message).toContain("shop/db cannot spare a machine: it needs 2 of its 2 votes, and it has db-1, db-2.");
  });

  test("where one database runs on two releases of Debian, with the order to take", () => {
    const surveys = new Map(names.map((name) => [name, survey()]));
    surveys.set("db-2", survey({ debian: "12", versions: { "mariadb-server": "1:10.11.14-0+deb12u2" } }));
    surveys.set("db-1", survey({ versions: { "mariadb-server": "1:11.8.3-0+deb13u1" } }));
    const { message, problem } = refusal(() => refuseMix(tenMachines(), surveys));
    expect(problem).toBe("usage");
    expect(message).toContain(
      "shop/db runs on two releases of Debian: db-2 on the older one, db-1, db-3 on the newer one (mariadb-server " +
        "1:10.11.14-0+deb12u2 and 1:11.8.3-0+deb13u1).",
    );
    expect(message).toContain("First bring db-2 to the newer release, one at a time");
  });

  test("not where web servers run on two releases", () => {
    const surveys = new Map(names.map((name) => [name, survey({ debian: name === "web-1" ? "12" : "13" })]));
    expect(() => refuseMix(tenMachines(), surveys)).not.toThrow();
  });
});
