import type { BasicEvent, FaultModel, Formula } from "./model";
import { eventRange } from "./model";
import type { Range } from "./estimate";
import { mapRange } from "./estimate";
import { quoted } from "../core/words";
import { InvalidModelError } from "./errors";

/** Replicas that one cause can strike all at once: the same bug, the same bad configuration. */
export interface CommonCauseGroup {
  /** Name of the common event. */
  readonly name: string;
  /** Events with the same probability. */
  readonly members: readonly string[];
  /**
   * The share of each member's failures that hits all members together. Published: 0.02 to 0.1; 0.1 for identical
   * hardware, software and environment, 0.05 for identical hardware with other software, 0.01 when segregated too.
   */
  readonly beta: number;
}

/** Of one member's probability: the part of its own, and the part shared by all. */
export function betaFactor(probability: Range, beta: number): { readonly own: Range; readonly common: Range } {
  return {
    own: mapRange(probability, (p) => (1 - beta) * p),
    common: mapRange(probability, (p) => beta * p),
  };
}

const ofRange = ({ low, likely, high }: Range): BasicEvent["probability"] => [low, likely, high];

/**
 * Replaces each member by "its own failure or the common one" (beta factor model).
 *
 * @throws InvalidModelError for unknown members, fewer than two, unequal probabilities, or a beta outside 0..1.
 */
export function withCommonCauses(model: FaultModel, groups: readonly CommonCauseGroup[]): FaultModel {
  const events: Record<string, BasicEvent> = { ...model.events };
  const gates: Record<string, Formula> = { ...model.gates };
  const issues: string[] = [];
  for (const { name, members, beta } of groups) {
    const at = `common causes/${name}`;
    if (!(beta >= 0 && beta <= 1)) issues.push(`${at}: beta is ${quoted(beta)}; allowed are 0 to 1, 0.1 is usual.`);
    if (members.length < 2) issues.push(`${at}: has ${members.length} members; a common cause needs two or more.`);
    if (Object.hasOwn(events, name) || Object.hasOwn(gates, name)) {
      issues.push(`${at}: an event or a gate has this name already. Choose another name for the group.`);
    }
    const unknown = members.filter((member) => !Object.hasOwn(events, member));
    unknown.forEach((member) =>
      issues.push(`${at}: ${quoted(member)} is no event of its own (or is in another group).`),
    );
    if (unknown.length > 0 || members.length < 2) continue;
    const first = events[members[0]!]!;
    const range = eventRange(first);
    const { own, common } = betaFactor(range, beta);
    for (const member of members) {
      const event = events[member]!;
      const { low, likely, high } = eventRange(event);
      if (low !== range.low || likely !== range.likely || high !== range.high) {
        issues.push(
          `${at}: ${member} is down ${likely} of the time, ${members[0]} ${range.likely}. Give them the same.`,
        );
      }
      delete events[member];
      events[`${member} alone`] = { ...event, probability: ofRange(own), mtbf: undefined, mttr: undefined };
      gates[member] = { or: [`${member} alone`, name] };
    }
    events[name] = { probability: ofRange(common), provenance: first.provenance, kind: "common cause", shared: true };
  }
  if (issues.length > 0) throw new InvalidModelError("the common cause groups", issues);
  return { ...model, events, gates };
}
