import { repeatedFault, unknownFault } from "./errors";

export const FAULT_NAMES = ["web-power-loss", "lb-power-loss", "db-writer-power-loss", "zone-power-loss"] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

/** A fault as data: what is done to whom, and how the daemons' own default settings come through it. */
export interface Fault {
  readonly name: FaultName;
  /** What `--drills` calls it. */
  readonly key: "web" | "lb" | "db" | "zone";
  readonly title: string;
  /** Measured with stock settings in the same kind of lab. Only what was measured is here. @default - not measured */
  readonly stock?: StockResult;
}

/**
 * 2026-11-21, 2 cores, containers of Debian 12 with the distribution's packages, the same kind of client (100 requests/s,
 * open loop, 6 s timeout). Stock is: HAProxy `server … check` with its default 5 s connect timeout; keepalived with
 * `advert_int 1`; Galera with default `evs` timeouts behind HAProxy's `inter 2s fall 3`.
 */
export interface StockResult {
  readonly requests?: number;
  readonly failed?: number;
  readonly worstSeconds?: number;
  readonly writeGapSeconds?: number;
  readonly acknowledged?: number;
  readonly lost?: number;
}

export const STOCK_SOURCE =
  "stock: the daemons' default settings, measured 2026-11-21 on 2 cores in Debian 12 containers (docs/commands/drills.md)";

export const FAULTS: readonly Fault[] = [
  {
    name: "web-power-loss",
    key: "web",
    title: "a web server loses power",
    stock: { requests: 1400, failed: 334 },
  },
  {
    name: "lb-power-loss",
    key: "lb",
    title: "the load balancer that holds the address loses power",
    stock: { failed: 6, worstSeconds: 4.1 },
  },
  {
    name: "db-writer-power-loss",
    key: "db",
    title: "the database node that takes the writes loses power",
    stock: { writeGapSeconds: 10.8, acknowledged: 1490, lost: 0 },
  },
  {
    name: "zone-power-loss",
    key: "zone",
    title: "all machines of the zone that hurts most lose power at once",
  },
];

/**
 * @param text as after `--drills`: keys or names, separated by commas
 * @throws DrillError when one is unknown or named twice
 */
export function parseFaults(text: string): Fault[] {
  const faults: Fault[] = [];
  for (const word of text.split(",").map((part) => part.trim())) {
    const fault = FAULTS.find(({ key, name }) => key === word || name === word);
    if (fault === undefined) {
      throw unknownFault(
        word,
        FAULTS.map(({ key }) => key),
      );
    }
    if (faults.includes(fault)) throw repeatedFault(word);
    faults.push(fault);
  }
  return faults;
}
