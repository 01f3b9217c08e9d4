import * as os from "node:os";
import * as path from "node:path";
import type { HostAccess, Login } from "./host-access";

/** Writes a host key where ssh looks for it. @returns the file's name */
export type KeepHostKey = (known: string) => string;

/** Arguments of OpenSSH's client that log in as Terraform does: without the settings of whoever runs it, and asking nobody. */
export function sshArguments({ login, bastion, timeout }: HostAccess, keepHostKey: KeepHostKey): string[] {
  const jump =
    bastion === undefined
      ? []
      : [
          "-o",
          `ProxyCommand=ssh ${options(bastion, timeout, keepHostKey).map(shellWord).join(" ")} -W [%h]:%p ${shellWord(target(bastion))}`,
        ];
  return [...options(login, timeout, keepHostKey), ...jump, target(login)];
}

function options({ host, port, key, hostKey }: Login, timeout: number, keepHostKey: KeepHostKey): string[] {
  const known =
    hostKey === undefined ? undefined : keepHostKey(`[${host}]:${port} ${hostKey.trim()}\n${host} ${hostKey.trim()}\n`);
  const settings = [
    "BatchMode=yes",
    `ConnectTimeout=${timeout}`,
    "LogLevel=ERROR",
    "ClearAllForwardings=yes",
    `StrictHostKeyChecking=${known === undefined ? "no" : "yes"}`,
    `UserKnownHostsFile=${known ?? "/dev/null"}`,
    "GlobalKnownHostsFile=/dev/null",
    ...(key === undefined ? [] : ["IdentitiesOnly=yes"]),
  ];
  return [
    ...["-F", "none", "-T", "-p", String(port)],
    ...(key === undefined ? [] : ["-i", expanded(key)]),
    ...settings.flatMap((setting) => ["-o", setting]),
  ];
}

const target = ({ user, host }: Login): string => `${user}@${host}`;

const expanded = (file: string): string => (file.startsWith("~") ? path.join(os.homedir(), file.slice(1)) : file);

/** For a POSIX shell, whatever is in it. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
