import { readFileSync } from "node:fs";
import { join } from "node:path";
import { invalidProperty } from "../../core/errors";
import { generatedBy } from "../placeholders";
import type { ManagedFile, Software } from "../software";
import { systemdUnit, unitPath, unitText } from "../kit/systemd-unit";

export interface DataVolumeOptions {
  /** Names it on the machine; letters, digits and dashes. */
  readonly name: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /** The block device, under a name that stays: `/dev/disk/by-id/…`. It may hold facts. */
  readonly device: string;
  /** Folder that the volume is mounted at; what it holds when the volume is blank is copied to the volume. */
  readonly mount: string;
  /** Size of the volume. When it is more than before, the filesystem grows while it is in use. */
  readonly gibibytes: number;
}

/**
 * A folder on a volume of its own. A blank volume gets a filesystem; one that holds a filesystem is mounted as it is, and one
 * that holds anything else is refused. A unit that keeps data in the folder declares it (`RequiresMountsFor`), so that it
 * never writes to the disk beneath when the volume is missing.
 */
export function dataVolume(options: DataVolumeOptions): Software {
  const { name, constructPath, device, mount, gibibytes } = options;
  if (!/^(\/[A-Za-z0-9._-]+)+$/.test(mount) || /\/\.{1,2}(\/|$)/.test(mount)) {
    throw invalidProperty(constructPath, "mount", mount, 'it must be a folder such as "/var/lib/mysql".');
  }
  if (!Number.isInteger(gibibytes) || gibibytes < 1) {
    throw invalidProperty(constructPath, "gibibytes", gibibytes, "it must be a whole number of GiB, 1 or more.");
  }
  const program = `/usr/local/lib/beehive/data-volume-${name}`;
  const filesystem = systemdUnit({
    unit: `beehive-volume-${name}.service`,
    constructPath,
    Unit: [`Description=Filesystem for ${unitText(mount)}`, "After=local-fs.target"],
    Service: [
      "Type=oneshot",
      "RemainAfterExit=yes",
      `ExecStart=${program} prepare ${unitText(device)} ${mount}`,
      `ExecReload=${program} grow ${unitText(device)} ${mount} ${gibibytes}`,
      // What the folder holds is copied once.
      "TimeoutStartSec=1800",
    ],
  });
  const mountFile = mountUnit(options);
  return {
    name: `data-volume-${name}`,
    packages: ["e2fsprogs", "python3"],
    files: [
      { path: program, content: `#!/usr/bin/python3 -B\n${generatedBy("#", constructPath)}${source()}`, mode: "0755" },
      filesystem,
      mountFile,
    ],
    services: [
      // Never restarted: units that require the mount would stop with it.
      { unit: `beehive-volume-${name}.service`, onChange: "reload", watches: [program, filesystem.path] },
      {
        unit: mountUnitName(mount),
        onChange: "none",
        watches: [],
        afterStart: [program, "grow", device, mount, String(gibibytes)],
      },
    ],
    gate: [
      {
        description: `the volume is mounted at ${mount}`,
        command: [program, "check", device, mount],
        timeoutSeconds: 5,
      },
    ],
    ports: [],
  };
}

/** The name of the unit that mounts at a path, as `systemd-escape --path --suffix=mount` writes it. */
export function mountUnitName(path: string): string {
  const escaped = path
    .replace(/^\/+|\/+$/g, "")
    .split("/")
    .map((word) => word.replace(/[^A-Za-z0-9:_.]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`))
    .join("-")
    .replace(/^\./, "\\x2e");
  return `${escaped}.mount`;
}

/**
 * Mounted late and not by default, because the program that checks the volume needs the machine's own disk first:
 * a missing volume stops what requires it, and not the boot.
 */
function mountUnit({ name, constructPath, device, mount }: DataVolumeOptions): ManagedFile {
  return {
    path: unitPath(mountUnitName(mount)),
    content: `${generatedBy("#", constructPath)}[Unit]
Description=Data volume at ${unitText(mount)}
DefaultDependencies=no
Requires=beehive-volume-${name}.service
After=beehive-volume-${name}.service
Conflicts=umount.target
Before=umount.target

[Mount]
What=${unitText(device)}
Where=${unitText(mount)}
Options=noatime,nodev,nosuid

[Install]
WantedBy=multi-user.target
`,
  };
}

function source(): string {
  return readFileSync(join(__dirname, "data-volume", "data-volume.py"), "utf8");
}
