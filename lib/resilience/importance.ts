import type { Diagram } from "./diagram";
import { derivatives } from "./probability";

/** How much one event matters to the whole. Definitions after Dutuit and Rauzy (2001). */
export interface Importance {
  /** Name of the event. */
  readonly event: string;
  /** The event's own probability. */
  readonly probability: number;
  /** Birnbaum: how much the whole's probability rises when the event is certain instead of impossible. */
  readonly birnbaum: number;
  /** Criticality: the share of the whole's probability that disappears when the event never happens. */
  readonly criticality: number;
  /** Fussell-Vesely (diagnostic form): how likely the event has happened, given that the whole is down. */
  readonly fussellVesely: number;
  /** Risk reduction worth: by which factor the whole's probability falls when the event never happens. */
  readonly riskReductionWorth: number;
  /** Risk achievement worth: by which factor it rises when the event is certain. */
  readonly riskAchievementWorth: number;
}

/** All events of a diagram's root, the most critical first. */
export function importances(
  diagram: Diagram,
  root: number,
  events: readonly string[],
  probability: (event: number) => number,
): Importance[] {
  const { value, byEvent } = derivatives(diagram, root, probability);
  return Array.from(byEvent, (birnbaum, event) => importance(events[event]!, probability(event), birnbaum, value)).sort(
    (a, b) => b.criticality - a.criticality,
  );
}

export function importance(event: string, probability: number, birnbaum: number, whole: number): Importance {
  const certain = whole + (1 - probability) * birnbaum;
  const never = Math.max(0, whole - probability * birnbaum);
  return {
    event,
    probability,
    birnbaum,
    criticality: whole === 0 ? 0 : (probability * birnbaum) / whole,
    fussellVesely: whole === 0 ? 0 : (probability * certain) / whole,
    riskReductionWorth: whole === 0 ? 1 : whole / never,
    riskAchievementWorth: whole === 0 ? 1 : certain / whole,
  };
}
