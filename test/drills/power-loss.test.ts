import { Duration } from "../../lib/core/duration";
import { PowerLoss } from "../../lib/drills/power-loss";
import { FakeMachines } from "./fake-machines";
import { shop } from "./shop";

const both = ["lb-1", "db-a"];
let machines: FakeMachines;
let power: PowerLoss;
beforeEach(() => {
  machines = new FakeMachines(shop());
  power = new PowerLoss(machines, Duration.millis(0));
});

test("no machine loses its power before all of them are silent", async () => {
  let last: (() => void) | undefined;
  const exec = machines.exec.bind(machines);
  machines.exec = async (machine, command) => {
    if (machine === "db-a") await new Promise<void>((resolve) => (last = resolve));
    return exec(machine, command);
  };
  const cutting = power.inject(both, () => machines.done.length);
  await new Promise(setImmediate);
  expect(machines.done).toEqual(["network lb-1"]);
  last!();
  // Silent when both networks were gone, not when the processes were.
  expect(await cutting).toEqual({ from: 0, to: 2 });
  expect(machines.done).toEqual(["network lb-1", "network db-a", "power lb-1", "power db-a"]);
});

test("a machine whose network stays up is silent only when it has no power", async () => {
  machines.exec = async () => ({ status: 1, stdout: "", stderr: "" });
  expect(await power.inject(both, () => machines.done.length)).toEqual({ from: 0, to: 2 });
});

test("all machines are told the same instant, and the last one says when it was silent", async () => {
  const told: string[] = [];
  machines.exec = async (machine, [, , script = ""]) => {
    const [, instant = ""] = /left = ([0-9.]+) -/.exec(script)!;
    told.push(instant);
    return { status: 0, stdout: `${Number(instant) + (machine === "db-a" ? 0.25 : 0.125)}\n`, stderr: "" };
  };
  const { from, to } = await new PowerLoss(machines, Duration.seconds(2)).inject(both, () => 5);
  expect(from).toBe(7);
  expect(to).toBeCloseTo(7.25, 2);
  expect(told).toHaveLength(2);
  expect(new Set(told).size).toBe(1);
});

test("a machine that cannot be cut is reported after the others are done, and all get their power back", async () => {
  machines.exec = async (machine) => {
    if (machine === "lb-1") throw new Error("lb-1 does not answer");
    return { status: 0, stdout: "", stderr: "" };
  };
  await expect(power.inject(both, () => 0)).rejects.toThrow("lb-1 does not answer");
  expect(machines.lost).toEqual(both);
  await power.undo();
  expect(machines.off.size).toBe(0);
});

test("a machine that does not start keeps no other one off, and is tried again", async () => {
  await power.inject(both, () => 0);
  const powerOn = machines.powerOn.bind(machines);
  machines.powerOn = async (machine) => {
    if (machine === "lb-1") throw new Error("lb-1 does not start");
    return powerOn(machine);
  };
  await expect(power.undo()).rejects.toThrow("lb-1 does not start");
  expect([...machines.off]).toEqual(["lb-1"]);
  machines.powerOn = powerOn;
  await power.undo();
  expect([...machines.off]).toEqual([]);
  expect(machines.done.filter((step) => step === "on db-a")).toHaveLength(1);
});

test("a machine that runs after all is a doubt, by its name", async () => {
  machines.stubborn = (machine) => machine === "db-a";
  await power.inject(both, () => 0);
  expect(await power.doubts(both)).toEqual(["db-a still runs: the fault did not take effect"]);
});
