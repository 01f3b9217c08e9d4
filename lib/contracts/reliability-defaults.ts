import { Reliability } from "./reliability";

/**
 * Reliability of parts for which the program gives none. Each has a range, because no better numbers are published;
 * every report shows them with their source. Probabilities are shares of time: low, likely, high.
 */
export const DEFAULT_RELIABILITY = {
  /**
   * A server of any seller. Google's nodes fail every 4.3 months (Ford et al., OSDI 2010), and take 15 minutes to reboot, an
   * hour with a person, or six at night; a common SLA, 99.9 %, is near the high end.
   */
  machine: Reliability.fromNumbers(
    "literature",
    "fails every 4.3 months (Ford et al., OSDI 2010); back after 15 min to 6 h, 1 h likely (assumed)",
    { probability: [8e-5, 3.2e-4, 1.9e-3], failuresPerYear: 2.8 },
  ),
  /** Racks, rooms, availability zones: no rate is published. Dean (LADIS 2009): a rack is gone 1 to 6 h about every second year. */
  zone: Reliability.fromNumbers(
    "assumed",
    "no published rate; 5 min to 9 h a year, 53 min likely (a rack: Dean, LADIS 2009)",
    { probability: [1e-5, 1e-4, 1e-3] },
  ),
  /** What all zones of a site share: one network, one seller, one control plane. */
  site: Reliability.fromNumbers("assumed", "no published rate; 30 s to 53 min a year, 5 min likely", {
    probability: [1e-6, 1e-5, 1e-4],
  }),
  /** A gateway through which machines reach the internet, redundant inside its zone. */
  nat: Reliability.fromNumbers("assumed", "no published rate; 5 min to 9 h a year, 53 min likely", {
    probability: [1e-5, 1e-4, 1e-3],
  }),
} as const;

/** What the seller or your own records say. It changes predictions, and nothing on the machines. */
export interface SiteReliability {
  /** One machine by itself. @default - fails every 4.3 months, back in an hour: 3.2e-4, 8e-5 to 1.9e-3 */
  readonly machine?: Reliability;
  /** One zone as a whole. @default - assumed 1e-4, 1e-5 to 1e-3 */
  readonly zone?: Reliability;
  /** What all zones share. @default - assumed 1e-5, 1e-6 to 1e-4 */
  readonly site?: Reliability;
}

/**
 * The share of a machine's failures that hits all identical machines at once: one template, one bug, one bad
 * configuration. Safety engineering takes 0.1 for the same hardware, software and surroundings.
 */
export const COMMON_CAUSE = 0.1;

/** The share of failures that are handled automatically. Assumed: a drill shows one case, not a share. */
export const COVERAGE = 0.98;

/** How long a person takes where automatic recovery fails, in seconds. Assumed. */
export const MANUAL_SECONDS = 3600;
