import { creates, deletes, type ResourceChange } from "./terraform-plan";
import { isAttachment, isMachine, restartCauses, storeKind } from "./resource-kinds";

/**
 * What the plan does to one member of a tier.
 * - `stays`: goes on; its software may change in its turn of the rollout.
 * - `joins`: was no member, or held nothing yet.
 * - `retires`: is stopped, and is no member any more.
 * - `moves`: keeps its name, but its machine is another one.
 * - `loses-data`: its machine or its volume is deleted or made anew.
 */
export type Fate = "stays" | "joins" | "retires" | "moves" | "loses-data";

export interface Member {
  readonly machine: string;
  readonly fate: Fate;
  /** Resources of the plan that seal its fate. */
  readonly causes: readonly ResourceChange[];
  /** Resources that take the machine away while they change: stopped and started, or deleted before the new one is made. */
  readonly outages: readonly ResourceChange[];
  /** Its part of the rollout, when that runs. */
  readonly rollout?: ResourceChange;
}

export interface MemberFacts {
  readonly machine: string;
  /** Its key in the tier's membership, when that changes. */
  readonly membership?: ResourceChange;
  /** It was a member, and software had been brought to it. */
  readonly before: boolean;
  readonly rollout?: ResourceChange;
  /** Changes of resources that belong to the machine itself. */
  readonly hardware: readonly ResourceChange[];
}

export function memberOf({ machine, membership, before, rollout, hardware }: MemberFacts): Member {
  const runs = rollout !== undefined && creates(rollout) ? rollout : undefined;
  const lost = hardware.filter((change) => deletes(change) && (isMachine(change) || storeKind(change) !== undefined));
  const outages = hardware.filter(
    (change) =>
      restartCauses(change).length > 0 ||
      (deletes(change) && (isMachine(change) || isAttachment(change)) && !newOneFirst(change)),
  );
  const decided = { machine, outages, rollout: runs };
  if (!before) return { ...decided, fate: "joins", causes: membership === undefined ? [] : [membership] };
  // Also when the key is replaced: the old object's provisioner stops the tier on the machine, and nothing starts it.
  if (membership !== undefined && deletes(membership)) {
    return { ...decided, fate: "retires", causes: [membership, ...lost] };
  }
  if (lost.length > 0) return { ...decided, fate: "loses-data", causes: lost };
  if (runs !== undefined && movesMachine(runs)) return { ...decided, fate: "moves", causes: [runs] };
  return { ...decided, fate: "stays", causes: [] };
}

const newOneFirst = ({ change }: ResourceChange): boolean => change.actions[0] === "create";

/** The machine's identity is part of what triggers a rollout. */
function movesMachine({ change }: ResourceChange): boolean {
  const identity = (values: unknown): unknown =>
    (values as { triggers_replace?: { machine?: unknown } | null } | null | undefined)?.triggers_replace?.machine;
  const old = identity(change.before);
  return old !== undefined && old !== identity(change.after);
}
