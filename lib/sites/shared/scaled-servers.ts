import type { EngineResilience } from "../../contracts/engine";
import { COMMON_CAUSE, COVERAGE, MANUAL_SECONDS } from "../../contracts/reliability-defaults";
import type { WebScalingRequest } from "../../contracts/web-scaling";
import { invalidProperty } from "../../core/errors";
import type { ManifestNode } from "../../manifest/manifest";
import { twoMinimums } from "./cloud-errors";

/** What the program says of how many servers there may be. */
export interface ServerLimits {
  /** `scaling.min`; the tier's `servers` says the same. */
  readonly min?: number;
  readonly max: number;
}

/** How few servers there are at any time, and where the program says so. */
export interface FewestServers {
  readonly least: number;
  readonly property: "servers" | "scaling.min";
}

/** @param otherwise when the program says nothing. @throws BeehiveError */
export function fewestServers(
  { path, servers }: Pick<WebScalingRequest, "path" | "servers">,
  { min }: ServerLimits,
  otherwise: number,
): FewestServers {
  if (min !== undefined && servers !== undefined && min !== servers) throw twoMinimums(path, min, servers);
  const least = min ?? servers ?? otherwise;
  const property = min === undefined && servers !== undefined ? "servers" : "scaling.min";
  if (least < 2) {
    throw invalidProperty(path, property, least, "one server is a single point of failure; use 2 or more.");
  }
  return { least, property };
}

/** @throws BeehiveError when there may be fewer than there have to be */
export function checkMost(path: string, { max }: ServerLimits, least: number): void {
  if (max >= least) return;
  const fix = `it must not be less than the fewest servers that there are at any time, ${least}. Raise max, or lower min.`;
  throw invalidProperty(path, "scaling.max", max, fix);
}

/**
 * The fewest servers that there are, by name. Others take over what one did because they are there already; that the provider
 * starts another one later is no part of it.
 */
export function scaledServers(
  nodes: Readonly<Record<string, ManifestNode>>,
  needed: number,
  { min }: ServerLimits,
): EngineResilience {
  return {
    nodes,
    structure: {
      atLeast: needed,
      of: Object.keys(nodes),
      needs: [],
      commonCause: COMMON_CAUSE,
      failover: { active: 1, coverage: COVERAGE, manualSeconds: MANUAL_SECONDS },
      recovery: [],
      loss: [],
      alternatives: [],
      growth: { property: min === undefined ? "servers" : "scaling.min", step: 1, atLeast: "same", keep: "needed" },
    },
  };
}
