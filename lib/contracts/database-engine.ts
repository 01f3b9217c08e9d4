import type { Construct } from "constructs";
import type { ITerraformDependable } from "../cdktf";
import type { Machine } from "./site";
import type { Engine, EngineRequest, EngineResilience, EngineSettings } from "./engine";

/** How a `ManagedDatabase` does its job: a database service of a cloud. */
export interface DatabaseEngine extends Engine {
  /** The kind of site that has it: `aws`. */
  readonly siteKind: string;
  /** Protocol that clients speak to it. */
  readonly protocol: "mysql" | "postgresql";
  /**
   * Makes everything in `scope`, the tier's construct; ids below it are contract. Called once, in the tier's
   * constructor. What it makes is protected from destruction.
   *
   * @throws BeehiveError when the request asks for something that the provider cannot do
   */
  make(scope: Construct, request: DatabaseRequest): DatabaseHandle;
}

/** What a `ManagedDatabase` wants of its engine. */
export interface DatabaseRequest extends EngineRequest {
  /** One or more; the first is the one that `database: db` gives to a web tier. */
  readonly databases: readonly RequestedDatabase[];
  /** The tiers that connect; evaluated when the stack is synthesized, because tiers that are made later count. */
  readonly clients: () => readonly ManagedDatabaseClient[];
}

/** One database that an engine has to make, with its account. */
export interface RequestedDatabase {
  /** Name of the database. */
  readonly name: string;
  /** Name of the account that uses it. */
  readonly user: string;
  /**
   * The password that the program gives, or a sensitive Terraform variable, made when this is called for the first time. Not to
   * be called by engines whose provider makes passwords itself.
   */
  readonly password: () => string;
  /** Whether the program gives the password. */
  readonly passwordGiven: boolean;
}

/** A tier that connects to a managed database. */
export interface ManagedDatabaseClient {
  /** Construct path of the tier. */
  readonly path: string;
  /** Its machines; none where servers come and go. */
  readonly machines: readonly Machine[];
  /** Networks of servers that come and go, as CIDRs. */
  readonly networks: readonly string[];
}

/** What a database engine has made. */
export interface DatabaseHandle {
  /** Leads to the server that accepts writes, after every failover. */
  readonly writer: DatabaseLocation;
  /** Leads to servers that answer reads. @default - the writer */
  readonly reader?: DatabaseLocation;
  /** Account and password for each database, by the database's name. */
  readonly logins: Readonly<Record<string, DatabaseLogin>>;
  /** How connections are encrypted. */
  readonly tls: DatabaseTls;
  /** Resources that clients of the database must depend on. */
  readonly ready: readonly ITerraformDependable[];
  /** For the manifest: the times that decide how long a failover takes. */
  readonly settings: EngineSettings;
  /** How the service fails, for predictions. */
  readonly resilience: EngineResilience;
}

/** Where a database server listens. */
export interface DatabaseLocation {
  /** DNS name or address; as a fact where only apply knows it (`fact()`). */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
}

/** Account of an application at a database. */
export interface DatabaseLogin {
  /** Name of the account. */
  readonly user: string;
  /** Sensitive Terraform expression. */
  readonly password: string;
}

/** How connections to a database are encrypted. */
export interface DatabaseTls {
  /** Whether the server refuses connections that are not encrypted. */
  readonly required: boolean;
  /** Certificates that sign the server's, as PEM text or a Terraform expression of it. @default - not given to clients */
  readonly authorities?: string;
}
