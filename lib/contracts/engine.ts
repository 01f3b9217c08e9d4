import { foreignEngine } from "./engine-errors";
import type { ManifestNode, TierStructure } from "../manifest/manifest";
import type { ISite } from "./site";
import type { Reliability } from "./reliability";

/**
 * How a tier does its job. Tiers know these interfaces only; a cloud's own engines live beside its site and come with
 * its entry point (`cdktf-beehive/aws`).
 */
export interface Engine {
  /** For the manifest and for messages: `aws-application-load-balancer`. */
  readonly name: string;
  /** The kind of site that has it: `aws`. @default - works on every site */
  readonly siteKind?: string;
}

/** What every engine knows about the tier that it works for. */
export interface EngineRequest {
  /** The tier's site. */
  readonly site: ISite;
  /** Construct path of the tier, for messages and tags: `shop/entrance`. */
  readonly path: string;
  /** Names the tier's files, units and secrets, 24 characters at most: `shop-entrance`. */
  readonly instance: string;
}

/** For the manifest: the numbers that decide how long failures last (seconds), and what is lost. */
export type EngineSettings = Readonly<Record<string, string | number | boolean>>;

/** How an engine fails, for predictions. */
export interface EngineResilience {
  /**
   * What it adds to the structure, by name: the managed service, servers that come and go. A managed service is `in` the zones or the
   * region whose loss it does not survive.
   */
  readonly nodes: Readonly<Record<string, ManifestNode>>;
  /** Of the tier; what the tier itself needs (its target, its database) is added to `needs`. */
  readonly structure: TierStructure;
}

/**
 * A service that the provider runs, as one node: how it survives the loss of its own parts is the provider's, and in `reliability`.
 *
 * @param name of the node: `load balancer shop/entrance`
 * @param within zones or the site whose loss it does not survive
 * @param rest where the tier differs from one that recovers from nothing and keeps nothing
 */
export function managedService(
  name: string,
  reliability: Reliability,
  within: readonly string[],
  rest: Partial<TierStructure> = {},
): EngineResilience {
  return {
    nodes: { [name]: reliability.node("managed service", within) },
    structure: { atLeast: 1, of: [name], needs: [], commonCause: 0, recovery: [], loss: [], alternatives: [], ...rest },
  };
}

/** @throws BeehiveError when the tier's site is of another kind */
export function refuseForeignEngine(
  path: string,
  property: string,
  engine: Engine,
  site: ISite,
  instead: string,
): void {
  if (engine.siteKind === undefined || engine.siteKind === site.kind) return;
  throw foreignEngine(path, property, engine.name, engine.siteKind, { name: site.name, kind: site.kind }, instead);
}
