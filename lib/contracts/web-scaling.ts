import type { Construct } from "constructs";
import type { ITerraformDependable } from "../cdktf";
import type { BakedBundle } from "./baked-bundle";
import type { Engine, EngineRequest, EngineResilience, EngineSettings } from "./engine";

/** How a `HaWebTier` gets servers that come and go: an auto scaling group, a pool of droplets. */
export interface WebScaling extends Engine {
  /** The kind of site that has it: `aws`. */
  readonly siteKind: string;
  /** Makes everything in `scope`, the tier's construct; ids below it are contract. Called once, in the tier's constructor. */
  make(scope: Construct, request: WebScalingRequest): WebScalingHandle;
}

/** What an `HaWebTier` wants of its scaling engine. */
export interface WebScalingRequest extends EngineRequest {
  /** The smallest number of servers at any time, 2 or more. @default - the engine's */
  readonly servers?: number;
  /** How many servers carry the load of a busy day. @default - the engine's */
  readonly needed?: number;
  /** TCP port at which a server answers, on its private address. */
  readonly port: number;
  /** Answers 200 when the application can do its work. */
  readonly healthPath: string;
  /** What each server carries with it: no rollout reaches a server that starts by itself. */
  readonly bundle: BakedBundle;
  /** What must work before the first server starts: the database. */
  readonly after: readonly ITerraformDependable[];
}

/** What a scaling engine has made; each cloud adds what its load balancers need to register the servers. */
export interface WebScalingHandle {
  /** The kind of site that it was made for: `aws`, `digitalocean`. */
  readonly siteKind: string;
  /** Name of the engine. */
  readonly engine: string;
  /** The smallest number of servers at any time. */
  readonly least: number;
  /** How many of them carry the load, where the program does not say. @default - all but one */
  readonly needed?: number;
  /** CIDRs of the networks that the servers are in, known at synth: a database lets them in. */
  readonly networks: readonly string[];
  /** Resources that are done when the servers work. */
  readonly ready: readonly ITerraformDependable[];
  /** For the manifest: the numbers that decide how soon servers come. */
  readonly settings: EngineSettings;
  /** How the servers fail, for predictions. */
  readonly resilience: EngineResilience;
}
