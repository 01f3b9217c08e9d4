import { COMMON_CAUSE, COVERAGE, MANUAL_SECONDS } from "../contracts/reliability-defaults";
import type { EngineResilience, EngineSettings } from "../contracts/engine";
import type { ISite, Machine } from "../contracts/site";
import type {
  ManifestData,
  ManifestEndpoint,
  ManifestProbe,
  ManifestTier,
  ManifestVotes,
  TierStructure,
} from "../manifest/manifest";

/**
 * What a tier says of itself, once; its entry in the manifest and its structure, from which synth predicts, both come from
 * it. It changes nothing on the machines.
 */
export interface TierDescription {
  /** What it is, for people: `GaleraCluster`. */
  readonly kind: string;
  /** How it does its job, for people: `mariadb-galera`. */
  readonly engine: string;
  /** How many of its machines have to work; 0 where a provider keeps the tier working and shows no machines. */
  readonly atLeast: number;
  /** Tiers without which it cannot do its job. @default [] */
  readonly needs?: readonly { readonly path: string }[];
  /** Where others reach it. @default [] */
  readonly endpoints?: readonly ManifestEndpoint[];
  /** What decides how long its failures last (seconds), and what is lost; the steps of `losses.recovery` name them. @default {} */
  readonly settings?: EngineSettings;
  /** Whose agreement it needs to take writes. @default - its members do not vote */
  readonly votes?: ManifestVotes;
  /** What it keeps that must not be lost. @default [] */
  readonly data?: readonly ManifestData[];
  /** How drills ask its machines whether it is whole, and which of them leads. @default [] */
  readonly probes?: readonly ManifestProbe[];
  /** How it gets over the loss of machines, and what that costs. @default {} */
  readonly losses?: TierLosses;
  /**
   * What an engine says in the place of `losses`: its own members and how they fail, in a structure of its own.
   * @default - the members are the tier's machines
   */
  readonly resilience?: EngineResilience;
}

/** How a tier gets over the loss of machines of its own, and what that costs. */
export interface TierLosses extends Partial<Omit<TierStructure, "atLeast" | "of" | "needs">> {
  /** Share of a machine's failures that hits all machines of the tier at once. @default 0.1; 0 for a tier with one machine */
  readonly commonCause?: number;
  /** How the machines that are left take over. @default - a loss concerns one part of the work; 98 % are handled without a hand */
  readonly failover?: TierStructure["failover"];
  /** How long a loss lasts for visitors, at most. @default [] - it is not recovered from, or another tier notices and says how soon */
  readonly recovery?: TierStructure["recovery"];
  /**
   * What a loss costs in data while a copy is left; to be said by every tier with `data`. The loss of a zone costs what that of a
   * machine does, or more. When all machines that keep the `data` are in the zone or site that is lost, all of it is lost, whatever
   * stands here, unless a tier elsewhere keeps backups of it (`role`) and an entry says what that costs.
   * @default [] - the tier keeps none
   */
  readonly loss?: TierStructure["loss"];
  /** Other settings that the program could choose, best first. @default [] */
  readonly alternatives?: TierStructure["alternatives"];
}

/** Each loss concerns one part of the work, whichever machine it is. */
const ONE_PART = { active: 1, coverage: COVERAGE, manualSeconds: MANUAL_SECONDS };

/** Where a described tier is. */
export interface DescribedTier {
  /** Construct path: `shop/db`. */
  readonly path: string;
  readonly site: Pick<ISite, "name">;
  readonly machines: readonly Pick<Machine, "name">[];
}

/** The tier's entry in the manifest. */
export function manifestOf({ path, site, machines }: DescribedTier, description: TierDescription): ManifestTier {
  const {
    kind,
    engine,
    atLeast,
    needs = [],
    endpoints = [],
    settings = {},
    votes,
    data = [],
    probes = [],
  } = description;
  return {
    path,
    kind,
    engine,
    site: site.name,
    machines: machines.map((machine) => machine.name),
    atLeast,
    needs: needs.map((tier) => tier.path),
    endpoints: [...endpoints],
    settings: { ...settings },
    ...(votes !== undefined && { votes }),
    ...(data.length > 0 && { data: [...data] }),
    ...(probes.length > 0 && { probes: [...probes] }),
  };
}

/** What the tier needs to work, how long its losses last, and what they cost. */
export function structureOf(
  { machines }: Pick<DescribedTier, "machines">,
  description: TierDescription,
): TierStructure {
  const { atLeast, needs = [], losses = {}, resilience } = description;
  const tiers = needs.map((tier) => tier.path);
  if (resilience !== undefined) {
    return { ...resilience.structure, needs: [...tiers, ...resilience.structure.needs] };
  }
  const {
    commonCause = machines.length < 2 ? 0 : COMMON_CAUSE,
    failover = ONE_PART,
    recovery = [],
    loss = [],
    alternatives = [],
    ...rest
  } = losses;
  const of = machines.map((machine) => machine.name);
  return { atLeast, of, needs: tiers, commonCause, failover, recovery, loss, alternatives, ...rest };
}
