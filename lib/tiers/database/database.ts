import type { ITerraformDependable } from "../../cdktf";
import type { Machine } from "../../contracts/site";
import type { Software } from "../../software/software";
import type { Tier } from "../tier";

/** A tier that connects to a database. */
export interface DatabaseClient {
  /** Names the client's part on its machines: `shop-web`. */
  readonly instance: string;
  /** Construct path, for messages. */
  readonly path: string;
  /** Its machines; none where servers come and go. */
  readonly machines: readonly Machine[];
  /** CIDRs of the networks of servers that come and go, whose addresses are unknown before they start. */
  readonly networks: readonly string[];
  /** Local TCP port for the writer; the next one is for readers. */
  readonly port: number;
}

/** How a client reaches a database. */
export interface DatabaseAccess {
  /** Runs on each of the client's machines. */
  readonly software: () => readonly Software[];
  /**
   * `DB_HOST`, `DB_PORT`, `DB_READ_PORT`, `DB_NAME`, `DB_USER`, `DB_PASSWORD`, and what else the database gives its clients;
   * secrets as placeholders.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Terraform expressions of the secrets, by the names in the placeholders. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A database that tiers can use, however it is run. */
export interface IDatabase {
  /** The tier that runs it. */
  readonly tier: Tier;
  /** Resources that a client must depend on: when they are done, the database answers. */
  readonly ready: readonly ITerraformDependable[];
  /** Lets a client in, and returns what it needs to connect. */
  connect(client: DatabaseClient): DatabaseAccess;
}
