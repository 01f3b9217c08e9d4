import type { Range } from "../resilience";

/** Numbers as people read them; one spelling for terminal, page, pull request and error. */

/**
 * `99.9873 %`: two digits after the last nine, so that the difference to a promise can be seen.
 *
 * @param unavailability share of time.
 */
export function percent(unavailability: number): string {
  if (unavailability >= 1) return "0 %";
  if (unavailability <= 0) return "100 %";
  const digits = Math.min(12, Math.max(1, Math.ceil(-Math.log10(unavailability))));
  const rounded = ((1 - unavailability) * 100).toFixed(digits);
  // 99.99 rounded up to 100 would be a lie.
  const shown = Number(rounded) === 100 ? (100 - 10 ** -digits).toFixed(digits) : rounded;
  return `${shown.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")} %`;
}

/** `99.9873 % (99.93 % to 99.996 %)`, or the number alone where there is no range. */
export function percentRange({ low, likely, high }: Range): string {
  return low === high ? percent(likely) : `${percent(likely)} (${percent(high)} to ${percent(low)})`;
}

/** `67 min`, `6.5 h`, `31 s`: minutes in a year, for people. */
export function timePerYear(minutes: number): string {
  return seconds(minutes * 60);
}

/** `67 min (23 min to 6.5 h) a year`. */
export function timePerYearRange({ low, likely, high }: Range): string {
  const range = low === high ? "" : ` (${timePerYear(low)} to ${timePerYear(high)})`;
  return `${timePerYear(likely)}${range} a year`;
}

/** `0.4 s`, `2.1 s`, `67 min`, `6.5 h`, `3.1 days`; two significant digits from a minute on. */
export function seconds(length: number): string {
  if (length === 0) return "0 s";
  if (length < 1e-3) return "less than 1 ms";
  if (length < 1) return `${Number(length.toPrecision(2))} s`;
  if (length < 120) return `${Number(length.toFixed(length < 10 ? 2 : 0))} s`;
  if (length < 7200) return `${Math.round(length / 60)} min`;
  if (length < 172_800) return `${Number((length / 3600).toPrecision(2))} h`;
  return `${Number((length / 86_400).toPrecision(2))} days`;
}

/** `25 %`, `0.18 %`: a share of a whole. */
export function share(part: number): string {
  return `${Number((part * 100).toPrecision(2))} %`;
}

/** `3.2e-4`. */
export function probability(value: number): string {
  return value === 0 ? "0" : value.toExponential(1).replace(/\.0e/, "e");
}
