import * as fc from "fast-check";
import { measure } from "../../../../lib/drills/drill-metrics";
import type { Breach } from "../../../../lib/drills/drill-promise";
import {
  certainFrom,
  couldBeHost,
  failuresOfHost,
  hostReasons,
  shortages,
} from "../../../../lib/drills/host/host-doubt";
import type { HostLoad } from "../../../../lib/drills/host/host-load";

const IDLE: HostLoad = {
  seconds: 14,
  pressure: { cpu: { some: 3, full: 0 }, io: { some: 1, full: 0.5 }, memory: { some: 0, full: 0 } },
  bare: { requests: 350, late: 0, p50: 0.002, p99: 0.004, worst: 0.01 },
};
const metrics = { ...measure([], { from: 0, to: 0 }), requests: 1400 };
const late = (worst: number) => ({ ...metrics, sendLagSeconds: { p99: 0.01, worst } });
const took = (measured: number, limit = 0.6): Breach => ({ text: "", excess: { measured, limit } });
const failed = (requests: number): Breach => ({ text: "", excess: { requests } });
const bare = (rest: Partial<HostLoad["bare"]>): HostLoad => ({ ...IDLE, bare: { ...IDLE.bare, ...rest } });
const waited = (resource: "cpu" | "io" | "memory", seconds: number): HostLoad => ({
  ...IDLE,
  pressure: { ...IDLE.pressure!, [resource]: { some: seconds, full: resource === "cpu" ? 0 : seconds } },
});

test("on an idle host a limit that is passed by more than three bare exchanges is broken", () => {
  expect(certainFrom(0.6, IDLE, metrics)).toBeCloseTo(0.63);
  expect(couldBeHost(took(0.64), IDLE, metrics)).toBe(false);
  expect(couldBeHost(took(0.62), IDLE, metrics)).toBe(true);
});

test("a host that delayed a bare exchange by 0.1 s can have made 0.86 s of 0.6 s, and not 1 s", () => {
  const host = bare({ worst: 0.1 });
  expect(couldBeHost(took(0.86), host, metrics)).toBe(true);
  expect(couldBeHost(took(1), host, metrics)).toBe(false);
});

test("a client that was late itself counts as a delay of the host", () => {
  expect(couldBeHost(took(0.86), IDLE, late(0.1))).toBe(true);
});

test.each([
  ["cpu", 11.1, 11.3],
  ["io", 5.5, 5.7],
  ["memory", 1.3, 1.5],
] as const)("a host is short of %s between %d and %d of 14 s in which work waited", (resource, enough, short) => {
  expect(shortages(waited(resource, enough))).toEqual([]);
  expect(shortages(waited(resource, short))).toEqual([resource]);
});

test("on a host that is short of something up to twice a limit proves nothing, and more does", () => {
  const host = waited("cpu", 13);
  expect(couldBeHost(took(1.19), host, metrics)).toBe(true);
  expect(couldBeHost(took(1.21), host, metrics)).toBe(false);
});

test("where the kernel counts nothing, the bare exchanges and the client decide alone", () => {
  const host = { ...IDLE, pressure: null };
  expect(shortages(host)).toEqual([]);
  expect(couldBeHost(took(0.64), host, metrics)).toBe(false);
});

test("on an idle host a single failed request is the hive's", () => {
  expect(couldBeHost(failed(1), IDLE, metrics)).toBe(false);
});

test("failed requests are the host's as far as it was late for as large a part of the bare exchanges", () => {
  const host = bare({ late: 7 });
  expect(failuresOfHost(host, metrics)).toBe(28);
  expect(couldBeHost(failed(28), host, metrics)).toBe(true);
  expect(couldBeHost(failed(29), host, metrics)).toBe(false);
});

test("a host that is short of something can fail one request of a hundred", () => {
  expect(failuresOfHost(waited("cpu", 13), metrics)).toBe(14);
});

test("what no host does is never the host's", () => {
  expect(couldBeHost({ text: "1 acknowledged writes are lost: a" }, waited("cpu", 14), late(5))).toBe(false);
});

const seconds = fc.double({ min: 0, max: 60, noNaN: true });
const hosts: fc.Arbitrary<HostLoad> = fc.record({
  seconds: fc.constant(14),
  pressure: fc.option(
    fc.record({
      cpu: fc.record({ some: seconds, full: fc.constant(0) }),
      io: fc.record({ some: seconds, full: seconds }),
      memory: fc.record({ some: seconds, full: seconds }),
    }),
  ),
  bare: fc.record({
    requests: fc.constant(350),
    late: fc.integer({ min: 0, max: 350 }),
    p50: seconds,
    p99: seconds,
    worst: seconds,
  }),
});

test("whatever the host, what was broken for certain stays so when it was worse", () => {
  fc.assert(
    fc.property(hosts, seconds, seconds, seconds, (host, limit, measured, more) => {
      const sure = !couldBeHost(took(measured, limit), host, metrics);
      return !sure || !couldBeHost(took(measured + more, limit), host, metrics);
    }),
  );
});

test("whatever was measured, a slower host never makes it more certain", () => {
  fc.assert(
    fc.property(hosts, seconds, seconds, seconds, (host, limit, measured, more) => {
      const slower = { ...host, bare: { ...host.bare, worst: host.bare.worst + more } };
      return couldBeHost(took(measured, limit), slower, metrics) || !couldBeHost(took(measured, limit), host, metrics);
    }),
  );
});

test("no limit is broken before it is passed", () => {
  fc.assert(fc.property(hosts, seconds, (host, limit) => certainFrom(limit, host, metrics) >= limit));
});

test("the reason has every number that decided", () => {
  const host = { ...waited("cpu", 13.1), bare: { ...IDLE.bare, p99: 0.12, worst: 0.31 } };
  expect(hostReasons([took(0.86), failed(3)], host, late(0.05))).toEqual([
    "the host was too slow to tell: a bare exchange on loopback took up to 0.31 s (99 % within 0.12 s), the client was up to 0.05 s " +
      "late, in 14.0 s some work waited for a processor for 13.1 s, all of it for a disk for 0.5 s and for memory for 0.0 s; " +
      "a limit of 0.60 s is broken for certain from 1.53 s on; 14 failed requests can be the host's",
  ]);
});

test("the reason says when the kernel counts nothing", () => {
  const [reason] = hostReasons([took(0.62)], { ...IDLE, pressure: null }, metrics);
  expect(reason).toContain("how long work waited is not counted by this kernel");
});

test("a quick host has no reason, and a client that did not send is one by itself", () => {
  expect(hostReasons([], IDLE, metrics)).toEqual([]);
  expect(hostReasons([], IDLE, late(0.5))[0]).toMatch(/; the client did not send what it should have sent in time$/);
});
