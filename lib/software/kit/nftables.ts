import { generatedBy } from "../placeholders";
import type { ManagedFile, ManagedService, Probe } from "../software";
import { systemdUnit, unitText } from "./systemd-unit";

export interface NftablesTableOptions {
  readonly constructPath: string;
  /** For messages: `the firewall`. */
  readonly noun: string;
  /** Family and name: `inet beehive_shop_web`. */
  readonly table: string;
  readonly path: string;
  readonly unit: string;
  /** Lines between the braces of the table. */
  readonly lines: readonly string[];
}

export interface NftablesTable {
  readonly files: readonly ManagedFile[];
  readonly service: ManagedService;
  readonly gate: Probe;
}

/** An nftables table that comes, changes and goes in one transaction, and touches no other table of the machine. */
export function nftablesTable(options: NftablesTableOptions): NftablesTable {
  const { constructPath, noun, table, path, unit } = options;
  // Declared, deleted, declared again: replaces the table, whether it was there or not.
  const content = `${generatedBy("#", constructPath)}table ${table}
delete table ${table}
table ${table} {
${options.lines.map((line) => `    ${line}\n`).join("")}}
`;
  const unitFile = systemdUnit({
    unit,
    constructPath,
    Unit: [
      `Description=${unitText(`${noun} of ${constructPath}`)}`,
      "DefaultDependencies=no",
      "Wants=network-pre.target",
      "Before=network-pre.target shutdown.target",
      "Conflicts=shutdown.target",
      "After=local-fs.target nftables.service",
      // Debian's own service flushes every table when it starts or reloads.
      "PartOf=nftables.service",
      "ReloadPropagatedFrom=nftables.service",
    ],
    Service: [
      "Type=oneshot",
      "RemainAfterExit=yes",
      `ExecStart=/usr/sbin/nft -f ${path}`,
      `ExecReload=/usr/sbin/nft -f ${path}`,
      `ExecStop=-/usr/sbin/nft delete table ${table}`,
    ],
    Install: ["WantedBy=sysinit.target"],
  });
  return {
    files: [{ path, content, validate: ["nft", "-c", "-f", "%s"] }, unitFile],
    service: { unit, onChange: "reload", watches: [path] },
    gate: {
      description: `${noun} is active`,
      command: ["nft", "list", "table", ...table.split(" ")],
      timeoutSeconds: 5,
    },
  };
}

/** An instance's name for a table; nftables takes no dashes in names. */
export function tableName(instance: string): string {
  return `beehive_${instance.replace(/-/g, "_")}`;
}
