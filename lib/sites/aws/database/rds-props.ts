import type { Duration } from "../../../core/duration";
import type { RdsDatabase } from "./rds-product";

/** What instances and clusters of RDS have in common. */
export interface RdsProps {
  /**
   * Major version (`8.4`, `11.4`, `17`), or one more part to stay at a minor version. Raising the minor one restarts
   * the database in its maintenance window; a major one needs more: see AWS's guide.
   * @default mysql "8.4", mariadb "11.4", postgresql "17"
   * @example version: "8.4"
   */
  readonly version?: string;
  /**
   * Size of the disk in GiB, gp3 and encrypted, 20 or more. It grows in use and never shrinks.
   * @default 20
   * @example gibibytes: 100
   */
  readonly gibibytes?: number;
  /**
   * For how many days the database can be restored to any moment, 1 to 35. Changed in place.
   * @default 7
   * @example backupDays: 14
   */
  readonly backupDays?: number;
  /**
   * When AWS backs up, UTC, half an hour or more. Changed in place.
   * @default "02:00-02:30"
   * @example backupWindow: "02:00-02:30"
   */
  readonly backupWindow?: string;
  /**
   * When AWS may update and restart the database, UTC, half an hour or more. Changed in place. Changes of `version` and
   * `size` wait for the window.
   * @default "sun:03:00-sun:03:30"
   * @example maintenanceWindow: "sun:03:00-sun:03:30"
   */
  readonly maintenanceWindow?: string;
  /**
   * Interval of AWS's measurements of the operating system: 1, 5, 10, 15, 30 or 60 s. Changed in place.
   * @default Duration.seconds(60)
   * @example monitoring: Duration.seconds(15)
   */
  readonly monitoring?: Duration;
  /**
   * Which of its logs AWS hands on to CloudWatch, where they outlive the database: `audit`, `error`, `general` and
   * `slowquery` of MySQL and MariaDB, `postgresql` and `upgrade` of PostgreSQL. What a log needs to be written at all is
   * a parameter of the database. AWS takes about 0.5 USD for each GB, and keeps it until you give the log group a
   * retention. Changed in place.
   * @default - what says what went wrong: `error`; of PostgreSQL both
   * @example logExports: ["error", "slowquery"]
   */
  readonly logExports?: readonly string[];
  /**
   * Whether AWS and Terraform refuse to delete it. Changed in place: turn it off, and apply, before you destroy the
   * stack.
   * @default true
   * @example protected: false
   */
  readonly protected?: boolean;
  /**
   * Whether a last snapshot is made before it is deleted. Changed in place.
   * @default true
   * @example finalSnapshot: false
   */
  readonly finalSnapshot?: boolean;
  /**
   * Certificates of Amazon RDS, with which clients verify the database: PEM as text, or an expression such as
   * `Fn.file(…)` of the bundle that AWS publishes. Debian does not have them. Changing it rolls through the clients.
   * @default - none; connections are encrypted and not verified
   * @example authorities: Fn.file("rds-global-bundle.pem")
   */
  readonly authorities?: string;
  /**
   * Whether Terraform hands over the password without keeping it in the state, for which it must be 1.11 or newer.
   * Changing it sets the same password once more.
   * @default true
   * @example writeOnlyPassword: false
   */
  readonly writeOnlyPassword?: boolean;
}

/** A Multi-AZ instance of RDS, for `AwsDatabase.rdsInstance`. */
export interface RdsInstanceProps extends RdsProps {
  /**
   * The product. Changing it makes another, empty database; the old one is protected, and the plan fails.
   * @example database: "mariadb"
   */
  readonly database: RdsDatabase;
  /**
   * DB instance class. Changing it fails over, in the maintenance window.
   * @default "db.t4g.small"
   * @example size: "db.m7g.large"
   */
  readonly size?: string;
  /**
   * Up to which size, in GiB, AWS may grow the disk when it fills up. Changed in place.
   * @default - five times `gibibytes`
   * @example maxGibibytes: 500
   */
  readonly maxGibibytes?: number;
}

/** A Multi-AZ cluster of RDS, for `AwsDatabase.rdsCluster`. */
export interface RdsClusterProps extends RdsProps {
  /**
   * The product. Changing it makes another, empty database; the old one is protected, and the plan fails.
   * @example database: "postgresql"
   */
  readonly database: Exclude<RdsDatabase, "mariadb">;
  /**
   * DB instance class with disks of its own (a `d` in its family). Changing it fails over.
   * @default "db.c6gd.medium"
   * @example size: "db.m6gd.large"
   */
  readonly size?: string;
}
