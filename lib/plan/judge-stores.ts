import { list } from "../core/words";
import { describeResource, type Finding } from "./finding";
import { storeKind } from "./resource-kinds";
import { baseAddress, creates, deletes, type ResourceChange } from "./terraform-plan";
import { machinesOf, type PlanFacts, type TierChange } from "./tier-change";

/** What holds data: by its type, or because a tier of the program or of the last deploy says so. */
export function storeKinds({ manifest, before, stack }: PlanFacts): (change: ResourceChange) => string | undefined {
  const said = new Map<string, string>();
  for (const { data = [] } of [...(before?.tiers ?? []), ...manifest.tiers]) {
    for (const { what, resources = [] } of data) for (const path of resources) said.set(stack.idAt(path), what);
  }
  return (change) => {
    const what = said.get(baseAddress(change).split(".").slice(1).join("."));
    return storeKind(change) ?? (what === undefined ? undefined : `resource that holds ${what}`);
  };
}

/**
 * Volumes, buckets and managed databases that the plan deletes. One that belongs to a member of a tier that keeps its
 * data in several copies is that tier's matter; any other is the last copy, as far as the plan tells.
 */
export function judgeStores(facts: PlanFacts, tiers: readonly TierChange[]): Finding[] {
  const { plan, stack } = facts;
  const kindOf = storeKinds(facts);
  const names = new Set(tiers.flatMap(({ members }) => members.map(({ machine }) => machine)));
  const stores = plan.resource_changes.filter((change) => change.mode === "managed" && kindOf(change) !== undefined);
  const exists = ({ change }: ResourceChange): boolean => change.before !== null && change.before !== undefined;
  const findings: Finding[] = [];
  const judged = new Set<ResourceChange>();
  for (const store of stores.filter(deletes)) {
    const machines = machinesOf(store, names, stack);
    const owners = tiers.filter(({ members }) => members.some(({ machine }) => machines.includes(machine)));
    if (judged.has(store) || owners.some(({ holdsData, gone }) => holdsData === true || gone)) continue;
    const copies =
      owners.length === 0
        ? [store]
        : stores.filter((other) => exists(other) && shareMachine(machinesOf(other, names, stack), owners));
    if (!copies.every(deletes)) continue;
    for (const copy of copies) judged.add(copy);
    const [owner] = owners;
    const what = copies.map((copy) => `${kindOf(copy)} ${creates(copy) ? "is made anew, empty" : "is deleted"}`);
    findings.push({
      rule: "LAST_COPY",
      subject: owner?.path ?? store.address,
      problem:
        owner === undefined
          ? `the ${what[0]}; no other resource of the stack is known to hold its data.`
          : `every volume of the tier's members goes: ${list(what)}.`,
      instead:
        `Back up the data and restore it elsewhere first. When only the program shall forget it, remove it from the state ` +
        `(terraform state rm) instead of deleting it; against accidents set lifecycle: { preventDestroy: true }.`,
      resources: copies.map((copy) => describeResource(copy, stack)),
    });
  }
  return findings;
}

const shareMachine = (machines: readonly string[], tiers: readonly TierChange[]): boolean =>
  tiers.some(({ members }) => members.some(({ machine }) => machines.includes(machine)));
