import { toRange, unavailabilityOf } from "./estimate";
import type { Probability, Provenance, Range, Time } from "./estimate";

/**
 * A fault tree as plain data: basic events that happen on their own, and gates that combine them. Everything says
 * "is down", so a gate `or` fails when one of its parts does.
 */
export interface FaultModel {
  /** Basic events by their names. */
  readonly events: Readonly<Record<string, BasicEvent>>;
  /** Named formulas. Gates and events share one set of names, and anything may be referred to more than once. */
  readonly gates: Readonly<Record<string, Formula>>;
  /** The gate or event whose probability is wanted. */
  readonly top: string;
}

/** Something that fails on its own, and how often. */
export interface BasicEvent {
  /**
   * The share of time that it is down (0.001 for an availability of 99.9 %). Either this or `mtbf` and `mttr`.
   * @default - computed from `mtbf` and `mttr`
   */
  readonly probability?: Probability;
  /** Mean time from a repair to the next failure. @default - `probability` is given */
  readonly mtbf?: Time;
  /** Mean time to repair. @default - `probability` is given */
  readonly mttr?: Time;
  /** What kind of source the number has. @default "assumed" */
  readonly provenance?: Provenance;
  /** Where the number stands: a URL, a drill's id. @default - not stated */
  readonly source?: string;
  /** What it is: machine, zone, service, … Carried through to the results, never interpreted. @default - none */
  readonly kind?: string;
  /**
   * Many things depend on it (a zone, a site). A hint, never a fact: such events come first in the decision diagram,
   * and are the ones to condition on when the diagram grows too large.
   *
   * @default false
   */
  readonly shared?: boolean;
}

/** A name, a constant (house event), or a gate over formulas. `atLeast` holds when that many of its parts are down. */
export type Formula =
  | string
  | boolean
  | { readonly or: readonly Formula[] }
  | { readonly and: readonly Formula[] }
  | { readonly xor: readonly Formula[] }
  | { readonly not: Formula }
  | { readonly atLeast: number; readonly of: readonly Formula[] };

/** The unavailability of an event that a schema has accepted. */
export function eventRange(event: BasicEvent): Range {
  return toRange(event.probability ?? unavailabilityOf(event.mtbf!, event.mttr!));
}
