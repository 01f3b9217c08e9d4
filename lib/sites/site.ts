import type { IConstruct } from "constructs";
import type { ITerraformDependable, SSHProvisionerConnection } from "../cdktf";
import type { ManifestMachine, ManifestNode, ManifestSite } from "../manifest";
import type { Software } from "../software/software";
import type { Draw } from "./host-pool";

/** One place where machines run under one control plane. Tiers know only this, never a provider. */
export interface ISite extends IConstruct {
  /** `hosts`, `aws`, `digitalocean`. */
  readonly kind: string;
  /** Construct id. */
  readonly name: string;
  /** Failure domains of the site. */
  readonly zones: readonly string[];
  /** The layer 2 network that all private addresses are in; undefined where there is none, so no virtual IP can move. */
  readonly network: string | undefined;
  /** The machines for a tier. Throws when there are too few. */
  provide(request: MachineRequest): Machine[];
  /** Whether an address belongs to a machine of the site, and to which. */
  ownerOf(address: string): string | undefined;
  /** What fails as one: the site, its zones, and whatever else its machines share, by `siteNode` and `zoneNode`. @internal */
  structureNodes(): Readonly<Record<string, ManifestNode>>;
  /** @internal */
  toManifest(): ManifestSite;
}

/** Name of a site in the structure. */
export const siteNode = (site: string): string => `site ${site}`;

/** Name of a zone in the structure. */
export const zoneNode = (site: string, zone: string): string => `zone ${site}/${zone}`;

export type MachineRequest = Draw;

/** One server. */
export interface Machine {
  readonly name: string;
  readonly site: ISite;
  readonly zone: string;
  /** Where SSH reaches it. */
  readonly address: string;
  /** Where the other machines reach it. */
  readonly privateAddress: string;
  /** Changes when the machine becomes another one, so that everything is delivered anew. */
  readonly id: string;
  readonly connection: SSHProvisionerConnection;
  /** Whether commands need `sudo`. */
  readonly sudo: boolean;
  /** What a destroy-time provisioner may know: plain values, kept in the state. Holds no secret. */
  readonly farewell: Readonly<Record<string, string>>;
  /** Packages and `beehive-apply` are there when this is done. */
  readonly prepared: ITerraformDependable;
  /** Adds software whose packages to install; asked when the stack is synthesized. */
  install(software: () => readonly Software[]): void;
  /** How it fails, and with what. @internal */
  structureNode(): ManifestNode;
  /** @internal */
  toManifest(): ManifestMachine;
}
