import { secretPlaceholder } from "../placeholders";
import type { Software } from "../software";

export interface DatabaseAuthoritiesOptions {
  readonly instance: string;
  /** Name under which the rollout carries the certificates. They are no secret, but PEM text has line breaks. */
  readonly secret: string;
}

/** Where a client finds the certificates that sign the database's. */
export function authoritiesFile(instance: string): string {
  return `/etc/beehive/database/${instance}.ca.pem`;
}

/** The certificates by which a client verifies the identity of a managed database. */
export function databaseAuthorities({ instance, secret }: DatabaseAuthoritiesOptions): Software {
  return {
    name: `database-authorities-${instance}`,
    packages: [],
    files: [{ path: authoritiesFile(instance), content: secretPlaceholder(secret) }],
    services: [],
    gate: [],
    ports: [],
  };
}
