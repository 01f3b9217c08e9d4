import { type DrillMetrics, isStarved } from "../drill-metrics";
import type { Breach } from "../drill-promise";
import type { HostLoad } from "./host-load";
import type { Resource } from "./pressure";

/**
 * A request through a hive passes some processes one after the other: load balancer, web server, application, database and its
 * other nodes. Each of them can be delayed as a bare exchange was.
 */
const DELAYS_IN_A_ROW = 3;

/** From this share of the time on in which work waited, a host is short of something: with fair shares, work takes twice as long. */
const SHORT: Readonly<Record<Resource, { readonly of: "some" | "full"; readonly share: number }>> = {
  cpu: { of: "some", share: 0.8 },
  io: { of: "full", share: 0.4 },
  memory: { of: "full", share: 0.1 },
};
const TWICE = 2;

/** Of all requests, what a host that is short of something may fail by itself: checks inside the hive time out. */
const FAILED_SHARE = 0.01;

/** What the host was short of. */
export function shortages({ pressure, seconds }: HostLoad): Resource[] {
  if (pressure === null) return [];
  return (Object.keys(SHORT) as Resource[]).filter((resource) => {
    const { of, share } = SHORT[resource];
    return pressure[resource][of] > share * seconds;
  });
}

/** The longest time for which the host held up an exchange that has nothing to do with the hive, or the client itself. Seconds. */
export const hostDelay = ({ bare }: HostLoad, { sendLagSeconds }: DrillMetrics): number =>
  Math.max(bare.worst, sendLagSeconds.worst);

/** From how much on a limit of so many seconds is broken for certain. */
export function certainFrom(limit: number, host: HostLoad, metrics: DrillMetrics): number {
  const delayed = limit + DELAYS_IN_A_ROW * hostDelay(host, metrics);
  return shortages(host).length > 0 ? Math.max(delayed, TWICE * limit) : delayed;
}

/** How many failed requests the host alone may have made. */
export function failuresOfHost(host: HostLoad, { requests }: DrillMetrics): number {
  const { bare } = host;
  const late = bare.requests === 0 ? 0 : (bare.late / bare.requests) * requests;
  return Math.floor(shortages(host).length > 0 ? Math.max(late, FAILED_SHARE * requests) : late);
}

/** Whether the host alone can have made a breach, so that it says nothing of the hive. */
export function couldBeHost({ excess }: Breach, host: HostLoad, metrics: DrillMetrics): boolean {
  if (excess === undefined) return false;
  if ("requests" in excess) return excess.requests <= failuresOfHost(host, metrics);
  return excess.measured <= certainFrom(excess.limit, host, metrics);
}

/**
 * In words and numbers, why a drill on this host proves nothing; empty when it was quick enough.
 *
 * @param doubtful breaches that the host can have made
 */
export function hostReasons(doubtful: readonly Breach[], host: HostLoad, metrics: DrillMetrics): string[] {
  const starved = isStarved(metrics);
  if (!starved && doubtful.length === 0) return [];
  const limits = doubtful.flatMap(({ excess }) => (excess !== undefined && "limit" in excess ? [excess.limit] : []));
  const counts = doubtful.some(({ excess }) => excess !== undefined && "requests" in excess);
  return [
    [
      `the host was too slow to tell: ${hostNumbers(host, metrics)}`,
      ...[...new Set(limits)].map(
        (limit) =>
          `a limit of ${limit.toFixed(2)} s is broken for certain from ${certainFrom(limit, host, metrics).toFixed(2)} s on`,
      ),
      ...(counts ? [`${failuresOfHost(host, metrics)} failed requests can be the host's`] : []),
      ...(starved ? ["the client did not send what it should have sent in time"] : []),
    ].join("; "),
  ];
}

function hostNumbers({ bare, pressure, seconds }: HostLoad, { sendLagSeconds }: DrillMetrics): string {
  const waited = (resource: Resource, what: string): string =>
    `${what} for ${pressure![resource][SHORT[resource].of].toFixed(1)} s`;
  const pressed =
    pressure === null
      ? "how long work waited is not counted by this kernel"
      : `in ${seconds.toFixed(1)} s some work waited ${waited("cpu", "for a processor")}, ` +
        `all of it ${waited("io", "for a disk")} and ${waited("memory", "for memory")}`;
  return (
    `a bare exchange on loopback took up to ${bare.worst.toFixed(2)} s (99 % within ${bare.p99.toFixed(2)} s), ` +
    `the client was up to ${sendLagSeconds.worst.toFixed(2)} s late, ${pressed}`
  );
}
