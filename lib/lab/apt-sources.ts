import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

export const SUITES = ["trixie", "bookworm"] as const;
/** Debian 13 and Debian 12. */
export type Suite = (typeof SUITES)[number];

/** How this host reaches Debian packages; machines of the lab use the same way. */
export interface AptAccess {
  /** One-line sources (`deb URI SUITE COMPONENT`) for the wanted suite; empty leaves the choice to mmdebstrap. */
  readonly sources: readonly string[];
  /** Lines of apt.conf: proxies, and whether the clock is trusted. */
  readonly options: readonly string[];
}

export async function aptAccess(suite: Suite): Promise<AptAccess> {
  return { sources: sourcesFor(suite, readSources()), options: await hostOptions() };
}

/** The host's own mirrors, with the suite's name put in the place of the host's. Other vendors' archives are left out. */
export function sourcesFor(suite: Suite, text: string): string[] {
  const found = [...oneLineSources(text), ...deb822Sources(text)].flatMap(({ uri, suites }) =>
    suites.flatMap((name) => {
      const pocket = /^(?:bullseye|bookworm|trixie|forky|stable|testing)(-updates|-security)?$/.exec(name);
      return pocket === null ? [] : [`deb ${uri} ${suite}${pocket[1] ?? ""} main`];
    }),
  );
  const unique = [...new Set(found)];
  // Without the suite itself, updates alone make no system.
  return unique.some((line) => line.endsWith(` ${suite} main`)) ? unique : [];
}

interface Source {
  readonly uri: string;
  readonly suites: readonly string[];
}

function oneLineSources(text: string): Source[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+:\S+)\s+(\S+)\s+(.*)$/.exec(line);
    return match?.[1] !== undefined && match[2] !== undefined && /\bmain\b/.test(match[3] ?? "")
      ? [{ uri: match[1], suites: [match[2]] }]
      : [];
  });
}

function deb822Sources(text: string): Source[] {
  const uncommented = text.split("\n").filter((line) => !line.startsWith("#"));
  return uncommented
    .join("\n")
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const field = (name: string) =>
        new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(stanza)?.[1]?.split(/\s+/).filter(Boolean) ?? [];
      if (!field("Types").includes("deb") || !field("Components").includes("main")) return [];
      if (field("Enabled")[0] === "no") return [];
      return field("URIs").map((uri) => ({ uri, suites: field("Suites") }));
    });
}

function readSources(): string {
  const folder = "/etc/apt/sources.list.d";
  const extra = fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter((name) => /\.(list|sources)$/.test(name))
        .map((name) => path.join(folder, name))
    : [];
  return ["/etc/apt/sources.list", ...extra]
    .filter((file) => fs.existsSync(file))
    .map((file) => fs.readFileSync(file, "utf8"))
    .join("\n\n");
}

async function hostOptions(): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)("apt-config", ["dump"]);
    return relevantOptions(stdout);
  } catch {
    return []; // no Debian host
  }
}

/** Of `apt-config dump`: what decides whether a machine gets its packages. */
export function relevantOptions(dump: string): string[] {
  const wanted =
    /^Acquire::(?:https?::Proxy(?:::\S+)?|Check-Valid-Until|Check-Date|https::(?:CaInfo|Verify-Peer)) ".+";$/i;
  return dump.split("\n").filter((line) => wanted.test(line));
}
