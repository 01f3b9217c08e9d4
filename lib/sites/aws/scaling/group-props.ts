import type { Duration } from "../../../core/duration";

/** Of `AwsAutoScaling.group`. */
export interface AwsGroupProps {
  /**
   * How few servers there are at any time, 2 or more. Changed in place.
   * @default - the tier's `servers`; or so many that the loss of a zone leaves the tier's `needed`; or one in each zone
   */
  readonly min?: number;
  /** How many servers there are at most; what you are ready to pay for. Changed in place. */
  readonly max: number;
  /**
   * Share of their processors that the servers use on average, 10 to 90; above it servers are added, well below it they go. What is
   * left is for the minutes until a new server works. Changed in place.
   * @default 50
   */
  readonly cpuPercent?: number;
  /**
   * How long a new server may take to install packages, fetch the application and pass its gate; one that takes longer is ended.
   * Whole seconds, 30 s to 2 h. Changed in place.
   * @default Duration.minutes(10)
   */
  readonly startWithin?: Duration;
  /**
   * How long the load balancer may take to find a configured server healthy, and its load to say something. Whole seconds up to an
   * hour. Changed in place.
   * @default Duration.seconds(60)
   */
  readonly warmUp?: Duration;
  /** CIDRs of the site's private subnets; needed with an existing VPC, because Galera clusters let them in. @default - the site's own */
  readonly networks?: readonly string[];
  /**
   * Whether the bucket with the configuration is deleted although others have put something into it. What Beehive has put into it,
   * with all versions, never stands in the way.
   * @default false
   */
  readonly forceDestroy?: boolean;
  /** For how many days a secret that is deleted can be restored: 0, or 7 to 30. Changed in place. @default 7 */
  readonly secretRecoveryDays?: number;
  /** Whether the secrets stay out of Terraform's state, which takes Terraform 1.11 or newer. @default true */
  readonly writeOnlySecrets?: boolean;
}
