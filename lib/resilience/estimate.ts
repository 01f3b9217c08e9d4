import type { Duration } from "../core/duration";

/** Where a number comes from, best first: a drill, a contract, published statistics, or a guess. */
export const PROVENANCES = ["measured", "sla", "literature", "assumed"] as const;
/** What kind of source a number has: a measurement, a contract, published statistics, or a guess. */
export type Provenance = (typeof PROVENANCES)[number];

/** A probability with the range it may lie in: `low <= likely <= high`. */
export interface Range {
  /** Lower limit. */
  readonly low: number;
  /** The value to expect. */
  readonly likely: number;
  /** Upper limit. */
  readonly high: number;
}

/**
 * A probability as the user writes it: a number, `[low, high]`, or `[low, likely, high]`.
 * Of `[low, high]` the likely value is the geometric mean, because such ranges span orders of magnitude.
 */
export type Probability = number | readonly [number, number] | readonly [number, number, number];

/** A length of time: a `Duration`, or in plain data a number with its unit: `"30 s"`, `"10 h"`, `"4.3 months"`. */
export type Time = Duration | string;

const UNIT_HOURS: Readonly<Record<string, number>> = {
  ms: 1 / 3_600_000,
  s: 1 / 3600,
  min: 1 / 60,
  h: 1,
  d: 24,
  day: 24,
  week: 168,
  month: 730.5,
  year: 8766,
};

/** Of 365.25 days. */
export const HOURS_PER_YEAR = 8766;

/** Hours, or nothing for what is no time. */
export function parseHours(value: unknown): number | undefined {
  if (typeof value === "object" && value !== null && "toSeconds" in value)
    return (value as Duration).toSeconds() / 3600;
  if (typeof value !== "string") return undefined;
  const match = /^\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-z]+)\s*$/i.exec(value);
  const unit = match?.[2]?.toLowerCase() ?? "";
  const hours = UNIT_HOURS[unit] ?? UNIT_HOURS[unit.replace(/s$/, "")];
  return match && hours !== undefined ? Number(match[1]) * hours : undefined;
}

/** Hours of a time that a schema has accepted. */
export function toHours(time: Time): number {
  const hours = parseHours(time);
  if (hours === undefined) throw new RangeError(`"${String(time)}" is not a time; write "30 s", "10 h" or "4 months"`);
  return hours;
}

export function toRange(value: Probability): Range {
  if (typeof value === "number") return { low: value, likely: value, high: value };
  if (value.length === 3) return { low: value[0], likely: value[1], high: value[2] };
  return { low: value[0], likely: Math.sqrt(value[0] * value[1]), high: value[1] };
}

export function mapRange(range: Range, change: (probability: number) => number): Range {
  return { low: change(range.low), likely: change(range.likely), high: change(range.high) };
}

/** The share of time that something is down, in steady state and with a repairer of its own: MTTR / (MTBF + MTTR). */
export function unavailabilityOf(mtbf: Time, mttr: Time): number {
  const repair = toHours(mttr);
  return repair === 0 ? 0 : repair / (toHours(mtbf) + repair);
}

/** How many nines: 3 for 99.9 %. Computed from the unavailability, so that twelve nines are no rounding noise. */
export function nines(unavailability: number): number {
  return unavailability <= 0 ? Infinity : Math.max(0, -Math.log10(unavailability));
}

/** Expected minutes of downtime in a year, of a share of time. */
export function minutesPerYear(unavailability: number): number {
  return unavailability * HOURS_PER_YEAR * 60;
}
