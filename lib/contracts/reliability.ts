import { isDuration, type Duration } from "../core/duration";
import { invalidProperty, onlyTerraformKnows } from "../core/errors";
import { isToken } from "../core/tokens";
import type { ManifestNode } from "../manifest/manifest";
import { Trait } from "../core/trait";

/** `"99.95%"`: the share of time that something works. */
export type Percentage = string;

/**
 * How often something is down: a percentage, the worst and the best that one expects, both with the likely one between
 * them, or how long it runs between two failures and how long a repair takes.
 */
export type ReliabilityEstimate =
  | Percentage
  | readonly [worst: Percentage, best: Percentage]
  | readonly [worst: Percentage, likely: Percentage, best: Percentage]
  | { readonly mtbf: Duration; readonly mttr: Duration };

/** What kind of source a number has: a drill, a contract, published statistics, or a guess. */
export type Provenance = ManifestNode["provenance"];
type Numbers = Pick<ManifestNode, "probability" | "failuresPerYear">;

const HOURS_PER_YEAR = 8766;
const PERCENTAGE = /^(\d{1,3})(?:\.(\d+))?\s*%$/;

const trait = new Trait<Reliability>("Reliability");

/** Whether something is a `Reliability`. */
export const isReliability = trait.has;

/** How reliable a part is, and where the number comes from: every report shows both. */
export class Reliability {
  static {
    trait.mark(this.prototype);
  }

  private constructor(
    /** What kind of source the number has. */
    readonly provenance: Provenance,
    /** Where the number comes from, for reports. */
    readonly source: string,
    private readonly numbers: Numbers,
  ) {
    if (typeof source !== "string" || source.trim() === "") {
      const problem = 'say where the number comes from, for example "contract with the hoster".';
      throw invalidProperty(`Reliability.${provenance}`, "source", source, problem);
    }
  }

  /** What a contract promises. It is no measurement: sellers pay for less, and do not count short outages. */
  static sla(estimate: ReliabilityEstimate, source: string): Reliability {
    return new Reliability("sla", source, numbersOf("Reliability.sla", estimate));
  }

  /** What you measured. */
  static measured(estimate: ReliabilityEstimate, source: string): Reliability {
    return new Reliability("measured", source, numbersOf("Reliability.measured", estimate));
  }

  /** Published statistics. */
  static literature(estimate: ReliabilityEstimate, source: string): Reliability {
    return new Reliability("literature", source, numbersOf("Reliability.literature", estimate));
  }

  /** A guess; a range is more honest than a number. */
  static assumed(estimate: ReliabilityEstimate, source = "assumed"): Reliability {
    return new Reliability("assumed", source, numbersOf("Reliability.assumed", estimate));
  }

  /** @internal */
  static fromNumbers(provenance: Provenance, source: string, numbers: Numbers): Reliability {
    return new Reliability(provenance, source, numbers);
  }

  /** A part of a structure that is so reliable. @param within names of nodes whose failure takes it down */
  node(kind: ManifestNode["kind"], within: readonly string[] = []): ManifestNode {
    return { kind, in: [...within], ...this.numbers, provenance: this.provenance, source: this.source };
  }
}

const ALLOWED =
  'write "99.9%", ["99%", "99.9%"], ["99%", "99.5%", "99.9%"] or ' +
  "{ mtbf: Duration.minutes(50_000), mttr: Duration.minutes(60) }.";

/** @param call that was made, for messages */
function numbersOf(call: string, estimate: ReliabilityEstimate): Numbers {
  const refuse = (problem: string) => invalidProperty(call, "estimate", estimate, problem);
  const shareOf = (text: unknown): number => {
    const share = unavailabilityOf(text);
    if (share === undefined) throw refuse(`an availability is a percentage of 0 to 100; ${ALLOWED}`);
    return share;
  };
  if (isToken(estimate)) throw onlyTerraformKnows(call, "estimate", 'a percentage, for example "99.9%"');
  if (typeof estimate === "string") {
    const share = shareOf(estimate);
    return { probability: [share, share, share] };
  }
  if (!Array.isArray(estimate)) {
    const { mtbf, mttr } = (estimate ?? {}) as { mtbf?: unknown; mttr?: unknown };
    if (!(isDuration(mtbf) && isDuration(mttr))) throw refuse(ALLOWED);
    const [up, repair] = [mtbf.toSeconds(), mttr.toSeconds()];
    if (up <= 0) throw refuse("the time between failures (mtbf) is longer than nothing. Raise it.");
    const share = repair / (up + repair);
    return { probability: [share, share, share], failuresPerYear: (HOURS_PER_YEAR * 3600) / (up + repair) };
  }
  if (estimate.length !== 2 && estimate.length !== 3) throw refuse(ALLOWED);
  const shares = estimate.map(shareOf).reverse();
  const [low, high] = [shares[0]!, shares[shares.length - 1]!];
  const likely = shares.length === 3 ? shares[1]! : Math.sqrt(low * high);
  if (!(low <= likely && likely <= high)) throw refuse("write the worst availability first, the best last.");
  return { probability: [low, likely, high] };
}

/**
 * The share of time that something is down, exactly as the digits say: 1 - 0.9999 would be off in the 13th.
 *
 * @returns undefined when the value is no percentage of 0 to 100
 */
export function unavailabilityOf(availability: unknown): number | undefined {
  const match = typeof availability === "string" ? PERCENTAGE.exec(availability) : null;
  const digits = match === null ? Number.NaN : Number(`${match[1]}${match[2] ?? ""}`);
  const whole = 100 * 10 ** (match?.[2]?.length ?? 0);
  return digits <= whole ? (whole - digits) / whole : undefined;
}
