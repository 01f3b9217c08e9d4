import type { Construct } from "constructs";
import type { ITerraformDependable } from "../cdktf";
import type { BakedBundle } from "./baked-bundle";
import type { Engine, EngineRequest, EngineResilience, EngineSettings } from "./engine";

/** How a `HaWebTier` gets servers that come and go: an auto scaling group, a pool of droplets. */
export interface WebScaling extends Engine {
  readonly siteKind: string;
  /** Makes everything in `scope`, the tier's construct; ids below it are contract. Called once, in the tier's constructor. */
  make(scope: Construct, request: WebScalingRequest): WebScalingHandle;
}

export interface WebScalingRequest extends EngineRequest {
  /** How few servers there are at any time, when the program says so; 2 or more. */
  readonly servers?: number;
  /** How many servers carry the load of a busy day, when the program says so. */
  readonly needed?: number;
  /** TCP port at which a server answers, on its private address. */
  readonly port: number;
  /** Answers 200 when the application can do its work. */
  readonly healthPath: string;
  /** What each server takes with it, because nobody is there to push it. */
  readonly bundle: BakedBundle;
  /** What must work before the first server starts: the database. */
  readonly after: readonly ITerraformDependable[];
}

/** What an engine has made; each cloud adds what its load balancers need to register the servers. */
export interface WebScalingHandle {
  /** `aws`, `digitalocean`. */
  readonly siteKind: string;
  /** Name of the engine. */
  readonly engine: string;
  /** How few servers there are at any time. */
  readonly least: number;
  /** How many of them carry the load, where the program does not say. @default - all but one */
  readonly needed?: number;
  /** CIDRs of the networks that the servers are in, known at synth: a database lets them in. */
  readonly networks: readonly string[];
  readonly ready: readonly ITerraformDependable[];
  readonly settings: EngineSettings;
  readonly resilience: EngineResilience;
}
