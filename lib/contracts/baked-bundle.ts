import type { Port } from "../software/software";

/** A file as Terraform delivers it. */
export interface DeliveredFile {
  /** In the folder beside `cdk.tf.json`. */
  readonly name: string;
  /** Path, as Terraform sees it. */
  readonly source: string;
  /** SHA-256 of the content. */
  readonly hash: string;
  /** The text itself. */
  readonly content: () => string;
}

/**
 * A rollout for servers that start by themselves: what each server fetches when it starts. The files are written beside
 * `cdk.tf.json`; the engine puts them where a starting server finds them, and the server runs
 *
 *     beehive-apply prepare PACKAGES
 *     beehive-apply apply --name NAME --address ADDRESS [--facts FACTS] BUNDLE [SECRETS]
 *
 * with its own name and private address. Every member is evaluated when the stack is synthesized, inside a `Lazy` value.
 */
export interface BakedBundle {
  /** `beehive-apply` itself; Python 3.11 or newer runs it. */
  readonly program: () => DeliveredFile;
  /** PACKAGES: the Debian packages to install. */
  readonly packages: () => DeliveredFile;
  /** BUNDLE: files, units and checks of the servers. A new hash means that servers have to be replaced. */
  readonly bundle: () => DeliveredFile;
  /** FACTS: JSON as a Terraform expression; no secret. Undefined when the bundle names none. A change replaces servers, too. */
  readonly facts: () => string | undefined;
  /** SECRETS: JSON as a sensitive Terraform expression. It belongs in a store that only the servers can read, never in user data. */
  readonly secrets: () => string | undefined;
  /** What the servers listen on, and which sources may connect. */
  readonly ports: () => readonly Port[];
}
