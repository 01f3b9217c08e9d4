import * as os from "node:os";
import * as path from "node:path";
import type { IConstruct } from "constructs";
import { TerraformStack, Token } from "../cdktf";
import { BeehiveError } from "../core/errors";
import { expandHome } from "../core/home";
import { once } from "../core/once";
import { list, unreadableBecause } from "../core/words";
import { KNOWN_HOSTS_VARIABLE, UNKNOWN_HOST_KEY } from "../manifest/format";
import { unreadableKnownHosts } from "./key-errors";
import { KnownHosts } from "./known-hosts";

/** Said by a program that takes whatever key answers. */
export const ANY_HOST_KEY = "any";

export interface HostKeyProps {
  readonly hostKey?: string;
  readonly knownHostsFile?: string;
}

/**
 * What an SSH server must show, as a connection has it.
 *
 * @returns a key; `UNKNOWN_HOST_KEY`; or nothing where any is welcome, as of a server that Terraform makes and that has its key
 * only since its first boot
 */
export function expectedHostKey(host: string, port: number, { hostKey, knownHostsFile }: HostKeyProps): string {
  if (hostKey === ANY_HOST_KEY) return "";
  if (hostKey !== undefined && Token.isUnresolved(hostKey)) return hostKey;
  if (hostKey !== undefined && (!overridden() || Token.isUnresolved(host))) return withoutComment(hostKey);
  if (Token.isUnresolved(host)) return "";
  return KnownHosts.read(knownHostsFiles(knownHostsFile)).keyOf(host, port) ?? UNKNOWN_HOST_KEY;
}

/** Type and key, by which two texts are the same key. */
export const withoutComment = (key: string): string => key.trim().split(/\s+/, 2).join(" ");

const overridden = (): boolean => (process.env[KNOWN_HOSTS_VARIABLE] ?? "") !== "";

/** Where keys are looked up. */
export function knownHostsFiles(file: string | undefined): readonly string[] {
  if (overridden()) return [path.resolve(process.env[KNOWN_HOSTS_VARIABLE]!)];
  if (file !== undefined) return [expandHome(file)];
  return [path.join(os.homedir(), ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts"];
}

/** Refuses a file of known hosts that is there and cannot be read. */
export function checkKnownHosts(constructPath: string, property: string, file: string | undefined): void {
  try {
    KnownHosts.read(knownHostsFiles(file));
  } catch (error) {
    if (error instanceof BeehiveError) throw error;
    throw unreadableKnownHosts(
      constructPath,
      file === undefined || overridden() ? KNOWN_HOSTS_VARIABLE : property,
      list(knownHostsFiles(file)),
      unreadableBecause(error),
    );
  }
}

/** An SSH server whose key nobody knows. */
interface Stranger {
  /** `web-1`, or `the bastion of web-1`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const gathered = new WeakMap<TerraformStack, Strangers>();

/**
 * The machines of a stack whose keys nobody knows. Synth goes on, because a program is judged without its machines; Terraform
 * refuses the plan, with all of them in one sentence, before anything is touched.
 */
export class Strangers {
  static of(scope: IConstruct): Strangers {
    const stack = TerraformStack.of(scope);
    const known = gathered.get(stack) ?? new Strangers();
    gathered.set(stack, known);
    return known;
  }

  private readonly strangers: Stranger[] = [];
  private sitePath = "";

  /** @returns what the plan is refused with; asked when the stack is written, and none for all but the first machine */
  add(
    site: string,
    machine: string,
    { host, port, host_key, bastion_host, bastion_port, bastion_host_key }: Readonly<Record<string, string>>,
    { knownHostsFile }: HostKeyProps,
  ): (() => string | undefined) | undefined {
    const first = this.strangers.length === 0;
    if (host_key === UNKNOWN_HOST_KEY) this.strangers.push({ name: machine, host: host!, port: Number(port) });
    if (
      bastion_host_key === UNKNOWN_HOST_KEY &&
      !this.strangers.some((one) => one.host === bastion_host && one.port === Number(bastion_port))
    )
      this.strangers.push({ name: `the bastion of ${machine}`, host: bastion_host!, port: Number(bastion_port) });
    if (!first || this.strangers.length === 0) return undefined;
    this.sitePath = site;
    return once(() => this.refusal(knownHostsFiles(knownHostsFile)));
  }

  private refusal(files: readonly string[]): string {
    const shown = [...this.strangers].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MOST_SHOWN);
    const more = this.strangers.length - shown.length;
    const names = shown.map(({ name, host, port }) => `${name} (${host}${port === 22 ? "" : ` port ${port}`})`);
    if (more > 0) names.push(`${more} more`);
    const many = this.strangers.length > 1;
    const ports = [...new Set(shown.map(({ port }) => port))];
    const scans = ports.map((port) => {
      const hosts = shown.filter((one) => one.port === port).map(({ host }) => host);
      return `ssh-keyscan ${port === 22 ? "" : `-p ${port} `}${hosts.join(" ")} >> ${files[0]}`;
    });
    // Terraform wraps what is not indented: a command has to stay one line.
    return [
      `${this.sitePath}: the SSH host ${many ? "keys" : "key"} of ${list(names)} ${many ? "are" : "is"} not known: neither ssh.hostKey ` +
        `nor ${list(files)} gives ${many ? "them" : "it"}, and whoever answers would be given the secrets. ` +
        `Record ${many ? "them" : "it"}, compare with ssh-keygen -lf on the ${many ? "machines" : "machine"}, and synthesize again:`,
      scans.map((scan) => `  ${scan}`).join("\n"),
      'ssh: { knownHostsFile } names a file that goes with the program; hostKey: "any" takes whoever answers.',
    ].join("\n\n");
  }
}

const MOST_SHOWN = 10;
