import type { Range } from "../resilience";

/** Numbers as people read them; one spelling for terminal, page, pull request and error. */

/**
 * `99.9873 %`: two digits after the last nine, so that the difference to a promise can be seen.
 *
 * @param unavailability share of time.
 */
export function percent(unavailability: number): string {
  return fixedPercent(unavailability, digitsFor(unavailability))
    .replace(/(\.\d*?)0+ %$/, "$1 %")
    .replace(". %", " %");
}

const digitsFor = (unavailability: number): number =>
  unavailability > 0 ? Math.min(12, Math.max(1, Math.ceil(-Math.log10(unavailability)))) : 0;

function fixedPercent(unavailability: number, digits: number): string {
  if (unavailability >= 1) return "0 %";
  if (unavailability <= 0) return "100 %";
  const rounded = ((1 - unavailability) * 100).toFixed(digits);
  // 99.99 rounded up to 100 would be a lie.
  return `${Number(rounded) === 100 ? (100 - 10 ** -digits).toFixed(digits) : rounded} %`;
}

/** `99.9984 %` and `99.889 %`; `99.99840 %` and `99.99839 %`, where it takes more digits to see a difference. */
export function percentsApart(a: number, b: number): [string, string] {
  const short: [string, string] = [percent(a), percent(b)];
  const alike = digitsFor(a) === digitsFor(b) && short[0].length !== short[1].length;
  if (short[0] !== short[1] && !alike) return short;
  for (let digits = digitsFor(Math.min(a, b)); digits < 13; digits++) {
    const [shownA, shownB] = [fixedPercent(a, digits), fixedPercent(b, digits)];
    if (shownA !== shownB) return [shownA, shownB];
  }
  return short;
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

/** `0.4 s`, `2.1 s`, `3.5 min`, `67 min`, `6.5 h`, `3.1 days`; two significant digits from a minute on. */
export function seconds(length: number): string {
  if (length === 0) return "0 s";
  if (length < 1e-3) return "less than 1 ms";
  if (length < 1) return `${Number(length.toPrecision(2))} s`;
  if (length < 120) return `${Number(length.toFixed(length < 10 ? 2 : 0))} s`;
  if (length < 600) return `${Number((length / 60).toPrecision(2))} min`;
  if (length < 7200) return `${Math.round(length / 60)} min`;
  if (length < 172_800) return `${Number((length / 3600).toPrecision(2))} h`;
  return `${Number((length / 86_400).toPrecision(2))} days`;
}

/** `25 %`, `0.18 %`: a share of a whole. */
export function share(part: number): string {
  if (part > 0 && part < 1e-5) return "less than 0.001 %";
  return `${Number((part * 100).toPrecision(2))} %`;
}

/** `3.2e-4`. */
export function probability(value: number): string {
  return value === 0 ? "0" : value.toExponential(1).replace(/\.0e/, "e");
}

/** `1 machine`, `33 machines`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : noun.replace(/([^aeiou])y$/, "$1ie") + "s"}`;
}

/** `lb-1, lb-2 and 31 more`. */
export function listed(names: readonly string[], most = 6): string {
  if (names.length <= most) return names.join(", ");
  const shown = names.slice(0, most - 1);
  return `${shown.join(", ")} and ${(names.length - shown.length).toLocaleString("en")} more`;
}

/** `web` for `shop/web`: a tier's path where the reader knows the stack. */
export function shortPath(path: string, stack: string): string {
  return path.startsWith(`${stack}/`) ? path.slice(stack.length + 1) : path;
}

/** Until visitors are served again: `2.1 s`, `at once`, `after a switch by hand`, `until it is repaired`. */
export function recoveryTime({
  works,
  rtoSeconds,
}: {
  readonly works: boolean;
  readonly rtoSeconds: number | null;
}): string {
  if (rtoSeconds === 0) return "at once";
  if (rtoSeconds !== null) return seconds(rtoSeconds);
  return works ? "after a switch by hand" : "until it is repaired";
}

/** Of acknowledged writes: `nothing`, `nothing, not guaranteed`, `5 s`, `no limit`. */
export function lostData(rpo: { readonly seconds: number | null; readonly guaranteed: boolean }): string {
  if (rpo.seconds === null) return "no limit";
  return `${rpo.seconds === 0 ? "nothing" : seconds(rpo.seconds)}${rpo.guaranteed ? "" : ", not guaranteed"}`;
}
