import * as fs from "node:fs";
import * as path from "node:path";
import { expandHome } from "../core/home";
import type { LocatedMachine } from "../manifest/located-machines";

/** An SSH server's account and keys. */
export interface ServerLogin {
  readonly user: string;
  /** Name of a file; `~` is the home of whoever calls. @default - the agent's keys */
  readonly privateKeyFile?: string;
  /** What it must present: its own key, or that of the authority that signs it. @default - any is accepted, as the program says */
  readonly hostKey?: string;
}

/** How to log in to one machine. */
export interface Login extends ServerLogin {
  readonly bastion?: ServerLogin & { readonly host: string; readonly port: number };
}

/** Writes a known_hosts file and gives its name. */
export type KeepKnownHosts = (lines: readonly string[]) => string;

/** What OpenSSH puts the machine's address and port into. */
const TARGET = "[%h]:%p";

/**
 * OpenSSH's client, which logs in as Terraform does, without the settings of whoever calls it. It asks nobody, verifies the
 * machine's host key, and notices within 15 s that a machine is gone.
 *
 * @param timeout seconds to try to connect
 */
export function sshCommand(
  { address, sshPort }: Pick<LocatedMachine, "address" | "sshPort">,
  login: Login,
  command: string,
  keep: KeepKnownHosts,
  timeout = 10,
): string[] {
  const { bastion } = login;
  const common = (host: string, port: number, server: ServerLogin) => options(host, port, server, timeout, keep);
  const way =
    bastion === undefined
      ? []
      : [
          "-o",
          `ProxyCommand=${["ssh", ...common(bastion.host, bastion.port, bastion), "-W", TARGET, bastion.host]
            .map((word) => shellWord(word === TARGET ? word : word.replaceAll("%", "%%")))
            .join(" ")}`,
        ];
  return ["ssh", "-T", ...common(address, sshPort, login), ...way, address, command];
}

function options(
  host: string,
  port: number,
  { user, privateKeyFile, hostKey }: ServerLogin,
  timeout: number,
  keep: KeepKnownHosts,
): string[] {
  const name = port === 22 ? host : `[${host}]:${port}`;
  // Its own key, or that of the authority that signs it.
  const known = hostKey === undefined ? undefined : keep([`${name} ${hostKey}`, `@cert-authority ${name} ${hostKey}`]);
  const settings = [
    "BatchMode=yes",
    "LogLevel=ERROR",
    "ClearAllForwardings=yes",
    `ConnectTimeout=${timeout}`,
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
    `StrictHostKeyChecking=${known === undefined ? "no" : "yes"}`,
    `UserKnownHostsFile="${known ?? "/dev/null"}"`,
    "GlobalKnownHostsFile=/dev/null",
    ...(privateKeyFile === undefined ? [] : ["IdentitiesOnly=yes"]),
  ];
  return [
    ...["-F", "none", "-p", String(port), "-l", user],
    ...(privateKeyFile === undefined ? [] : ["-i", expandHome(privateKeyFile)]),
    ...settings.flatMap((setting) => ["-o", setting]),
  ];
}

/** A word for a POSIX shell, whatever is in it. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Known hosts in files of a folder, one for each server. */
export function knownHostsIn(folder: string): KeepKnownHosts {
  let files = 0;
  return (lines) => {
    const file = path.join(folder, `known_hosts_${++files}`);
    fs.writeFileSync(file, `${lines.join("\n")}\n`);
    return file;
  };
}
