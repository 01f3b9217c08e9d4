/** When DigitalOcean may update it and move its writer. */
export interface DatabaseMaintenanceProps {
  readonly day: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
  /** Full hour, UTC: `03:00`. */
  readonly hour: string;
}

export interface DigitalOceanDatabaseProps {
  /**
   * Size of each node: `db-s-1vcpu-2gb`. Changing it makes new nodes beside the old ones and moves the writer.
   * @default "db-s-1vcpu-2gb", the smallest that has standbys
   */
  readonly size?: string;
  /** The writer and its standbys, 2 or 3. Changed in place. @default 2 */
  readonly nodes?: number;
  /** Major version. Raising it upgrades in place, with minutes of downtime; it can't be lowered. @default mysql "8", postgresql "17" */
  readonly version?: string;
  /** The region that all nodes are in. Changing it moves the data, over hours. @default - the first of the site's `zones` */
  readonly zone?: string;
  /** Disk in GiB, within what `size` allows. It can grow. @default - that of `size` */
  readonly gibibytes?: number;
  /** Changed in place. @default { day: "sunday", hour: "03:00" } */
  readonly maintenance?: DatabaseMaintenanceProps;
  /**
   * Whether Terraform refuses to destroy it and its databases. Turn it off, and apply, before you destroy the stack: its backups
   * go with it.
   * @default true
   */
  readonly protected?: boolean;
}
