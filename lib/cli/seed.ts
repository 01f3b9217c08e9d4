import { randomInt } from "node:crypto";
import { invalidSeed } from "../drills/errors";

/** @returns the seed that `--seed` gives, or a new one */
export function parseSeed(text: string | undefined): number {
  if (text === undefined) return randomInt(2 ** 32);
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(seed < 2 ** 32)) throw invalidSeed(text);
  return seed;
}
