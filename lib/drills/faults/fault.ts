import type { Duration } from "../../core/duration";
import type { Disruption, LeadingRole, Manifest, ManifestTier } from "../../manifest/manifest";
import type { FaultInstant } from "../drill-metrics";
import type { DrillTarget, HiveLeaders } from "../drill-target";
import type { HiveRoles } from "../hive-roles";
import type { Machines } from "../machines";
import type { SeededRandom } from "../random";
import type { RunningHive } from "../running-hive";

/**
 * One kind of trouble: whom it meets, how it is made and how it is taken back. Each stands in a file of its own beside this one
 * and in `FAULTS`; nothing else names it.
 */
export interface Fault {
  /** In results and reports. Contract: results are found again by it. */
  readonly name: string;
  /** What `--drills` calls it. Contract. */
  readonly key: string;
  /** What happens, as a sentence without a full stop. */
  readonly title: string;
  /** What its drill is proof of, when promises are per kind of loss. */
  readonly disruption: Disruption;
  /** Its own role, of which `movedTo` in the results says who has it afterwards. @default - none of its own */
  readonly leads?: LeadingRole;
  /** Measured with stock settings in the same kind of lab. Only what was measured is here. @default - not measured */
  readonly stock?: StockResult;
  /** The tier that it is about; undefined when the hive has none, or where it is about more than one. */
  tier(roles: HiveRoles): ManifestTier | undefined;
  /** Why a hive cannot be drilled with it; undefined when it can. */
  unfit(hive: HiveFacts): Unfit | undefined;
  /** Whom it meets; undefined when the hive does not say who has the role, so that there is nothing to show. */
  choose(hive: RunningHive, leaders: HiveLeaders, random: SeededRandom): DrillTarget | undefined;
  /** A new one for each drill. */
  make(machines: Machines, notice?: Duration): Injection;
}

/** What a hive is, whether it runs or not. */
export interface HiveFacts {
  readonly manifest: Manifest;
  readonly roles: HiveRoles;
}

/** Makes a fault once, and owes its end until it has been taken back. */
export interface Injection {
  /** What taking it back is called: `power on`. */
  readonly undoing: string;
  /**
   * @param now the clock of what is returned, seconds
   * @returns when it began, and when it had taken effect on the last machine
   */
  inject(machines: readonly string[], now: () => number): Promise<FaultInstant>;
  /** In words, where it did not take effect; empty when it did everywhere. */
  doubts(machines: readonly string[]): Promise<string[]>;
  /** Takes back what is still owed; may be called again, and before anything happened. */
  undo(): Promise<void>;
}

/** Why a fault does not fit a hive. */
export interface Unfit {
  /** For the list of drills that were left out; undefined for what a program has to change, so that it is an error by default, too. */
  readonly leaveOut?: string;
  /** For the user who named the drill. */
  readonly error: Error;
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
