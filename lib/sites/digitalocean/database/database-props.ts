/** When DigitalOcean may update the database and move its writer. */
export interface DatabaseMaintenanceProps {
  /**
   * Day of the week.
   * @example day: "sunday"
   */
  readonly day: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
  /**
   * Full hour, UTC: `03:00`.
   * @example hour: "03:00"
   */
  readonly hour: string;
}

/** A database cluster of DigitalOcean. */
export interface DigitalOceanDatabaseProps {
  /**
   * Size of each node. Changing it makes new nodes beside the old ones and moves the writer.
   * @default "db-s-1vcpu-2gb", the smallest that has standbys
   * @example size: "db-s-2vcpu-4gb"
   */
  readonly size?: string;
  /**
   * How many nodes, the writer and its standbys: 2 or 3. Changed in place.
   * @default 2
   * @example nodes: 3
   */
  readonly nodes?: number;
  /**
   * Major version. Raising it upgrades in place, with minutes of downtime; it cannot be lowered.
   * @default mysql "8", postgresql "17"
   * @example version: "17"
   */
  readonly version?: string;
  /**
   * The region of all nodes. Changing it moves the data, which takes hours.
   * @default - the first of the site's `zones`
   * @example zone: "fra1"
   */
  readonly zone?: string;
  /**
   * Disk in GiB, within what `size` allows. It grows in place and never shrinks.
   * @default - that of `size`
   * @example gibibytes: 60
   */
  readonly gibibytes?: number;
  /**
   * When DigitalOcean may update the database. Changed in place.
   * @default { day: "sunday", hour: "03:00" }
   * @example maintenance: { day: "tuesday", hour: "02:00" }
   */
  readonly maintenance?: DatabaseMaintenanceProps;
  /**
   * Whether Terraform refuses to destroy the cluster and its databases. Turn it off, and apply, before you destroy the
   * stack: the backups go with the cluster.
   * @default true
   * @example protected: false
   */
  readonly protected?: boolean;
}
