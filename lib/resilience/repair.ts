import type { Time } from "./estimate";
import { toHours, unavailabilityOf } from "./estimate";
import { atLeastIndependent } from "./at-least";

/** Identical members with a limited number of repairers. */
export interface RepairedGroup {
  /** Identical members. */
  readonly members: number;
  /** The group works while so many do. */
  readonly atLeast: number;
  /** Mean time from a repair of a member to its next failure. */
  readonly mtbf: Time;
  /** Mean time of one repair. */
  readonly mttr: Time;
  /** How many members can be repaired at the same time; one person on call is 1. */
  readonly crews: number;
}

/**
 * How likely exactly j members are down, in steady state: a birth-death process in which each working member fails at
 * rate 1/MTBF and at most `crews` are repaired at rate 1/MTTR.
 */
export function downDistribution({ members, mtbf, mttr, crews }: RepairedGroup): number[] {
  const load = toHours(mttr) / toHours(mtbf);
  const weight = [1];
  for (let down = 1; down <= members; down++) {
    weight.push((weight[down - 1]! * (members - down + 1) * load) / Math.min(down, crews));
  }
  // Small terms first, so that none is lost.
  const total = [...weight].sort((a, b) => a - b).reduce((sum, w) => sum + w, 0);
  return weight.map((w) => w / total);
}

/** The share of time in which fewer than `atLeast` members work. */
export function repairedUnavailability(group: RepairedGroup): number {
  return downDistribution(group)
    .slice(group.members - group.atLeast + 1)
    .reduceRight((sum, p) => sum + p, 0);
}

/**
 * What waiting for a busy crew costs: the probability of an event that, in series with members that each had a
 * repairer, gives the unavailability with `crews`. Exact for a group alone. Beside zone failures it is an
 * approximation, because the crew's queue then also holds what the zone broke.
 */
export function waitingForCrew(group: RepairedGroup): number {
  const { members, atLeast, mtbf, mttr, crews } = group;
  if (crews >= members) return 0;
  const independent = atLeastIndependent(members - atLeast + 1, new Array(members).fill(unavailabilityOf(mtbf, mttr)));
  return Math.max(0, (repairedUnavailability(group) - independent) / (1 - independent));
}
