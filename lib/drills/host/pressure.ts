import { readFile } from "node:fs/promises";
import path from "node:path";

/** What work can wait for, as the kernel counts it. */
export const RESOURCES = ["cpu", "io", "memory"] as const;
export type Resource = (typeof RESOURCES)[number];

/** Seconds in which work waited. */
export interface Waiting {
  /** Some of it. */
  readonly some: number;
  /** All of it, so that nothing was done. Of the processor always about 0: something runs on it. */
  readonly full: number;
}

/** Pressure stall information of the whole host, containers included. */
export type Pressure = Readonly<Record<Resource, Waiting>>;

/**
 * Totals since boot.
 *
 * @param folder @default "/proc/pressure"
 * @returns undefined where the kernel does not count: older than 4.20, built without it, or started with `psi=0`
 */
export async function readPressure(folder = "/proc/pressure"): Promise<Pressure | undefined> {
  try {
    const texts = await Promise.all(RESOURCES.map((resource) => readFile(path.join(folder, resource), "utf8")));
    const [cpu, io, memory] = texts.map(parsePressure);
    return cpu && io && memory && { cpu, io, memory };
  } catch {
    return undefined;
  }
}

/** Kernels before 5.13 have no `full` for the processor. */
export function parsePressure(text: string): Waiting | undefined {
  const total = (word: string): number | undefined => {
    const [, microseconds] = new RegExp(`^${word} .*\\btotal=(\\d+)`, "m").exec(text) ?? [];
    return microseconds === undefined ? undefined : Number(microseconds) / 1e6;
  };
  const some = total("some");
  return some === undefined ? undefined : { some, full: total("full") ?? 0 };
}

export function pressureBetween(before: Pressure, after: Pressure): Pressure {
  const difference = (resource: Resource): Waiting => ({
    some: after[resource].some - before[resource].some,
    full: after[resource].full - before[resource].full,
  });
  return { cpu: difference("cpu"), io: difference("io"), memory: difference("memory") };
}
