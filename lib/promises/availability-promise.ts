import { Construct } from "constructs";
import { z } from "../core/zod";
import { Annotations, TerraformStack } from "../cdktf";
import type { Duration } from "../core/duration";
import { BeehiveError, invalidProperty } from "../core/errors";
import { otherStack } from "../stack/stack-errors";
import { Hive } from "../stack/hive";
import { DISRUPTIONS } from "../manifest/format";
import type { Disruption, Manifest, ManifestPromise } from "../manifest/manifest";
import { list } from "../core/words";
import { checkProps, duration, instance, line, propsSchema } from "../core/props";
import { sourceLine } from "../core/source-line";
import { unavailabilityOf } from "../contracts/reliability";
import { isTier, type Tier } from "../tiers/tier";
import { constructPath } from "../stack/construct-path";

/** How long, for the loss of one machine, of one zone, of one site. What is left out is not promised. */
export interface DisruptionTimes {
  /** Limit for the loss of one machine, whichever it is. @default - not promised */
  readonly machine?: Duration;
  /** Limit for the loss of one zone with all its machines. @default - not promised */
  readonly zone?: Duration;
  /** Limit for the loss of one whole site. @default - not promised */
  readonly site?: Duration;
}

/** What an `AvailabilityPromise` promises, for which entrance. */
export interface AvailabilityPromiseProps {
  /**
   * The tier that visitors connect to, as a rule the load balancer.
   * @example entrance: entrance
   */
  readonly entrance: Tier;
  /**
   * Share of time in which visitors are served, over years: `"99.95%"`.
   * @default - not promised
   * @example availability: "99.95%"
   */
  readonly availability?: string;
  /**
   * Recovery time objective: until visitors are served again.
   * @default {}
   * @example rto: { machine: Duration.seconds(10), zone: Duration.seconds(30) }
   */
  readonly rto?: DisruptionTimes;
  /**
   * Recovery point objective: how much time's acknowledged writes may be lost; `Duration.seconds(0)` for none.
   * @default {}
   * @example rpo: { machine: Duration.seconds(0) }
   */
  readonly rpo?: DisruptionTimes;
  /**
   * What synth does when the structure cannot keep the promise: `fail` refuses to synthesize, `warn` prints the breach
   * and goes on.
   * @default "fail"
   * @example onBreach: "warn"
   */
  readonly onBreach?: "fail" | "warn";
}

const TIMES = "a time for the loss of a machine, a zone or a site";
const timesSchema = propsSchema<DisruptionTimes>()({
  machine: duration().optional(),
  zone: duration().optional(),
  site: duration().optional(),
});
const schema = propsSchema<AvailabilityPromiseProps>()({
  entrance: instance("a tier", isTier).meta({ example: "loadBalancer" }),
  availability: line.meta({ words: "a percentage in quotes", example: '"99.95%"' }).optional(),
  rto: timesSchema.meta({ words: TIMES, example: "{ machine: Duration.seconds(10) }" }).optional(),
  rpo: timesSchema.meta({ words: TIMES, example: "{ machine: Duration.seconds(0) }" }).optional(),
  onBreach: z.enum(["fail", "warn"]).optional(),
});

const MINUTES_PER_YEAR = 525_960;

/**
 * What you promise your visitors. Each synth computes what the structure can deliver, and refuses a promise that it cannot
 * keep: with what is missing, and with the cheapest change that would keep it. It touches no machine.
 */
export class AvailabilityPromise extends Construct {
  constructor(scope: Construct, id: string, props: AvailabilityPromiseProps) {
    const path = constructPath(scope, id);
    checkProps(path, schema, props);
    super(scope, id);
    const { entrance, onBreach = "fail" } = props;
    if (TerraformStack.of(entrance) !== TerraformStack.of(this)) throw otherStack(path, "entrance", entrance.node.path);
    const promise: ManifestPromise = {
      path,
      entrance: entrance.path,
      unavailability: checkAvailability(path, props.availability),
      rto: toSeconds(props.rto),
      rpo: toSeconds(props.rpo),
      onBreach,
    };
    if (promise.unavailability === undefined && Object.keys({ ...promise.rto, ...promise.rpo }).length === 0) {
      throw new BeehiveError(
        path,
        `promises nothing; give availability, rto or rpo, for example availability: "99.95%", or leave the promise out.`,
      );
    }
    refuseContradictions(path, promise);
    const hive = Hive.of(this);
    for (const other of hive.promised) refuseOther(path, promise, other);
    hive.addPromise(promise);
    hive.locate(path, sourceLine());
    this.node.addValidation({ validate: () => this.judge(promise) });
  }

  /** The judgement is loaded when it is first needed: importing Beehive stays quick. */
  private judge(promise: ManifestPromise): string[] {
    const { breachesOf } = loadJudgement();
    const manifest = Hive.of(this).writtenManifest();
    const { breaches, warnings } = breachesOf(manifest, promise);
    const fail = promise.onBreach === "fail";
    const stranger = noVisitors(promise, manifest);
    if (stranger !== undefined) Annotations.of(this).addWarning(stranger);
    for (const warning of fail ? warnings : [...breaches, ...warnings]) Annotations.of(this).addWarning(warning);
    return fail ? breaches : [];
  }
}

/** A warning: visitors may come by a way that the program does not know. */
function noVisitors({ path, entrance }: ManifestPromise, { tiers }: Manifest): string | undefined {
  const enters = tiers
    .filter(({ endpoints }) => endpoints.some(({ kind }) => kind === "entrance"))
    .map((tier) => tier.path);
  if (enters.length === 0 || enters.includes(entrance)) return undefined;
  return (
    `${path}: entrance is ${entrance}, where no visitor of this program comes in; the promise says nothing of what is in front of ` +
    `it. Visitors come in at ${list(enters)}: promise for that, or ignore this where others connect to ${entrance} itself.`
  );
}

function loadJudgement(): typeof import("../judgement/breaches") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("../judgement/breaches") as typeof import("../judgement/breaches");
}

function checkAvailability(path: string, availability: string | undefined): number | undefined {
  if (availability === undefined) return undefined;
  const unavailability = unavailabilityOf(availability);
  if (unavailability === undefined) {
    throw invalidProperty(path, "availability", availability, 'write a percentage such as "99.95%".');
  }
  if (unavailability === 0) {
    throw invalidProperty(path, "availability", availability, "nothing works always. Promise 99.99% or less.");
  }
  if (unavailability > 0.5) {
    throw invalidProperty(path, "availability", availability, 'that is down most of the time; write it like "99.95%".');
  }
  return unavailability;
}

function toSeconds(lengths: DisruptionTimes = {}): Partial<Record<Disruption, number>> {
  const given = DISRUPTIONS.flatMap((when) => {
    const length = lengths[when];
    return length === undefined ? [] : [[when, length.toSeconds()] as const];
  });
  return Object.fromEntries(given);
}

/** A promise that no hive at all could keep, or that says the same thing twice. */
function refuseContradictions(path: string, promise: ManifestPromise): void {
  for (const objective of ["rto", "rpo"] as const) {
    DISRUPTIONS.forEach((larger, i) => {
      for (const smaller of DISRUPTIONS.slice(0, i)) {
        const [less, more] = [promise[objective][smaller], promise[objective][larger]];
        if (less !== undefined && more !== undefined && more < less) {
          throw contradictingPromise(
            path,
            `${objective}.${larger} is ${more} s and ${objective}.${smaller} is ${less} s`,
            `the loss of a ${larger} contains the loss of a ${smaller}, and cannot be over sooner. ` +
              `Raise ${objective}.${larger} or lower ${objective}.${smaller}`,
          );
        }
      }
    });
  }
  const allowed = promise.unavailability === undefined ? Infinity : promise.unavailability * MINUTES_PER_YEAR * 60;
  for (const when of DISRUPTIONS) {
    const rto = promise.rto[when];
    if (rto !== undefined && rto > allowed) {
      throw contradictingPromise(
        path,
        `rto.${when} is ${rto} s, and the availability allows ${Math.round(allowed)} s in a year`,
        `one loss alone may take longer than a whole year's allowance. Lower rto.${when} or the availability`,
      );
    }
  }
}

function refuseOther(path: string, promise: ManifestPromise, other: ManifestPromise): void {
  if (other.entrance !== promise.entrance) return;
  const both = (name: string, a: number | undefined, b: number | undefined): void => {
    if (a === undefined || b === undefined || a === b) return;
    throw contradictingPromise(
      path,
      `${other.path} promises another ${name} for ${promise.entrance}`,
      "one entrance has one promise. Keep the stricter one",
    );
  };
  both("availability", promise.unavailability, other.unavailability);
  for (const when of DISRUPTIONS) {
    both(`rto.${when}`, promise.rto[when], other.rto[when]);
    both(`rpo.${when}`, promise.rpo[when], other.rpo[when]);
  }
}

function contradictingPromise(path: string, what: string, why: string): BeehiveError {
  return new BeehiveError(path, `${what}; ${why}.`);
}
