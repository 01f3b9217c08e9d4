import { createHmac } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";

/** A line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
interface Entry {
  readonly kind: "key" | "authority" | "revoked";
  readonly covers: (name: string) => boolean;
  /** `ssh-ed25519 AAAA…`. */
  readonly key: string;
}

/**
 * The order in which Terraform's SSH client (golang.org/x/crypto/ssh) asks a server for its keys. It takes the first one that the
 * server has, and no other: of several keys that are known, this is the one that Debian's sshd will show.
 */
const ASKED_FIRST = [
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
  "ssh-dss",
  "ssh-ed25519",
];

/** Host keys that an SSH client has recorded. */
export class KnownHosts {
  /** A file that is not there holds nothing. */
  static read(files: readonly string[]): KnownHosts {
    return new KnownHosts(files.flatMap((file) => entriesOf(file)));
  }

  /** Entries of one plain name each: nearly all of an ordinary file. */
  private readonly named = new Map<string, Entry[]>();
  private readonly others: Entry[] = [];

  private constructor(entries: readonly ParsedEntry[]) {
    for (const { name, ...entry } of entries) {
      if (name === undefined) this.others.push(entry);
      else this.named.set(name, [...(this.named.get(name) ?? []), entry]);
    }
  }

  /**
   * The one key for Terraform: of an authority that signs the host's keys, or else the host's own. Undefined when none is known.
   *
   * @param host name or address
   */
  keyOf(host: string, port: number): string | undefined {
    const name = nameOf(host, port);
    const all = [...(this.named.get(name) ?? []), ...this.others.filter(({ covers }) => covers(name))];
    const revoked = new Set(all.flatMap(({ kind, key }) => (kind === "revoked" ? [key] : [])));
    const keys = (kind: Entry["kind"]) => all.filter((one) => one.kind === kind && !revoked.has(one.key));
    const [authority] = keys("authority");
    return (authority ?? keys("key").sort((a, b) => place(a) - place(b))[0])?.key;
  }
}

type ParsedEntry = Entry & { readonly name?: string };

/** How known_hosts writes a host: with its port in brackets where that is not 22. */
export function nameOf(host: string, port: number): string {
  const plain = net.isIPv6(host) ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host.toLowerCase();
  return port === 22 ? plain : `[${plain}]:${port}`;
}

function place({ key }: Entry): number {
  const at = ASKED_FIRST.indexOf(key.split(" ", 1)[0]!);
  return at === -1 ? ASKED_FIRST.length : at;
}

/** Parsed once for all hosts of a program; a file that was changed is read again. */
const parsed = new Map<string, { readonly version: string; readonly entries: readonly ParsedEntry[] }>();

function entriesOf(file: string): readonly ParsedEntry[] {
  let stats: fs.Stats;
  try {
    stats = fs.statSync(file);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
  const version = `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
  const known = parsed.get(file);
  if (known?.version === version) return known.entries;
  const entries = parseKnownHosts(fs.readFileSync(file, "utf8"));
  parsed.set(file, { version, entries });
  return entries;
}

const MARKERS: Readonly<Record<string, Entry["kind"]>> = { "@cert-authority": "authority", "@revoked": "revoked" };

/** What it does not understand it leaves out, as ssh does. */
export function parseKnownHosts(text: string): readonly ParsedEntry[] {
  return text.split("\n").flatMap((line): ParsedEntry[] => {
    const words = line.trim().split(/\s+/);
    if (words[0] === "" || words[0]!.startsWith("#")) return [];
    const marked = words[0]!.startsWith("@");
    const kind = marked ? MARKERS[words[0]!] : "key";
    const [names, type, key] = marked ? words.slice(1) : words;
    if (kind === undefined || names === undefined || type === undefined || key === undefined) return [];
    return [{ kind, key: `${type} ${key}`, ...matcher(names) }];
  });
}

function matcher(names: string): Pick<ParsedEntry, "covers" | "name"> {
  if (names.startsWith("|1|")) {
    const [, , salt = "", hash = ""] = names.split("|");
    const secret = Buffer.from(salt, "base64");
    return { covers: (name) => createHmac("sha1", secret).update(name).digest("base64") === hash };
  }
  const patterns = names
    .toLowerCase()
    .split(",")
    .map((pattern) => ({ negated: pattern.startsWith("!"), fits: wildcard(pattern.replace(/^!/, "")) }));
  const covers = (name: string) =>
    patterns.some(({ negated, fits }) => !negated && fits(name)) &&
    !patterns.some(({ negated, fits }) => negated && fits(name));
  return /[,*?!]/.test(names) ? { covers } : { covers, name: canonical(names.toLowerCase()) };
}

/** Addresses of IPv6 have several spellings. */
function canonical(name: string): string {
  const [, host = name, port = "22"] = /^\[([^\]]+)\]:(\d+)$/.exec(name) ?? [];
  return net.isIPv6(host) ? nameOf(host, Number(port)) : name;
}

function wildcard(pattern: string): (name: string) => boolean {
  if (!/[*?]/.test(pattern)) {
    const plain = canonical(pattern);
    return (name) => name === plain;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const regex = new RegExp(`^${source}$`);
  return (name) => regex.test(name);
}
