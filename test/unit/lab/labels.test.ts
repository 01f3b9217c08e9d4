import { spawn } from "node:child_process";
import {
  isAlive,
  machineLabels,
  owner,
  parseMachine,
  parseRun,
  runLabels,
  type RunIdentity,
} from "../../../lib/lab/labels";
import { groupRuns } from "../../../lib/lab/lab-run";
import { parseNetwork, parseObject } from "../../../lib/lab/engine";

const run: RunIdentity = { runId: "shop-1a2b3c", stack: "shop", suite: "trixie", owner: owner(), keep: false };
const machine = {
  name: "db-a",
  site: "rack",
  zone: "a",
  address: "10.78.0.11",
  privateAddress: "10.0.0.11",
  sshPort: 2222,
  container: "beehive-shop-1a2b3c-db-a",
};

describe("labels", () => {
  test("a run is read back as it was written", () => {
    expect(parseRun(runLabels(run))).toEqual(run);
    expect(parseRun(runLabels({ ...run, keep: true }))?.keep).toBe(true);
  });

  test("a machine is read back as it was written", () => {
    expect(parseMachine(machineLabels(machine), machine.container)).toEqual(machine);
  });

  test("what carries no run, or an empty one, belongs to no lab", () => {
    expect(parseRun({})).toBeUndefined();
    expect(parseRun({ "beehive.run": "" })).toBeUndefined();
  });

  test("an owner that cannot be read counts as dead", () => {
    const parsed = parseRun({ "beehive.run": "x", "beehive.owner-pid": "many" });
    expect(parsed && isAlive(parsed.owner)).toBe(false);
  });
});

describe("owners", () => {
  test("this process is alive", () => {
    expect(isAlive(owner())).toBe(true);
  });

  test("a process with the same id that started at another time is somebody else", () => {
    expect(isAlive({ ...owner(), start: "00000000-1" })).toBe(false);
  });

  test("a process that ended is dead", async () => {
    const child = spawn("sleep", ["30"]);
    const its = owner(child.pid);
    expect(isAlive(its)).toBe(true);
    const ended = new Promise((done) => child.on("close", done));
    child.kill("SIGKILL");
    await ended;
    expect(isAlive(its)).toBe(false);
  });
});

describe("labs as the engine tells", () => {
  const podmanContainer = {
    Name: machine.container,
    Config: { Labels: { ...runLabels(run), ...machineLabels(machine) } },
    State: { Status: "running" },
  };

  test("containers and networks of a run are one lab", () => {
    const network = { name: "beehive-shop-1a2b3c-1", labels: runLabels(run), subnets: [{ subnet: "10.78.0.0/24" }] };
    const labs = groupRuns([parseObject("network", network), parseObject("container", podmanContainer)]);
    expect(labs).toEqual([{ ...run, ownerAlive: true, machines: [{ ...machine, running: true }] }]);
  });

  test("a lab that was interrupted before its first machine is a lab too", () => {
    const labs = groupRuns([parseObject("network", { name: "n", labels: runLabels(run) })]);
    expect(labs.map(({ runId, machines }) => [runId, machines])).toEqual([["shop-1a2b3c", []]]);
  });

  test("a paused container has power, an ended one has not", () => {
    const withStatus = (Status: string) => parseObject("container", { Name: "a", State: { Status } }).running;
    expect(["running", "paused", "exited", "created"].map(withStatus)).toEqual([true, true, false, false]);
  });

  test("docker spells networks and names in its own way", () => {
    const docker = { Name: "net", Labels: { x: "y" }, IPAM: { Config: [{ Subnet: "10.78.0.0/24" }] } };
    expect(parseNetwork(docker)).toEqual({ name: "net", labels: { x: "y" }, subnets: ["10.78.0.0/24"] });
    expect(parseObject("container", { Name: "/web", Config: { Labels: null } }).name).toBe("web");
  });
});
