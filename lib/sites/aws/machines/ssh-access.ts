import { checkLoginSources } from "../../shared/login-sources";
import type { BastionProps, SshProps } from "../../../rollout/ssh";
import type { AwsBastionProps } from "./aws-bastion";
import type { AwsSiteProps, AwsSshProps } from "../aws-site-props";
import { nobodyMayLogIn, unreachableMachines } from "../errors";

/** The account of Debian's images, with sudo. */
const USER = "admin";

export function isMade(bastion: AwsBastionProps | BastionProps | undefined): bastion is AwsBastionProps {
  return bastion !== undefined && "zone" in bastion;
}

/** @param host of the bastion that Beehive makes, an expression */
export function loginOf({ user = USER, privateKeyFile, timeout, bastion }: AwsSshProps, host?: string): SshProps {
  const existing = isMade(bastion) ? undefined : bastion;
  return { user, privateKeyFile, timeout, bastion: host === undefined ? existing : { host } };
}

/** Refuses a site that lets in the world, and one into which no rollout finds a way. */
export function checkAccess(path: string, { ssh, placement = "private" }: AwsSiteProps, needed: boolean): void {
  const { from = [], bastion } = ssh;
  checkLoginSources(path, from, ", or deploy from a runner inside the VPC");
  if (from.length > 0 || !needed) return;
  if (isMade(bastion)) throw nobodyMayLogIn(path, "ssh.bastion accepts no other source");
  if (bastion !== undefined) throw nobodyMayLogIn(path, "the machines let in the bastion by its network only");
  if (placement === "public") throw nobodyMayLogIn(path, "machines accept no other source");
  throw unreachableMachines(path);
}
