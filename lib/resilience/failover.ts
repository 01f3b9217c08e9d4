import type { Time } from "./estimate";
import { HOURS_PER_YEAR, toHours } from "./estimate";

/** What a switch to another member costs each time. */
export interface Failover {
  /** Failures of one member in a year. @default - from the members' `mtbf` */
  readonly failuresPerYear?: number;
  /** The share of failures that the machinery handles by itself: what a drill measures. */
  readonly coverage: number;
  /** How long an automatic switch takes: detect, decide, converge. */
  readonly switchTime: Time;
  /** How long a switch by hand takes, the time until a person is there included. */
  readonly manualTime: Time;
}

/**
 * The share of time spent on switching: rate · (c · switch + (1 - c) · manual). Two members with 2 failures a year
 * each, coverage 0.95 and an hour by hand cost 2.3e-5: 4.6 nines, however redundant the members are.
 *
 * @param failuresPerYear of all members together.
 */
export function failoverUnavailability(failuresPerYear: number, failover: Omit<Failover, "failuresPerYear">): number {
  const { coverage, switchTime, manualTime } = failover;
  const hours = coverage * toHours(switchTime) + (1 - coverage) * toHours(manualTime);
  return Math.min(1, (failuresPerYear * hours) / HOURS_PER_YEAR);
}
