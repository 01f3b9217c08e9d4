import { createHash } from "node:crypto";
import type { Duration } from "../../core/duration";
import { httpProbe } from "../kit/http-probe";
import { factNames, factsDigestPlaceholder, generatedBy } from "../placeholders";
import type { ManagedFile, Port, Software } from "../software";
import { AFTER_NETWORK, HARDENING, RESTART_FOR_EVER, systemdUnit, unitText } from "../kit/systemd-unit";

/**
 * Lines for HAProxy's sections, appended to Beehive's own. HAProxy checks the whole file before it is activated;
 * changing a line reloads HAProxy without losing a connection.
 */
export interface HaproxyExtraConfig {
  /** Lines for `global`: limits, logging, tuning of the process. @default - none */
  readonly global?: string;
  /** Lines for `defaults`: timeouts and options of all proxies. @default - none */
  readonly defaults?: string;
  /** Lines for the frontend that visitors connect to. @default - none */
  readonly frontend?: string;
  /** Lines for the backend with the servers. @default - none */
  readonly backend?: string;
}

export interface HaproxyInstanceOptions {
  /** Names the instance on the machine; letters, digits and dashes. */
  readonly instance: string;
  /** Construct path, for the comment on top of each file. */
  readonly constructPath: string;
  /** Name of the Software. */
  readonly name: string;
  /** For messages: `the entrance`. */
  readonly noun: string;
  /** Lines of `defaults`. */
  readonly defaults: readonly string[];
  /** Everything after `defaults`. */
  readonly sections: readonly HaproxySection[];
  /** How long connections of the process before a reload may go on. */
  readonly hardStopAfter: Duration;
  /** On 127.0.0.1: answers 200 while HAProxy serves. @default - only a unix socket does */
  readonly readyPort?: number;
  /** Files that the configuration names. A change of one reloads HAProxy, as a change of the configuration does. @default [] */
  readonly files?: readonly ManagedFile[];
  readonly ports: readonly Port[];
  /** @default - none */
  readonly extraConfig?: HaproxyExtraConfig;
}

export interface HaproxySection {
  /** `backend web`. */
  readonly title: string;
  readonly lines: readonly string[];
  /** The user's lines for this section. @default - none */
  readonly extra?: string;
}

/** There while an instance runs. */
export const haproxyFolder = (instance: string): string => `/run/beehive-haproxy-${instance}`;

/** The systemd unit of an instance. */
export const haproxyUnit = (instance: string): string => `beehive-haproxy-${instance}.service`;

/**
 * One HAProxy of its own for each group: a mistake in the lines of one tier never stops another tier on the same
 * machine. Only directives that HAProxy 2.6 (Debian 12) and 3.0 (Debian 13) share.
 */
export function haproxyInstance(options: HaproxyInstanceOptions): Software {
  const { instance, constructPath } = options;
  const unit = haproxyUnit(instance);
  const config = `/etc/beehive/haproxy/${instance}.cfg`;
  const run = haproxyFolder(instance);
  const program = `/usr/local/lib/beehive/haproxy-save-${instance}`;
  const content = renderConfig(options, run);
  const named = options.files ?? [];
  const checker = (file: string) => ["haproxy", "-c", "-f", file];
  const files: ManagedFile[] = [
    ...named,
    { path: program, content: saveProgram(constructPath, run, config), mode: "0755" },
    systemdUnit({
      unit,
      constructPath,
      Unit: [`Description=HAProxy of ${unitText(constructPath)}`, ...AFTER_NETWORK, ...RESTART_FOR_EVER.Unit],
      Service: [
        "Type=notify",
        `ExecStart=/usr/sbin/haproxy -Ws -f ${config} -p ${run}/haproxy.pid -S ${run}/master.sock`,
        // A reload with a broken file would leave the old workers without a master that can follow orders.
        `ExecReload=/usr/sbin/haproxy -Ws -f ${config} -c -q`,
        `ExecReload=-${program}`,
        "ExecReload=/bin/kill -USR2 $MAINPID",
        "KillMode=mixed",
        "SuccessExitStatus=143",
        "TimeoutStopSec=10",
        ...RESTART_FOR_EVER.Service,
        `RuntimeDirectory=beehive-haproxy-${instance}`,
        // NET_ADMIN: to bind an address that is on another machine at the moment.
        "CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_NET_ADMIN CAP_NET_RAW CAP_SETUID CAP_SETGID CAP_KILL CAP_CHOWN CAP_FOWNER CAP_DAC_OVERRIDE CAP_SYS_RESOURCE",
        ...HARDENING,
      ],
    }),
    // HAProxy reads the files that its configuration names, which do not exist before all files are in place.
    { path: config, content, ...(named.length === 0 && { validate: checker("%s") }) },
  ];
  return {
    name: options.name,
    packages: ["haproxy"],
    unusedUnits: ["haproxy.service"],
    files,
    ...(named.length > 0 && {
      checks: [{ description: `HAProxy accepts ${config} and what it names`, command: checker(config) }],
    }),
    services: [{ unit, onChange: "reload", watches: [config, ...named.map((file) => file.path)] }],
    gate: [
      httpProbe({
        description: `HAProxy serves the new configuration of ${options.noun}`,
        host: `${run}/ready.sock`,
        text: fingerprint(content),
        timeoutSeconds: 15,
      }),
    ],
    ports: options.ports,
  };
}

/** HAProxy splits words at blanks and treats quotes, backslashes and hashes as its own. */
export function haproxyWord(text: string): string {
  return /^[\w./:=@%+,?&-]+$/.test(text) ? text : `"${text.replace(/([\\"$])/g, "\\$1")}"`;
}

/** The user's lines, marked, so that a line number in the checker's message explains itself. */
export function extraLines(extra: string | undefined): string[] {
  const lines = (extra ?? "").split("\n").map((line) => line.trim());
  if (lines.every((line) => line === "")) return [];
  return ["# From the program's own lines:", ...lines.filter((line) => line !== "")];
}

function renderConfig(options: HaproxyInstanceOptions, run: string): string {
  const { extraConfig = {} } = options;
  const sections: HaproxySection[] = [
    {
      title: "global",
      lines: [
        "user haproxy",
        "group haproxy",
        // Failed requests and lost servers; not every request.
        "log /dev/log local0 err",
        `stats socket ${run}/admin.sock mode 600 level admin expose-fd listeners`,
        // A reload must not forget which servers are down: beehive's ExecReload saves the states first.
        `server-state-file ${run}/servers`,
        `hard-stop-after ${options.hardStopAfter.toMillis()}ms`,
        // All load balancers would check all servers in the same millisecond otherwise.
        "spread-checks 5",
      ],
      extra: extraConfig.global,
    },
    {
      title: "defaults",
      lines: ["log global", "load-server-state-from-file global", ...options.defaults],
      extra: extraConfig.defaults,
    },
    ...options.sections,
  ];
  const text = sections.map(renderSection).join("\n");
  const ready = renderSection({
    title: "frontend ready",
    lines: [
      "mode http",
      `bind ${run}/ready.sock mode 600`,
      ...(options.readyPort === undefined ? [] : [`bind 127.0.0.1:${options.readyPort}`]),
      "timeout client 2s",
      "option dontlog-normal",
      // The fingerprint distinguishes the process of this file from the one before: a reload may fail after the file was checked.
      `http-request return status 200 content-type text/plain string "${fingerprintOf(text)}"`,
    ],
  });
  return `${generatedBy("#", options.constructPath)}${text}\n${ready}`;
}

function renderSection(section: HaproxySection): string {
  return `${[section.title, ...[...section.lines, ...extraLines(section.extra)].map((line) => `    ${line}`)].join("\n")}\n`;
}

/** With other addresses the same text is another configuration. */
function fingerprintOf(text: string): string {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return factNames(text).length === 0 ? hash : `${hash}-${factsDigestPlaceholder}`;
}

function fingerprint(config: string): string {
  return /content-type text\/plain string "(\S+)"\n$/.exec(config)![1]!;
}

/**
 * Saves the servers' states for the process that follows. Only for servers that the new file still has at the same
 * address and port: HAProxy would prefer the saved port to the configured one.
 */
function saveProgram(where: string, run: string, config: string): string {
  return `#!/usr/bin/python3
${generatedBy("#", where)}import os
import socket

with socket.socket(socket.AF_UNIX) as admin:
    admin.settimeout(3)
    admin.connect("${run}/admin.sock")
    admin.sendall(b"show servers state\\n")
    lines = b"".join(iter(lambda: admin.recv(65536), b"")).decode().splitlines()
with open("${config}") as file:
    configured = {tuple(line.split()[1:3]) for line in file if line.split()[:1] == ["server"]}


def stays(line):
    words = line.split()
    if len(words) < 19 or words[0] == "#":
        return True
    address = f"[{words[4]}]" if ":" in words[4] else words[4]
    return (words[3], f"{address}:{words[18]}") in configured


with open("${run}/servers.new", "w") as file:
    file.write("".join(f"{line}\\n" for line in lines if line and stays(line)))
os.rename("${run}/servers.new", "${run}/servers")
`;
}
