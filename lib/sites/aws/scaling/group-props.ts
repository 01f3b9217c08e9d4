import type { Duration } from "../../../core/duration";

/** An auto scaling group: limits, load, times. */
export interface AwsGroupProps {
  /**
   * The smallest number of servers at any time, 2 or more. Changed in place.
   * @default - the tier's `servers`; or so many that the loss of a zone leaves the tier's `needed`; or one in each zone
   * @example min: 4
   */
  readonly min?: number;
  /**
   * The largest number of servers, which bounds the costs. Changed in place.
   * @example max: 12
   */
  readonly max: number;
  /**
   * Average processor use of the servers, 10 to 90, that the group keeps: above it servers are added, well below it
   * servers are removed. The rest is reserve for the minutes until a new server works. Changed in place.
   * @default 50
   * @example cpuPercent: 40
   */
  readonly cpuPercent?: number;
  /**
   * How long a new server may take to install packages, fetch the application and pass its gate; one that takes longer
   * is ended. Whole seconds, 30 s to 2 h. Changed in place.
   * @default Duration.minutes(10)
   * @example startWithin: Duration.minutes(15)
   */
  readonly startWithin?: Duration;
  /**
   * How long the load balancer may take to find a configured server healthy, and its load to mean something. Whole
   * seconds up to an hour. Changed in place.
   * @default Duration.seconds(60)
   * @example warmUp: Duration.seconds(120)
   */
  readonly warmUp?: Duration;
  /**
   * CIDRs of the site's private subnets, which Galera clusters let in; required with an existing VPC. Changed in place.
   * @default - the site's own
   * @example networks: ["10.64.0.0/20", "10.64.32.0/20"]
   */
  readonly networks?: readonly string[];
  /**
   * Whether the bucket with the configuration is deleted although it holds objects of others. What Beehive has put into
   * it, with all versions, never stands in the way. Changing it touches no server.
   * @default false
   * @example forceDestroy: true
   */
  readonly forceDestroy?: boolean;
  /**
   * For how many days a deleted secret can be restored: 0, or 7 to 30. Changed in place.
   * @default 7
   * @example secretRecoveryDays: 30
   */
  readonly secretRecoveryDays?: number;
  /**
   * Whether the secrets stay out of Terraform's state, which takes Terraform 1.11 or newer. Changing it makes a new
   * version of the secret, which replaces the servers.
   * @default true
   * @example writeOnlySecrets: false
   */
  readonly writeOnlySecrets?: boolean;
}
