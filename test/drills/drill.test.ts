import { Duration } from "../../lib/core/duration";
import { Drill, type DrillOptions } from "../../lib/drills/drill";
import { parseFaults } from "../../lib/drills/faults/faults";
import type { DrillResult } from "../../lib/drills/drill-result";
import { runDrills } from "../../lib/drills/drill-suite";
import { SeededRandom } from "../../lib/drills/random";
import { RunningHive } from "../../lib/drills/running-hive";
import type { Manifest } from "../../lib/manifest/manifest";
import { FakeMachines } from "./fake-machines";
import { FaultyServer } from "./faulty-server";
import { shop } from "./shop";
import type { Mutable } from "../support/mutable";

let server: FaultyServer;
let manifest: Mutable<Manifest>;
let machines: FakeMachines;

async function prepare(layout: "separate" | "shared" = "separate"): Promise<void> {
  manifest = shop(layout, await server.start());
  machines = new FakeMachines(manifest);
}

beforeEach(() => {
  server = new FaultyServer();
});
afterEach(() => server.stop());

// Two drills of one suite take more than the default of 5 s.
jest.setTimeout(20_000);

const quick = {
  baseline: Duration.millis(500),
  window: Duration.millis(1500),
  patience: Duration.seconds(1),
  notice: Duration.millis(0),
};

function drill(key: string, options: Partial<DrillOptions> = {}): Promise<DrillResult> {
  const [fault] = parseFaults(key);
  return new Drill(new RunningHive(manifest, machines), fault!, {
    random: new SeededRandom(7),
    ...quick,
    ...options,
  }).run();
}

test("a fault that nobody notices keeps the promise, and every write is looked up", async () => {
  await prepare();
  const result = await drill("web");
  expect(result).toMatchObject({
    fault: "web-power-loss",
    verdict: "kept",
    reasons: [],
    requests: 150,
    failed: 0,
    lost: 0,
    roles: ["web"],
  });
  expect(result.acknowledged).toBe(server.orders.size);
  expect(result.healedSeconds).not.toBeNull();
  expect(result.faultAtSeconds).toBeGreaterThanOrEqual(0.25);
  expect(result.faultAtSeconds).toBeLessThan(1.5);
  expect(machines.lost).toEqual([result.machine]);
  expect(machines.off.size).toBe(0);
});

test("slow answers after the fault break the promise, with the number that did", async () => {
  await prepare();
  machines.onPowerOff = () => {
    let slow = 3;
    // Far beyond what a busy host does to a test.
    server.fault = () => (slow-- > 0 ? 4500 : undefined);
  };
  const result = await drill("web");
  expect(result.verdict).toBe("broken");
  expect(result.worstSeconds).toBeGreaterThan(4.5);
  expect(result.reasons[0]).toMatch(/^the worst answer took 4\.[5-9]\d s; promised are at most 600 ms$/);
});

test("what the host was like stands beside what was measured", async () => {
  await prepare();
  const { host } = await drill("web");
  expect(host!.bare.requests).toBe(38);
  expect(host!.bare.p50).toBeGreaterThan(0);
  expect(host!.bare.worst).toBeGreaterThanOrEqual(host!.bare.p99);
  // The first request leaves at once, so the last of 38 at 25 a second leaves after 1.48 s; timers count whole milliseconds.
  expect(Math.ceil(host!.seconds * 1000)).toBeGreaterThanOrEqual(1480);
});

test("the load balancer that holds the address is the one that dies, and the one that takes over is named", async () => {
  await prepare();
  expect(await drill("lb")).toMatchObject({
    machine: "lb-1",
    movedTo: "lb-2",
    roles: ["address-holder"],
    verdict: "kept",
  });
});

test("the database node that takes the writes is the one that dies", async () => {
  await prepare();
  expect(await drill("db")).toMatchObject({ machine: "db-a", movedTo: "db-b", roles: ["database"], verdict: "kept" });
});

test("on shared machines a web server without a second role is taken, and all roles of a machine count", async () => {
  await prepare("shared");
  const web = await drill("web");
  expect(web.machine).not.toBe("vps-1");
  expect(await drill("lb")).toMatchObject({ machine: "vps-1", roles: ["web", "address-holder", "database"] });
});

test("a baseline that is not clean ends the drill before anybody loses power", async () => {
  await prepare();
  server.fault = (number) => (number === 20 ? "error" : undefined);
  const result = await drill("web");
  expect(result).toMatchObject({ verdict: "inconclusive", requests: 0, worstSeconds: null });
  expect(result.reasons).toEqual([
    "the baseline without a fault is not clean: of 50 requests 1 failed (http-503) and 0 had no answer in time",
  ]);
  expect(machines.lost).toEqual([]);
});

test("a fault that did not take effect proves nothing", async () => {
  await prepare();
  machines.stubborn = () => true;
  const result = await drill("web");
  expect(result.verdict).toBe("inconclusive");
  expect(result.reasons).toEqual([`${result.machine} still runs: the fault did not take effect`]);
});

test("a hive that is not whole is not drilled", async () => {
  await prepare();
  machines.broken.add("db-b");
  const result = await drill("web");
  expect(result.reasons).toEqual([
    "the hive is not whole before the fault: db-b: beehive-x.service is failed (failed)",
  ]);
  expect(machines.lost).toEqual([]);
});

test("a machine that does not come back by itself breaks the promise", async () => {
  await prepare();
  machines.onPowerOff = (machine) => machines.broken.add(machine);
  const result = await drill("web");
  expect(result).toMatchObject({ verdict: "broken", healedSeconds: null });
  expect(result.reasons[0]).toMatch(/^not whole again after 1 s: web-\d: beehive-x\.service is failed/);
});

test("an acknowledged write that is gone breaks the promise, however the rest went", async () => {
  await prepare();
  machines.stubborn = () => true;
  machines.onPowerOff = () => server.orders.delete([...server.orders.keys()][0]!);
  expect(await drill("web")).toMatchObject({ verdict: "broken", lost: 1 });
});

test("an aborted drill rejects, and gives the machine its power back", async () => {
  await prepare();
  const abort = new AbortController();
  machines.onPowerOff = () => abort.abort(new Error("Ctrl-C"));
  await expect(drill("web", { signal: abort.signal })).rejects.toThrow("Ctrl-C");
  expect(machines.lost).toHaveLength(1);
  expect(machines.off.size).toBe(0);
});

describe("a zone", () => {
  /** lb-1, web-2 and db-a in zone a: the address and the writer. */
  async function withLeadersTogether(): Promise<void> {
    await prepare();
    const zones: Record<string, string> = { "db-a": "a", "db-b": "c" };
    for (const machine of manifest.machines) machine.zone = zones[machine.name] ?? machine.zone;
  }

  test("loses all of its machines, the network of each before the power of any", async () => {
    await withLeadersTogether();
    const result = await drill("zone");
    expect(result).toMatchObject({
      fault: "zone-power-loss",
      machine: null,
      machines: ["lb-1", "web-2", "db-a"],
      zone: "rack/a",
      roles: ["web", "address-holder", "database"],
      verdict: "kept",
      movedTo: null,
      moved: [
        { role: "address", from: "lb-1", to: "lb-2" },
        { role: "writer", from: "db-a", to: "db-b" },
      ],
    });
    expect(machines.done).toEqual(
      ["network", "power", "on"].flatMap((what) => ["lb-1", "web-2", "db-a"].map((name) => `${what} ${name}`)),
    );
    expect(machines.off.size).toBe(0);
    expect(result.healedSeconds).not.toBeNull();
    expect(result.cutSeconds).toBeGreaterThanOrEqual(0);
  });

  test("of the writer is taken where the address is in another one", async () => {
    await prepare();
    expect(await drill("zone")).toMatchObject({
      zone: "rack/c",
      machines: ["web-1", "db-a"],
      moved: [{ role: "writer", from: "db-a", to: "db-b" }],
    });
  });

  test("that the hive cannot lose is left alone, even when it would hurt most", async () => {
    await withLeadersTogether();
    const [, , web1] = manifest.machines;
    // Two of three web servers, of which it needs two.
    web1!.zone = "a";
    expect(await drill("zone")).toMatchObject({
      zone: "rack/b",
      machines: ["lb-2", "web-3", "db-c"],
      roles: ["web", "database"],
      moved: [],
    });
  });

  test("of which one machine still runs proves nothing, and each such machine is named", async () => {
    await withLeadersTogether();
    machines.stubborn = (name) => name !== "web-2";
    const result = await drill("zone");
    expect(result.verdict).toBe("inconclusive");
    expect(result.reasons).toEqual([
      "lb-1 still runs: the fault did not take effect",
      "db-a still runs: the fault did not take effect",
    ]);
  });

  test("is judged by what the program promises for it, not by the limits of its machines", async () => {
    await withLeadersTogether();
    manifest.promises.push({
      path: "shop/slo",
      entrance: "shop/entrance",
      rto: { machine: 9, zone: 0.5 },
      rpo: {},
      onBreach: "fail",
    });
    machines.onPowerOff = () => {
      let slow = 1;
      server.fault = () => (slow-- > 0 ? 4500 : undefined);
    };
    const result = await drill("zone");
    expect(result.promised).toEqual({
      failed: null,
      worstSeconds: 0.5,
      writeGapSeconds: 0.5,
      lastFailureSeconds: 0.5,
    });
    expect(result.verdict).toBe("broken");
    expect(result.reasons[0]).toMatch(/^the worst answer took 4\.[5-9]\d s; promised are at most 500 ms$/);
  });

  test("gets its power back on every machine when the drill is aborted", async () => {
    await withLeadersTogether();
    const abort = new AbortController();
    machines.onPowerOff = () => abort.abort(new Error("Ctrl-C"));
    await expect(drill("zone", { signal: abort.signal })).rejects.toThrow("Ctrl-C");
    expect(machines.lost).toEqual(["lb-1", "web-2", "db-a"]);
    expect(machines.off.size).toBe(0);
  });

  test("is not drilled while nobody says who takes the writes", async () => {
    await prepare();
    const hive = new RunningHive(manifest, machines);
    hive.writer = async () => undefined;
    const [fault] = parseFaults("zone");
    const result = await new Drill(hive, fault!, { random: new SeededRandom(7), ...quick }).run();
    expect(result).toMatchObject({ verdict: "inconclusive", machines: [], promised: null });
    expect(machines.lost).toEqual([]);
  });
});

test("a hive that is silent for the whole window was not seen to recover, whatever was promised", async () => {
  await prepare();
  const promise = {
    path: "shop/slo",
    entrance: "shop/entrance",
    rto: { zone: 60 },
    rpo: {},
    onBreach: "fail" as const,
  };
  manifest.promises.push(promise);
  machines.onPowerOff = () => {
    server.fault = () => "error";
    setTimeout(() => (server.fault = () => undefined), 2500);
  };
  const result = await drill("zone", { patience: Duration.seconds(15) });
  expect(result.reasons).toContain(
    "no write that came after the fault was acknowledged within the 1.5 s that were measured",
  );
  expect(result.verdict).toBe("inconclusive");
});

test("a write that a later drill loses is found at the very end", async () => {
  await prepare();
  machines.onPowerOff = (machine) => {
    if (machine.startsWith("lb")) server.orders.delete([...server.orders.keys()][0]!);
  };
  const hive = new RunningHive(manifest, machines);
  const suite = await runDrills(hive, parseFaults("web,lb"), { random: new SeededRandom(7), ...quick });
  expect(suite.drills.map(({ lost }) => lost)).toEqual([0, 0]);
  expect(suite.finally).toMatchObject({
    lost: 1,
    acknowledged: suite.drills[0]!.acknowledged + suite.drills[1]!.acknowledged,
  });
});
