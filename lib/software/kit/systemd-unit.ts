import { generatedBy } from "../placeholders";
import type { ManagedFile } from "../software";

/** Where units that Beehive makes live. */
export function unitPath(unit: string): string {
  return `/etc/systemd/system/${unit}`;
}

/** A unit of systemd, as lines of its sections. */
export interface SystemdUnit {
  /** With its suffix: `beehive-app-shop-web.service`. */
  readonly unit: string;
  /** The construct's path, for the comment on top. */
  readonly constructPath: string;
  /** Lines of `[Unit]`. */
  readonly Unit: readonly string[];
  /** Lines of `[Service]`. @default - no such section */
  readonly Service?: readonly string[];
  /** Lines of `[Timer]`. @default - no such section */
  readonly Timer?: readonly string[];
  /** Lines of `[Install]`. @default - `WantedBy=multi-user.target` */
  readonly Install?: readonly string[];
}

/** A systemd unit as a managed file. */
export function systemdUnit(unit: SystemdUnit): ManagedFile {
  const sections = [
    ["[Unit]", ...unit.Unit],
    ...(unit.Service === undefined ? [] : [["[Service]", ...unit.Service]]),
    ...(unit.Timer === undefined ? [] : [["[Timer]", ...unit.Timer]]),
    ["[Install]", ...(unit.Install ?? ["WantedBy=multi-user.target"])],
  ];
  return {
    path: unitPath(unit.unit),
    content: generatedBy("#", unit.constructPath) + sections.map((lines) => `${lines.join("\n")}\n`).join("\n"),
  };
}

/** `%` begins a specifier in a unit. */
export function unitText(text: string): string {
  return text.replace(/%/g, "%%");
}

/** Waits for the machine's addresses: daemons are bound to one, and a boot must not race with the network. */
export const AFTER_NETWORK = ["After=network-online.target", "Wants=network-online.target"];

/** An unattended server must retry for ever, and soon: systemd's own limit gives up after five tries in 10 s. */
export const RESTART_FOR_EVER = { Unit: ["StartLimitIntervalSec=0"], Service: ["Restart=always", "RestartSec=200ms"] };

/** What no daemon here needs. Every line works in containers, privileged or not, on Debian 12 and 13. */
export const HARDENING = [
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "ProtectHome=yes",
  "PrivateTmp=yes",
  "ProtectControlGroups=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
  "RestrictNamespaces=yes",
  "RestrictSUIDSGID=yes",
  "LockPersonality=yes",
];
