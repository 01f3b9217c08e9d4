import type { Machine } from "../contracts/site";

/** Where `beehive-apply` is installed on every machine. */
export const PROGRAM = "/usr/local/lib/beehive/beehive-apply";

/** Folder in the SSH user's home that files are delivered to; only that user can look inside. */
export const DELIVERY = ".beehive";

/**
 * Where Terraform puts the scripts that it runs. Its own choice is `/tmp`, with mode 0777: any account could add a line before
 * root runs it, and a `/tmp` without `exec` could not run it.
 */
export const SCRIPTS = `${DELIVERY}/script-%RAND%.sh`;

/** The same for the script that makes `DELIVERY`: the one folder that a login by key has brought, closed to other accounts. */
export const FIRST_SCRIPT = ".ssh/beehive-%RAND%.sh";

export function asRoot(machine: Pick<Machine, "sudo">): string {
  return machine.sudo ? "sudo" : "";
}
