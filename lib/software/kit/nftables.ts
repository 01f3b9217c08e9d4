import { posix } from "node:path";
import { generatedBy } from "../placeholders";
import type { ManagedFile, ManagedService, Probe } from "../software";
import { RESTART_FOR_EVER, systemdUnit, unitText } from "./systemd-unit";
import { tableKeeper } from "./table-keeper";

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
  /** Path of the program that keeps it: `ensure` loads it where it is missing. */
  readonly program: string;
  readonly files: readonly ManagedFile[];
  readonly services: readonly ManagedService[];
  readonly gate: Probe;
}

/**
 * An nftables table that comes, changes and goes in one transaction, touches no other table of the machine, and comes back when
 * another program removes it.
 */
export function nftablesTable(options: NftablesTableOptions): NftablesTable {
  const { constructPath, noun, table, path, unit } = options;
  // Declared, deleted, declared again: replaces the table, whether it was there or not.
  const content = `${generatedBy("#", constructPath)}table ${table}
delete table ${table}
table ${table} {
${options.lines.map((line) => `    ${line}\n`).join("")}}
`;
  const program = `/usr/local/lib/beehive-nftables/${posix.basename(path, ".nft")}`;
  const unitFile = systemdUnit({
    unit,
    constructPath,
    Unit: [
      `Description=${unitText(`${noun} of ${constructPath}`)}`,
      "DefaultDependencies=no",
      "Wants=network-pre.target",
      "Before=network-pre.target shutdown.target",
      "Conflicts=shutdown.target",
      // Debian's own service removes every table when it starts.
      "After=local-fs.target nftables.service",
      ...RESTART_FOR_EVER.Unit,
    ],
    Service: [
      // Started when the table is there: what comes after it starts behind the table.
      "Type=exec",
      `ExecStartPre=${program} ensure`,
      `ExecStart=${program} keep`,
      `ExecReload=/usr/sbin/nft -f ${path}`,
      `ExecStop=-${program} drop`,
      ...RESTART_FOR_EVER.Service,
      "CapabilityBoundingSet=CAP_NET_ADMIN",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "ProtectHome=yes",
    ],
    Install: ["WantedBy=sysinit.target"],
  });
  return {
    program,
    files: [
      { path, content, validate: ["nft", "-c", "-f", "%s"] },
      tableKeeper({ constructPath, path: program, unit, table, file: path }),
      unitFile,
    ],
    services: [
      { unit, onChange: "restart", watches: [program, unitFile.path] },
      { unit, onChange: "reload", watches: [path] },
    ],
    gate: {
      description: `${noun} is active`,
      command: [program, "ensure"],
      timeoutSeconds: 5,
    },
  };
}

/** An instance's name for a table; nftables takes no dashes in names. */
export function tableName(instance: string): string {
  return `beehive_${instance.replace(/-/g, "_")}`;
}
