import { type ChildProcess, spawn } from "node:child_process";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { BareServer } from "../../lib/drills/host/bare-server";
import { watchHost } from "../../lib/drills/host/host-load";
import { shortages } from "../../lib/drills/host/host-doubt";
import { exchange } from "../../lib/drills/http-exchange";
import { Duration } from "../../lib/core/duration";
import { readPressure } from "../../lib/drills/host/pressure";

const SPIN = 'require("fs").writeSync(1, "spins"); const end = Date.now() + 20_000; while (Date.now() < end);';
const busy: ChildProcess[] = [];
let server: BareServer;

/** Two more loops than processors, so that some always wait. They end by themselves after 20 s at the latest. */
async function load(): Promise<void> {
  for (let i = 0; i < os.availableParallelism() + 2; i += 1) busy.push(spawn(process.execPath, ["-e", SPIN]));
  // A program that is still being read from a slow disk waits for no processor.
  await Promise.all(busy.map((one) => new Promise((spins) => one.stdout!.once("data", spins))));
}

beforeEach(async () => {
  server = await BareServer.start();
});
afterEach(async () => {
  for (const one of busy.splice(0)) {
    const ended = new Promise((resolve) => one.once("exit", resolve));
    one.kill("SIGKILL");
    await ended;
  }
  await server.stop();
});

test("every bare exchange of the window is counted", async () => {
  const { bare, seconds } = await watchHost(server.target, 2, Promise.resolve());
  expect(bare.requests).toBe(50);
  expect(bare.p50).toBeGreaterThan(0);
  expect(bare.p50).toBeLessThanOrEqual(bare.p99);
  expect(bare.p99).toBeLessThanOrEqual(bare.worst);
  expect(seconds).toBeGreaterThanOrEqual(1.9);
});

test("the host is looked at until the drill has its last answer", async () => {
  const { seconds, bare } = await watchHost(server.target, 1, sleep(2000));
  expect(seconds).toBeGreaterThanOrEqual(2);
  expect(bare.requests).toBe(25);
});

test("more busy loops than processors make a host short of processors, where the kernel counts", async () => {
  const counts = (await readPressure()) !== undefined;
  await load();
  const host = await watchHost(server.target, 4, Promise.resolve());
  expect(host.pressure !== null).toBe(counts);
  expect(shortages(host)).toEqual(counts ? expect.arrayContaining(["cpu"]) : []);
});

test("an aborted watch rejects with the reason", async () => {
  const abort = new AbortController();
  const watching = watchHost(server.target, 10, Promise.resolve(), abort.signal);
  abort.abort(new Error("Ctrl-C"));
  await expect(watching).rejects.toThrow("Ctrl-C");
});

test("the bare server ends with the drill", async () => {
  await server.stop();
  const answer = await exchange(server.target, { method: "GET", path: "/" }, { timeout: Duration.seconds(1) });
  expect(answer).toEqual({ error: "refused" });
});
