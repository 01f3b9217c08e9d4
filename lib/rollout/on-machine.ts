import type { Machine } from "../contracts/site";

/** Where `beehive-apply` is installed on every machine. */
export const PROGRAM = "/usr/local/lib/beehive/beehive-apply";

/** Folder in the SSH user's home that files are delivered to; only that user can look inside. */
export const DELIVERY = ".beehive";

export function asRoot(machine: Pick<Machine, "sudo">): string {
  return machine.sudo ? "sudo" : "";
}
