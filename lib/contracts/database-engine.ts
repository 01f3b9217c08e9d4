import type { Construct } from "constructs";
import type { ITerraformDependable } from "../cdktf";
import type { Machine } from "./site";
import type { Engine, EngineRequest, EngineResilience, EngineSettings } from "./engine";

/** How a `ManagedDatabase` does its job: what a cloud sells. */
export interface DatabaseEngine extends Engine {
  readonly siteKind: string;
  readonly protocol: "mysql" | "postgresql";
  /**
   * Makes everything in `scope`, the tier's construct; ids below it are contract. Called once, in the tier's constructor. Throws
   * when the request asks for something that the provider cannot do. What it makes is protected from destruction.
   */
  make(scope: Construct, request: DatabaseRequest): DatabaseHandle;
}

export interface DatabaseRequest extends EngineRequest {
  /** One or more; the first is the one that `database: db` gives to a web tier. */
  readonly databases: readonly RequestedDatabase[];
  /** Who connects; asked when the stack is synthesized, because tiers made later count. */
  readonly clients: () => readonly ManagedDatabaseClient[];
}

export interface RequestedDatabase {
  readonly name: string;
  readonly user: string;
  /**
   * The password that the program gives, or a sensitive Terraform variable, made when this is called for the first time. Not to
   * be called by engines whose provider makes passwords itself.
   */
  readonly password: () => string;
  /** Whether the program gives the password. */
  readonly passwordGiven: boolean;
}

/** A tier that connects. */
export interface ManagedDatabaseClient {
  /** Construct path of the tier. */
  readonly path: string;
  readonly machines: readonly Machine[];
  /** Of servers that come and go, as CIDRs. */
  readonly networks: readonly string[];
}

/** What an engine has made. */
export interface DatabaseHandle {
  /** Leads to the server that takes the writes, always. */
  readonly writer: DatabaseLocation;
  /** Leads to servers that answer reads. @default - the writer */
  readonly reader?: DatabaseLocation;
  /** By the database's name. */
  readonly logins: Readonly<Record<string, DatabaseLogin>>;
  /** How connections are encrypted. */
  readonly tls: DatabaseTls;
  /** Whoever needs the database depends on these. */
  readonly ready: readonly ITerraformDependable[];
  readonly settings: EngineSettings;
  readonly resilience: EngineResilience;
}

export interface DatabaseLocation {
  /** DNS name or address; as a fact where only apply knows it (`Hive.fact`). */
  readonly host: string;
  readonly port: number;
}

export interface DatabaseLogin {
  readonly user: string;
  /** Sensitive Terraform expression. */
  readonly password: string;
}

export interface DatabaseTls {
  /** Whether the server refuses connections that are not encrypted. */
  readonly required: boolean;
  /** Certificates that sign the server's, as PEM text or a Terraform expression of it. @default - not given to clients */
  readonly authorities?: string;
}
