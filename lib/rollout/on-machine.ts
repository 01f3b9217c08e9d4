import type { Machine } from "../contracts/site";

/** Where `beehive-apply` is installed on every machine. */
export { MACHINE_PROGRAM as PROGRAM } from "../manifest/format";

/** Folder in the SSH user's home that files are delivered to; only that user can look inside. */
export const DELIVERY = ".beehive";

/**
 * Where Terraform puts the scripts that it runs. Its own choice is `/tmp`, with mode 0777: any account could add a line before
 * root runs it, and a `/tmp` without `exec` could not run it.
 */
export const SCRIPTS = `${DELIVERY}/script-%RAND%.sh`;

/** The same for the script that makes `DELIVERY`: the one folder that a login by key has brought, closed to other accounts. */
export const FIRST_SCRIPT = ".ssh/beehive-%RAND%.sh";

/**
 * Who deploys, for whoever comes meanwhile: the account that runs Terraform, and where its connection comes from. No trigger, so that
 * the state and the plan are the same whoever deploys.
 */
export const CLIENT =
  `--by '\${try(replace(basename(pathexpand("~")), "/[^A-Za-z0-9_.@-]/", ""), "")}' ` +
  '--connection "$SSH_CONNECTION"';

/** A delivered file of one task and one run: Terraform gives each run of a task an id of its own, and no other deploy writes there. */
export const delivered = (name: string, ending: string): string => `${DELIVERY}/${name}.\${self.id}${ending}`;

export function asRoot(machine: Pick<Machine, "sudo">): string {
  return machine.sudo ? "sudo" : "";
}
