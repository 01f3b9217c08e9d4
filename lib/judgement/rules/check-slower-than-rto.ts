import { DISRUPTIONS } from "../../manifest/format";
import type { Disruption, Manifest, ManifestPromise } from "../../manifest/manifest";
import { seconds } from "../format";
import { concernedTiers } from "../losses";
import { type DerivedStep, type Recovery, recoveryOf } from "../recovery";
import { alternativesFor } from "./other-settings";
import { type Draft, type Hive, labelOf, type Rule } from "./rule";

export const checkSlowerThanRto: Rule = {
  name: "CHECK_SLOWER_THAN_RTO",
  title: "Checks and timeouts are slower than the promised RTO",
  why: "The sum of the settings that decide how long a loss lasts is longer than an AvailabilityPromise allows.",
  fix: "Other settings, tried out by the engine; or a promise that can be kept.",
  level: "error",
  overTime: true,
  saidByPromise: true,
  check: findDelays,
};

interface Delay {
  readonly promise: ManifestPromise;
  readonly rto: number;
  readonly when: Disruption;
  readonly recovery: Recovery;
  /** The node that dies in the counter-example. */
  readonly node: string;
}

/** One finding for each tier that needs longer than promised, for the loss that is furthest from it. */
function findDelays(hive: Hive): Draft[] {
  const worst = new Map<string, Delay>();
  for (const delay of hive.manifest.promises.flatMap((promise) => delaysOf(hive, promise))) {
    const { tier } = delay.recovery;
    const known = worst.get(tier);
    if (known === undefined || excess(delay) > excess(known)) worst.set(tier, delay);
  }
  return [...worst].map(([tier, delay]) => ({
    level: delay.promise.onBreach === "fail" ? "error" : "warning",
    subject: tier,
    message: messageOf(hive, delay),
    fix: fixOf(hive.manifest, delay),
    cutSet: [delay.node],
    changeAt: delay.recovery.decidedBy,
  }));
}

const excess = ({ recovery, rto }: Delay): number => recovery.seconds - rto;

function delaysOf(hive: Hive, promise: ManifestPromise): Delay[] {
  const { manifest } = hive;
  return DISRUPTIONS.flatMap((when) => {
    const rto = promise.rto[when];
    if (rto === undefined) return [];
    return concernedTiers(manifest, [promise.entrance]).flatMap((tier) => {
      const recovery = recoveryOf(manifest, tier, when);
      if (recovery === undefined || recovery.seconds <= rto) return [];
      const node = survivedLoss(hive, promise, tier, when);
      return node === undefined ? [] : [{ promise, rto, when, recovery, node }];
    });
  });
}

/** A loss of the tier that visitors survive, so that only the time is wrong; what they don't survive is another rule's. */
function survivedLoss(
  { manifest, footprint, without }: Hive,
  promise: ManifestPromise,
  tier: string,
  when: Disruption,
): string | undefined {
  const places = manifest.structure.tiers[tier]!.of.flatMap((member) => footprint.placeOf(member, when) ?? []);
  return [...new Set(places)].find((node) => without(node)[promise.entrance]);
}

function messageOf(hive: Hive, { promise, rto, recovery, node }: Delay): string {
  const { tier, decidedBy, steps } = recovery;
  const whose = decidedBy === tier ? "" : `, by ${decidedBy}`;
  return (
    `when ${labelOf(hive, node)} dies, ${tier} is back after ${seconds(recovery.seconds)}, and ${promise.path} promises ` +
    `${seconds(rto)}: ${steps.map(({ formula }) => formula).join(" + ")}${whose}. Most of it is ${shown(costliest(recovery))}.`
  );
}

const costliest = ({ steps }: Recovery): DerivedStep => steps.reduce((a, b) => (b.seconds > a.seconds ? b : a));
const shown = (step: DerivedStep): string =>
  step.formula.includes(" x ") ? `${step.formula} = ${seconds(step.seconds)}` : step.formula;

/** The first of the tier's other settings that is fast enough, tried out; or how much the costliest step has to give. */
function fixOf(manifest: Manifest, delay: Delay): string {
  const { recovery, rto, when, promise } = delay;
  const { tier, decidedBy } = recovery;
  const tried = alternativesFor(manifest, decidedBy, tier, when);
  const enough = tried.find((other) => other.seconds <= rto);
  if (enough !== undefined) return `${decidedBy}: ${enough.change} (${seconds(enough.seconds)}).`;
  const most = costliest(recovery);
  const over = excess(delay);
  if (most.seconds > over) return `Shorten ${shown(most)} of ${decidedBy} by ${seconds(over)} or more.`;
  const best = [...tried].sort((a, b) => a.seconds - b.seconds)[0];
  const helps = best !== undefined && best.seconds < recovery.seconds;
  const nearest = helps
    ? `${decidedBy}: ${best.change} brings it to ${seconds(best.seconds)}`
    : `No setting of ${decidedBy} alone is enough`;
  const possible = seconds(helps ? best.seconds : recovery.seconds);
  return `${nearest}. ${promise.path} can promise rto.${when} of ${possible}.`;
}
