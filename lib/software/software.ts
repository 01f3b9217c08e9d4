/**
 * What a machine runs, as plain data: packages, files, units, what must hold before the rollout goes on, and ports. The tier's
 * rollout brings it to the machine, where Beehive installs, validates, activates and gates it, and puts the previous files back
 * when that fails.
 */
export interface Software {
  /** Unique on a machine; letters, digits and dashes. */
  readonly name: string;
  /** Debian packages to install. */
  readonly packages: readonly string[];
  /**
   * Units that the packages bring and that must not run on their own, globs allowed (`haproxy.service`,
   * `php*-fpm.service`): not started by the installation, stopped and disabled. Units in `services` need no mention.
   * @default []
   */
  readonly unusedUnits?: readonly string[];
  /**
   * Folders whose content software of the packages replaces or takes for its own. On a host that Terraform has not made, a deploy
   * is refused where one holds what Beehive did not put there.
   * @default []
   */
  readonly dataFolders?: readonly DataFolder[];
  /** System accounts to create before files are written. @default [] */
  readonly accounts?: readonly SystemAccount[];
  /** Folders to make before files are written. @default [] */
  readonly directories?: readonly ManagedDirectory[];
  /** Files to write; those of the last rollout that are not here any more are removed. */
  readonly files: readonly ManagedFile[];
  /**
   * The daemons' own checkers that need the files in their final place (`nginx -t`). They run after the files are
   * written and before any service is reloaded; when one fails, the previous files are restored.
   * @default []
   */
  readonly checks?: readonly Check[];
  /** In the order in which they are activated. */
  readonly services: readonly ManagedService[];
  /** What must hold after activation, in order. When one does not, the previous files are restored and activated. */
  readonly gate: readonly Probe[];
  /** Every port that the software listens on: for conflicts on shared machines and for the machine's firewall. */
  readonly ports: readonly Port[];
}

/** A folder with data that must not be lost. */
export interface DataFolder {
  /** Absolute path: `/var/lib/mysql`. */
  readonly path: string;
  /** Names of folders in it that the package itself makes, globs allowed. Every other one that is not empty is somebody's data. */
  readonly blank: readonly string[];
  /** Absolute paths of files: while one of them exists, the content is this software's. */
  readonly marks: readonly string[];
  /** What an owner does to take data away, for the refusal: `mariadb-dump, then DROP DATABASE`. */
  readonly away: string;
}

/** An account that daemons run as. It stays when the software goes, because files may be its own. */
export interface SystemAccount {
  /** Of the account and of its group. */
  readonly name: string;
  /** Its home, which is not made. @default "/nonexistent" */
  readonly home?: string;
  /** Supplementary groups. @default [] */
  readonly groups?: readonly string[];
}

/** A folder that Beehive makes; what is in it stays when the software goes. */
export interface ManagedDirectory {
  /** Absolute path. */
  readonly path: string;
  /** Octal digits. @default "0755" */
  readonly mode?: string;
  /** Account that owns it. @default "root" */
  readonly owner?: string;
  /** Group that owns it. @default "root" */
  readonly group?: string;
}

/**
 * A file that Beehive owns: written atomically, removed when it is no longer part of the Software.
 *
 * The content may hold secrets, as `secretPlaceholder("name")`: filled in on the machine, so that no synthesized file shows them.
 */
export interface ManagedFile {
  /** Absolute path. */
  readonly path: string;
  /** Its whole content, in the encoding. */
  readonly content: string;
  /** `base64` for files that are no text; they hold no placeholders. @default "utf8" */
  readonly encoding?: "utf8" | "base64";
  /** Octal digits. @default "0644" */
  readonly mode?: string;
  /** Account that owns it. @default "root" */
  readonly owner?: string;
  /** Group that owns it. @default "root" */
  readonly group?: string;
  /**
   * The daemon's own checker for this file alone, run on a staged copy before anything is replaced; `%s` stands for
   * the staged copy's path: `["haproxy", "-c", "-f", "%s"]`.
   * @default - not checked alone
   */
  readonly validate?: readonly string[];
}

/** A question to a daemon's own checker. */
export interface Check {
  /** What is checked, for the operator: `nginx accepts its configuration`. */
  readonly description: string;
  /** Program and arguments, no shell. Exit status 0 is success. */
  readonly command: readonly string[];
}

/** A systemd unit that Beehive starts, reloads and restarts: a service, a timer, a socket. */
export interface ManagedService {
  /** systemd unit, with its suffix: `haproxy.service`. Enabled at boot. */
  readonly unit: string;
  /** What a change of one of `watches` does to the running unit. `none`: it reads the file at its next start. */
  readonly onChange: "restart" | "reload" | "none";
  /** Paths of managed files whose change concerns this unit. A path that ends in `/` covers the folder. */
  readonly watches: readonly string[];
  /** Runs instead of `systemctl start` and `systemctl restart`, where starting takes more than that. @default - systemctl */
  readonly startCommand?: readonly string[];
  /** Runs before a restart or stop of a running unit: drain, hand over. Failure stops the rollout. @default - nothing */
  readonly beforeStop?: readonly string[];
  /** Runs after the unit came back. @default - nothing */
  readonly afterStart?: readonly string[];
  /**
   * Runs before packages of the machine are upgraded or it reboots, to take the unit's part out of service; after it the
   * unit is started where it does not run. Failure stops the upgrade. @default - beforeStop
   */
  readonly beforeUpgrade?: readonly string[];
}

/** Something that must hold before the rollout goes on. */
export interface Probe {
  /** What must hold, for the operator: `the application answers`. */
  readonly description: string;
  /** Program and arguments, no shell. Repeated until it exits with 0; lines with `warning: ` are then shown to the operator. */
  readonly command: readonly string[];
  /** Seconds until the rollout gives up. */
  readonly timeoutSeconds: number;
  /** Seconds between tries. @default 0.5 */
  readonly intervalSeconds?: number;
}

/** A port that software listens on, and who may connect. */
export interface Port {
  /** 1 to 65535. */
  readonly port: number;
  /** `vrrp` is IP protocol 112; its `port` is the virtual router id. */
  readonly protocol: "tcp" | "udp" | "vrrp";
  /** Local address that it is bound to; `*` is every address. */
  readonly address: string;
  /** Allowed sources: addresses or CIDRs, the whole world, or only this machine. */
  readonly from: readonly string[] | "world" | "localhost";
  /** For errors and for the firewall's comments: `HAProxy, HTTP`. */
  readonly purpose: string;
  /** The tier's property that chooses the number, for errors: `databasePort`. @default - the program cannot choose it */
  readonly property?: string;
}
