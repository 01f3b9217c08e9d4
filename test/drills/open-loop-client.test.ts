import { Duration } from "../../lib/core/duration";
import { exchange, type HttpTarget } from "../../lib/drills/http-exchange";
import { OpenLoopClient, type OpenLoopClientProps } from "../../lib/drills/open-loop-client";
import { OrdersWorkload } from "../../lib/drills/orders-workload";
import { SeededRandom } from "../../lib/drills/random";
import { hasFailed, responseTime } from "../../lib/drills/request-record";
import { FaultyServer } from "./faulty-server";

let server: FaultyServer;
let target: HttpTarget;
beforeEach(async () => {
  server = new FaultyServer();
  target = await server.start();
});
afterEach(() => server.stop());

const client = (props: Partial<OpenLoopClientProps> = {}): OpenLoopClient =>
  new OpenLoopClient({ target, workload: new OrdersWorkload({ random: new SeededRandom(1) }), ...props });

const slow = { timeout: Duration.millis(400) };

test("every request of a healthy server succeeds, half of them writes", async () => {
  const records = await client({ rate: 200 }).run(200);
  expect(records).toHaveLength(200);
  expect(records.filter(hasFailed)).toEqual([]);
  const writes = records.filter(({ kind }) => kind === "write").length;
  expect(writes).toBeGreaterThan(70);
  expect(writes).toBeLessThan(130);
  expect(server.orders.size).toBe(writes);
});

test("every request opens a TCP connection of its own", async () => {
  await client({ rate: 200 }).run(50);
  expect(server.connections).toBe(50);
});

test("requests keep leaving on schedule while the server hangs", async () => {
  server.fault = (number) => (number >= 20 ? "hang" : undefined);
  const records = await client({ ...slow, rate: 100 }).run(60);
  expect(records).toHaveLength(60);
  expect(records.filter(({ error }) => error === "timeout")).toHaveLength(40);
  records.forEach(({ intended }, index) => expect(intended).toBeCloseTo(index / 100, 6));
  const last = records.at(-1);
  // The schedule ends at 0.59 s; a client that waits for answers would be there after 40 timeouts of 0.4 s.
  expect(last?.sent).toBeLessThan(1);
});

test("a request above the limit of open ones is not sent and counts as failed", async () => {
  server.fault = () => "hang";
  const records = await client({ ...slow, rate: 100, maxInFlight: 5 }).run(20);
  const unsent = records.filter(({ error }) => error === "unsent");
  expect(unsent).toHaveLength(15);
  expect(unsent.every(({ sent }) => sent === undefined)).toBe(true);
  expect(server.connections).toBe(5);
});

test("requests that are due while the client is stopped count from the moment at which they should have left", async () => {
  const running = client({ rate: 100 }).run(30);
  setTimeout(() => {
    const until = Date.now() + 200;
    while (Date.now() < until);
  }, 50);
  const records = await running;
  expect(Math.max(...records.map(responseTime))).toBeGreaterThan(0.15);
});

test("a slow answer is measured, and is no failure below the timeout", async () => {
  server.fault = (number) => (number === 3 ? 250 : undefined);
  const records = await client({ ...slow, rate: 50 }).run(10);
  expect(records.filter(hasFailed)).toEqual([]);
  expect(records.filter((record) => responseTime(record) > 0.25)).toHaveLength(1);
});

test("a dropped connection, an error status and a closed port have names of their own", async () => {
  server.fault = (number) => (number === 1 ? "drop" : number === 2 ? "error" : undefined);
  const records = await client({ rate: 20 }).run(4);
  expect(records.map(({ error }) => error)).toEqual([undefined, "reset", "http-503", undefined]);
  await server.stop();
  const refused = await client().run(2);
  expect(refused.map(({ error }) => error)).toEqual(["refused", "refused"]);
  server = new FaultyServer();
  await server.start();
});

test("an acknowledged order that is not found is a failed request", async () => {
  const running = client({ rate: 100 }).run(60);
  const forget = setInterval(() => server.orders.clear(), 5);
  const records = await running;
  clearInterval(forget);
  expect(records.some(({ error }) => error === "missing")).toBe(true);
});

test("an aborted run rejects with the reason and sends nothing more", async () => {
  const abort = new AbortController();
  const running = client({ rate: 100 }).run(1000, abort.signal);
  setTimeout(() => abort.abort(new Error("Ctrl-C")), 100);
  await expect(running).rejects.toThrow("Ctrl-C");
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
  await pause(); // what left before may still arrive
  const sent = server.connections;
  await pause();
  expect(server.connections).toBe(sent);
});

test.each([
  ["rate", { rate: 0 }, "the client's rate is 0; allowed is requests per second above 0 and up to 2000."],
  ["rate", { rate: 5000 }, "the client's rate is 5000; allowed is requests per second above 0 and up to 2000."],
  ["maxInFlight", { maxInFlight: 1.5 }, "the client's maxInFlight is 1.5; allowed is a whole number of 1 or more."],
  ["timeout", { timeout: Duration.millis(0) }, "the client's timeout is 0 ms; allowed is longer than 0."],
])("a wrong %s is refused with what is allowed", (_, props, message) => {
  expect(() => client(props)).toThrow(message);
});

test("a number of requests that is no whole number is refused", async () => {
  await expect(client().run(0)).rejects.toThrow(
    "the client's requests is 0; allowed is a whole number from 1 to 1000000.",
  );
});

test("a request of a run that was stopped already is aborted, and nothing else happens", async () => {
  const options = { timeout: Duration.seconds(1), signal: AbortSignal.abort() };
  expect(await exchange(target, { method: "GET", path: "/" }, options)).toEqual({ error: "aborted" });
  // The request's own end comes a moment later.
  await new Promise(setImmediate);
});
