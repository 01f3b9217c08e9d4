import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { Token, type SSHProvisionerConnection } from "../cdktf";
import { Duration } from "../core/duration";
import { expandHome } from "../core/home";
import { ANY_HOST_KEY, checkKnownHosts, expectedHostKey } from "./host-key";
import { SCRIPTS } from "./on-machine";
import {
  ACCOUNT,
  keyInsteadOfFile,
  keyWithPassphrase,
  notABastion,
  notAHostKey,
  notAnAccount,
  notAPrivateKey,
  unreadableKey,
} from "./key-errors";
import { isKeyText, isPublicHostKey, privateKeyForm } from "./private-key";
import { unreadableBecause } from "../core/words";
import { block, duration, orToken, port, propsSchema, text as line } from "../core/props";

/** How Terraform logs in to existing machines. Changing it touches no machine. */
export interface SshProps {
  /**
   * Account on the machine, without a host; any but root needs passwordless sudo.
   * @default "root"
   * @example user: "debian"
   */
  readonly user?: string;
  /**
   * TCP port of the machine's sshd.
   * @default 22
   * @example port: 2222
   */
  readonly port?: number;
  /**
   * Name of the file with the private key, one without a passphrase; `~` is the home of the account that runs
   * Terraform. Only its path is synthesized, never its content. A key with a passphrase belongs into the SSH agent.
   *
   * @default - the keys of the SSH agent
   * @throws BeehiveError when the file cannot be read, is no private key, or needs a passphrase
   * @example privateKeyFile: "~/.ssh/id_ed25519"
   */
  readonly privateKeyFile?: string;
  /**
   * Public host key (`ecdsa-sha2-nistp256 AAAA…`, no fingerprint) that the machine must present, or the key of the
   * authority that signs host keys. Terraform asks a server for ECDSA first, then RSA, then Ed25519, and looks at the
   * first one that it has: Debian's sshd has all three. `"any"` takes whoever answers. A host's key says which machine
   * it is: another one means that everything is delivered again.
   * @default - what `knownHostsFile` says; a machine that is not in it is refused when Terraform plans
   * @throws BeehiveError when it is no public host key
   * @example hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample"
   */
  readonly hostKey?: string;
  /**
   * Name of a file in the form of OpenSSH's known_hosts that host keys are looked up in when the program is synthesized;
   * `~` is the home of the account that synthesizes. A relative one goes with the program, into version control and
   * pipelines. The environment variable `BEEHIVE_KNOWN_HOSTS` names the file that counts in the place of this and of
   * every `hostKey`: that of a lab.
   * @default "~/.ssh/known_hosts", then "/etc/ssh/ssh_known_hosts"
   * @throws BeehiveError when the file is there and cannot be read
   * @example knownHostsFile: "known_hosts"
   */
  readonly knownHostsFile?: string;
  /**
   * How long to try to connect to a machine, 1 s or more.
   * @default Duration.minutes(1)
   * @example timeout: Duration.minutes(3)
   */
  readonly timeout?: Duration;
  /**
   * A machine that connections go through, for hosts without a public address.
   * @default - none
   * @example bastion: { host: "bastion.example.org" }
   */
  readonly bastion?: BastionProps;
}

/** An existing SSH server that connections to the machines go through. Changing it touches no machine. */
export interface BastionProps {
  /**
   * DNS name or IP address of the bastion.
   * @example host: "bastion.example.org"
   */
  readonly host: string;
  /**
   * Account on the bastion.
   * @default - that of the machines
   * @example user: "jump"
   */
  readonly user?: string;
  /**
   * TCP port of the bastion's sshd.
   * @default 22
   * @example port: 2222
   */
  readonly port?: number;
  /**
   * Private key for the bastion. Only its path is synthesized, never its content.
   * @default - that of the machines
   * @example privateKeyFile: "~/.ssh/bastion"
   */
  readonly privateKeyFile?: string;
  /**
   * Public host key (`ecdsa-sha2-nistp256 AAAA…`, no fingerprint) that the bastion must present; as that of a machine.
   * @default - what the machines' `knownHostsFile` says
   * @example hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample"
   */
  readonly hostKey?: string;
}

const login = {
  user: line.meta({ example: '"debian"' }).optional(),
  port: port.meta({ example: "22" }).optional(),
  privateKeyFile: block.meta({ words: "the path of a key file", example: '"~/.ssh/id_ed25519"' }).optional(),
  hostKey: orToken(block).meta({ example: '"ssh-ed25519 AAAA…"' }).optional(),
};

/** @internal */
export const bastionSchema = propsSchema<BastionProps>()({
  ...login,
  host: orToken(line).meta({ example: '"bastion.example.org"' }),
}).meta({ example: '{ host: "bastion.example.org" }' });

/** @internal */
export const sshSchema = propsSchema<SshProps>()({
  ...login,
  knownHostsFile: line.meta({ words: "the path of a known_hosts file", example: '"known_hosts"' }).optional(),
  timeout: duration({ min: Duration.seconds(1) })
    .meta({ example: "Duration.minutes(1)" })
    .optional(),
  bastion: bastionSchema.optional(),
}).meta({ words: "how to log in", example: '{ user: "debian", privateKeyFile: "~/.ssh/id_ed25519" }' });

/** A text as Terraform's language writes it. */
const text = (value: string): string => JSON.stringify(value).replaceAll("${", "$${").replaceAll("%{", "%%{");

/** Plain values that lead to a machine; they fit in the state, because they hold no secret. */
export type SshRoute = Readonly<Record<"host" | "user" | "key" | "host_key" | "timeout", string>> &
  Readonly<Record<"bastion_host" | "bastion_user" | "bastion_key" | "bastion_host_key", string>> & {
    readonly port: string;
    readonly bastion_port: string;
  };

export function sshRoute(address: string, ssh: SshProps): SshRoute {
  const { bastion } = ssh;
  const user = ssh.user ?? "root";
  const key = portablePath(ssh.privateKeyFile);
  const port = ssh.port ?? 22;
  const { knownHostsFile } = ssh;
  return {
    host: address,
    port: String(port),
    user,
    key,
    host_key: expectedHostKey(address, port, ssh),
    timeout: `${(ssh.timeout ?? Duration.minutes(1)).toSeconds()}s`,
    bastion_host: bastion?.host ?? "",
    bastion_port: bastion === undefined ? "" : String(bastion.port ?? 22),
    bastion_user: bastion === undefined ? "" : (bastion.user ?? user),
    bastion_key: bastion === undefined ? "" : portablePath(bastion.privateKeyFile) || key,
    bastion_host_key:
      bastion === undefined
        ? ""
        : expectedHostKey(bastion.host, bastion.port ?? 22, { hostKey: bastion.hostKey, knownHostsFile }),
  };
}

/**
 * Terraform runs in the stack's own folder, so that a relative path would mean another file there. Below the home it is written as
 * such: the state holds it, and must not change with the laptop.
 */
function portablePath(file: string | undefined): string {
  if (file === undefined) return "";
  if (file.startsWith("~")) return file;
  const [home, whole] = [`${os.homedir()}${path.sep}`, path.resolve(file)];
  return whole.startsWith(home) ? `~/${whole.slice(home.length)}` : whole;
}

const readKey = (file: string): string => `\${file(pathexpand("${file}"))}`;

export function connection(route: SshRoute): SSHProvisionerConnection {
  return {
    type: "ssh",
    host: route.host,
    port: Number(route.port),
    user: route.user,
    timeout: route.timeout,
    scriptPath: SCRIPTS,
    agent: route.key === "" ? "true" : "false",
    ...(route.key !== "" && { privateKey: readKey(route.key) }),
    ...(route.host_key !== "" && { hostKey: route.host_key }),
    ...(route.bastion_host !== "" && {
      bastionHost: route.bastion_host,
      bastionPort: Number(route.bastion_port),
      bastionUser: route.bastion_user,
    }),
    ...(route.bastion_key !== "" && { bastionPrivateKey: readKey(route.bastion_key) }),
    ...(route.bastion_host_key !== "" && { bastionHostKey: route.bastion_host_key }),
  };
}

/**
 * The same connection for a provisioner that runs when a machine has left the program or the stack is destroyed: all that Terraform
 * lets it see is what the state kept of the machine, a `SshRoute`, and its key in `for_each`.
 *
 * A private key is where the program has it now, or else where it was when the machine came, or else where the other machines have
 * theirs: it may have moved since, or this is another laptop. With none of them the SSH agent is asked.
 *
 * @param routes of the machines that are in the program, by their names
 */
export function farewellConnection(
  routes: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Record<string, string> {
  const kept = (name: keyof SshRoute) => `\${self.output.${name} == "" ? null : self.output.${name}}`;
  const key = (name: "key" | "bastion_key") => {
    const now = Object.entries(routes).map(([machine, route]) => [machine, route[name] ?? ""] as const);
    const [files, agents] = [now.filter(([, file]) => file !== ""), now.filter(([, file]) => file === "")];
    const asked = `contains([${agents.map(([machine]) => text(machine)).join(", ")}], each.key) ? null : file("")`;
    const own = `{ ${files.map(([machine, file]) => `${text(machine)} = ${text(file)}`).join(", ")} }[each.key]`;
    const others = [...new Set(files.map(([, file]) => text(file)))];
    const tried = [...(files.length === 0 ? [] : [own]), `self.output.${name}`, ...others];
    // A file that is not there is an error, and the next one is tried.
    const read = tried.map((file) => `file(pathexpand(${file}))`);
    return `try(${[...(agents.length === 0 ? [] : [asked]), ...read, "null"].join(", ")})`;
  };
  return {
    type: "ssh",
    host: "${self.output.host}",
    port: "${self.output.port}",
    user: "${self.output.user}",
    timeout: "30s",
    script_path: SCRIPTS,
    agent: `\${${key("key")} == null}`,
    private_key: `\${${key("key")}}`,
    host_key: kept("host_key"),
    bastion_host: kept("bastion_host"),
    bastion_port: kept("bastion_port"),
    bastion_user: kept("bastion_user"),
    bastion_private_key: `\${self.output.bastion_host == "" ? null : ${key("bastion_key")}}`,
    bastion_host_key: kept("bastion_host_key"),
  };
}

/** Refuses a login that Terraform could not use, before anything is touched. */
export function checkLogin(constructPath: string, property: string, ssh: SshProps): void {
  const { bastion } = ssh;
  checkKey(constructPath, `${property}.privateKeyFile`, ssh.privateKeyFile);
  checkKey(constructPath, `${property}.bastion.privateKeyFile`, bastion?.privateKeyFile);
  checkKnownHosts(constructPath, `${property}.knownHostsFile`, ssh.knownHostsFile);
  for (const [at, login] of [
    [property, ssh],
    [`${property}.bastion`, bastion],
  ] as const) {
    if (isKnown(login?.user) && !ACCOUNT.test(login.user)) throw notAnAccount(constructPath, `${at}.user`, login.user);
    if (isKnown(login?.hostKey) && login.hostKey !== ANY_HOST_KEY && !isPublicHostKey(login.hostKey))
      throw notAHostKey(constructPath, `${at}.hostKey`, login.hostKey);
  }
  const host = bastion?.host;
  if (isKnown(host) && !HOST.test(host) && net.isIP(host) === 0)
    throw notABastion(constructPath, `${property}.bastion.host`, host);
}

const isKnown = (text: string | undefined): text is string => text !== undefined && !Token.isUnresolved(text);

const HOST = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\.?$/;

function checkKey(constructPath: string, property: string, file: string | undefined): void {
  if (file === undefined) return;
  if (isKeyText(file)) throw keyInsteadOfFile(constructPath, property);
  let content: string;
  try {
    content = fs.readFileSync(expandHome(file), "utf8");
  } catch (error) {
    throw unreadableKey(constructPath, property, file, unreadableBecause(error));
  }
  const form = privateKeyForm(content);
  if (form === "passphrase") throw keyWithPassphrase(constructPath, property, file);
  if (form !== "plain") throw notAPrivateKey(constructPath, property, file, form);
}
