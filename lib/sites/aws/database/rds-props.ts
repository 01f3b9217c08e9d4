import type { Duration } from "../../../core/duration";
import type { RdsDatabase } from "./rds-product";

export interface RdsProps {
  /**
   * Major version (`8.4`, `11.4`, `17`), or one more part to stay at a minor version. Raising the minor one restarts the database in its
   * maintenance window; a major one needs more: see AWS's guide.
   * @default mysql "8.4", mariadb "11.4", postgresql "17"
   */
  readonly version?: string;
  /** Size of the disk in GiB, gp3 and encrypted, 20 or more. It grows in use and never shrinks. @default 20 */
  readonly gibibytes?: number;
  /** For how many days any moment can be restored, 1 to 35. Changed in place. @default 7 */
  readonly backupDays?: number;
  /** When AWS may back up, UTC, half an hour or more: `02:00-02:30`. Changed in place. @default "02:00-02:30" */
  readonly backupWindow?: string;
  /**
   * When AWS may update and restart it, UTC, half an hour or more: `sun:03:00-sun:03:30`. Changed in place; so are changes of
   * `version` and `size`, which wait for it.
   * @default "sun:03:00-sun:03:30"
   */
  readonly maintenanceWindow?: string;
  /** How often AWS measures the operating system: 1, 5, 10, 15, 30 or 60 s. Changed in place. @default Duration.seconds(60) */
  readonly monitoring?: Duration;
  /**
   * Whether AWS and Terraform refuse to delete it. Turn it off, and apply, before you destroy the stack.
   * @default true
   */
  readonly protected?: boolean;
  /** Whether a last snapshot is made before it is deleted. Changed in place. @default true */
  readonly finalSnapshot?: boolean;
  /**
   * Certificates of Amazon RDS, with which clients verify the database: PEM as text, or an expression such as `Fn.file(…)` of the
   * bundle that AWS publishes. Debian does not have them. Changing it rolls through the clients.
   * @default - none; connections are encrypted and not verified
   */
  readonly authorities?: string;
  /**
   * Whether Terraform hands over the password without keeping it in the state, for which it must be 1.11 or newer.
   * Changing it sets the same password once more.
   * @default true
   */
  readonly writeOnlyPassword?: boolean;
}

/** Of `AwsDatabase.rdsInstance`. */
export interface RdsInstanceProps extends RdsProps {
  /** Changing it makes another, empty database; the old one is protected, and the plan fails. */
  readonly database: RdsDatabase;
  /** DB instance class. Changing it fails over, in the maintenance window. @default "db.t4g.small" */
  readonly size?: string;
  /** How large AWS may make the disk when it fills up, in GiB. Changed in place. @default - five times `gibibytes` */
  readonly maxGibibytes?: number;
}

/** Of `AwsDatabase.rdsCluster`. */
export interface RdsClusterProps extends RdsProps {
  /** Changing it makes another, empty database; the old one is protected, and the plan fails. */
  readonly database: Exclude<RdsDatabase, "mariadb">;
  /** DB instance class with disks of its own (a `d` in its family). Changing it fails over. @default "db.c6gd.medium" */
  readonly size?: string;
}
