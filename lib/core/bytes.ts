/** Sizes as daemons write them (`512M`), and as messages do (`512 MiB`). */

const UNITS = ["", "K", "M", "G", "T"];

/** @param text a number and at most one letter: `2G` */
export function parseBytes(text: string): number {
  const [, amount = "0", unit = ""] = /^(\d+)([KMGT]?)$/i.exec(text.trim()) ?? [];
  return Number(amount) * 1024 ** UNITS.indexOf(unit.toUpperCase());
}

/** The largest unit in which it is 1 or more, at most one digit behind the point: `1.5 GiB`. */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  const amount = Math.round((bytes / 1024 ** power) * 10) / 10;
  // Not toLocaleString: its first call loads the languages, 15 ms of a synth.
  const digits = String(amount).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${digits} ${UNITS[power]}${power === 0 ? "B" : "iB"}`;
}
