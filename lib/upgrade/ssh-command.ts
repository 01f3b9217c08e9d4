import * as os from "node:os";
import * as path from "node:path";
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
 */
export function sshCommand(machine: LocatedMachine, login: Login, command: string, keep: KeepKnownHosts): string[] {
  const { address, sshPort } = machine;
  const { bastion } = login;
  const way =
    bastion === undefined
      ? []
      : [
          "-o",
          `ProxyCommand=${["ssh", ...common(bastion.host, bastion.port, bastion, keep), "-W", TARGET, bastion.host]
            .map((word) => quoted(word === TARGET ? word : word.replaceAll("%", "%%")))
            .join(" ")}`,
        ];
  return ["ssh", "-T", ...common(address, sshPort, login, keep), ...way, address, command];
}

function common(host: string, port: number, { user, privateKeyFile, hostKey }: ServerLogin, keep: KeepKnownHosts) {
  const name = port === 22 ? host : `[${host}]:${port}`;
  // Its own key, or that of the authority that signs it.
  const known = hostKey === undefined ? undefined : keep([`${name} ${hostKey}`, `@cert-authority ${name} ${hostKey}`]);
  const settings = [
    "BatchMode=yes",
    "LogLevel=ERROR",
    "ClearAllForwardings=yes",
    "ConnectTimeout=10",
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
    `StrictHostKeyChecking=${known === undefined ? "no" : "yes"}`,
    `UserKnownHostsFile="${known ?? "/dev/null"}"`,
    "GlobalKnownHostsFile=/dev/null",
    ...(privateKeyFile === undefined ? [] : ["IdentitiesOnly=yes"]),
  ];
  return [
    ...["-F", "none", "-p", String(port), "-l", user],
    ...(privateKeyFile === undefined ? [] : ["-i", expanded(privateKeyFile)]),
    ...settings.flatMap((setting) => ["-o", setting]),
  ];
}

const expanded = (file: string): string => (file.startsWith("~") ? path.join(os.homedir(), file.slice(1)) : file);

/** For the shell that OpenSSH gives a ProxyCommand to. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
