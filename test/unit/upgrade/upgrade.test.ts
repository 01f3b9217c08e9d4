import { Duration } from "../../../lib/core/duration";
import type { LocatedMachine } from "../../../lib/manifest/located-machines";
import type { MachineSurvey } from "../../../lib/upgrade/machine-survey";
import { MachineRefusal, type RemoteMachine } from "../../../lib/upgrade/remote-machine";
import { Upgrade, type UpgradeOptions, type UpgradePlan } from "../../../lib/upgrade/upgrade";
import { survey, tenMachines } from "./hive";

type Request = { readonly do: string; readonly command?: readonly string[] };

/** Ten machines that answer as real ones do, and remember what they were asked for. */
class FakeHive {
  readonly log: string[] = [];
  readonly held = new Set<string>();
  readonly surveys: Record<string, Partial<MachineSurvey>> = {};
  readonly leaders: Record<string, boolean> = { "db-1": true, "lb-1": true };
  /** What a machine does instead of an upgrade. */
  readonly instead: Record<string, () => unknown> = {};
  sick: string | undefined;
  boots = 0;

  readonly connect = ({ name }: LocatedMachine): Promise<RemoteMachine> => {
    if (name === this.sick) return Promise.reject(new Error("Connection timed out"));
    this.held.add(name);
    return Promise.resolve({
      name,
      boot: String(this.boots),
      request: async (message) => this.answer(name, message as Request),
      close: async () => void this.held.delete(name),
    });
  };

  private answer(name: string, request: Request): unknown {
    if (request.do === "survey") return survey(this.surveys[name]);
    if (request.do === "run") return { status: 0, stderr: "", stdout: this.says(name, request.command![0]!) };
    this.log.push(`${request.do} ${name}`);
    if (request.do === "finish") return { restarted: [] };
    if (this.instead[name] !== undefined) return this.instead[name]();
    if (this.leaders[name]) {
      // As a drain does.
      this.leaders[name] = false;
      this.leaders[name === "db-1" ? "db-2" : "lb-2"] = true;
    }
    return { upgraded: ["openssl"], restarted: [], rebooting: false, reboot: [] };
  }

  private says(name: string, program: string): string {
    if (program === "systemctl") return "beehive-app.service loaded active running the app";
    if (program === "leads") return this.leaders[name] ? "yes" : "no";
    return this.sick === name ? "it is not in sync" : "whole";
  }
}

const quiet = { step: async <T>(_: string, work: (detail: (line: string) => void) => Promise<T>) => work(() => {}) };

async function begin(hive: FakeHive, change: Partial<UpgradeOptions> = {}) {
  return Upgrade.begin({
    manifest: tenMachines(),
    connect: hive.connect,
    reboot: false,
    foreign: false,
    acceptOutage: [],
    patience: Duration.millis(50),
    signal: new AbortController().signal,
    reporter: quiet,
    ...change,
  });
}

async function run(hive: FakeHive, change: Partial<UpgradeOptions> = {}, plans?: (plan: UpgradePlan) => void) {
  const upgrade = await begin(hive, change);
  try {
    const plan = await upgrade.plan();
    plans?.(plan);
    await upgrade.run(plan, () => {});
  } finally {
    await upgrade.end();
  }
}

const ORDER = ["web-1", "web-2", "web-3", "lb-2", "web-4", "web-5", "db-2", "db-3", "lb-1", "db-1"];

describe("an upgrade", () => {
  test("holds every machine, does the leaders last, and lets all go", async () => {
    const hive = new FakeHive();
    await run(hive, {}, () => expect(hive.held.size).toBe(10));
    expect(hive.log).toEqual(ORDER.map((name) => `upgrade ${name}`));
    expect(hive.held.size).toBe(0);
  });

  test("skips machines with nothing to do", async () => {
    const hive = new FakeHive();
    for (const name of ORDER) hive.surveys[name] = name === "db-2" ? {} : { upgrades: [] };
    await run(hive);
    expect(hive.log).toEqual(["upgrade db-2"]);
  });

  test("visits a machine on which others have replaced code that runs", async () => {
    const hive = new FakeHive();
    for (const name of ORDER) hive.surveys[name] = { upgrades: [] };
    hive.surveys["lb-2"] = { upgrades: [], oldCode: ["beehive-haproxy-shop-entrance.service"] };
    await run(hive);
    expect(hive.log).toEqual(["upgrade lb-2"]);
  });

  test("touches nothing when a machine cannot be reached, and names it", async () => {
    const hive = new FakeHive();
    hive.sick = "web-4";
    await expect(run(hive)).rejects.toThrow(
      "1 machine cannot be worked on, and an upgrade needs all of them, to see that the hive is whole:\n" +
        "  web-4 (10.77.0.1): Connection timed out\nNo package was touched.",
    );
    expect([hive.log, hive.held.size]).toEqual([[], 0]);
  });

  test("stops where a machine refuses, and says what was not touched", async () => {
    const hive = new FakeHive();
    hive.instead["web-5"] = () => {
      throw new MachineRefusal("apt-get upgrade failed");
    };
    await expect(run(hive)).rejects.toThrow("web-5: apt-get upgrade failed\nNot touched: db-2, db-3, lb-1, db-1.");
    expect(hive.log.at(-1)).toBe("upgrade web-5");
  });

  test("stops where the hive does not get whole again", async () => {
    const hive = new FakeHive();
    hive.instead["db-2"] = () => {
      hive.sick = "db-2";
      return { upgraded: [], restarted: [], rebooting: false, reboot: [] };
    };
    await expect(run(hive)).rejects.toThrow(
      /^after db-2 the hive is not whole again within 50 ms: db-2: it is not in sync\. Not touched: db-3, lb-1, db-1\./,
    );
    expect(hive.log.at(-1)).toBe("upgrade db-2");
  });

  test("stops after the machine at which it was interrupted, and its gate", async () => {
    const hive = new FakeHive();
    const interruption = new AbortController();
    hive.instead["web-2"] = () => {
      interruption.abort(new Error("Ctrl-C"));
      return { upgraded: [], restarted: [], rebooting: false, reboot: [] };
    };
    await expect(run(hive, { signal: interruption.signal })).rejects.toThrow("Ctrl-C");
    expect(hive.log).toEqual(["upgrade web-1", "upgrade web-2"]);
    expect(hive.held.size).toBe(0);
  });

  test("holds a machine again after its reboot, and brings it back into service", async () => {
    const hive = new FakeHive();
    for (const name of ORDER) hive.surveys[name] = { upgrades: [], reboot: name === "web-5" ? ["kernel"] : [] };
    hive.instead["web-5"] = () => {
      hive.boots += 1;
      return { upgraded: [], restarted: [], rebooting: true, reboot: [] };
    };
    await run(hive);
    expect(hive.log).toEqual([]);
    await run(hive, { reboot: true });
    expect(hive.log).toEqual(["upgrade web-5", "finish web-5"]);
  });
});
