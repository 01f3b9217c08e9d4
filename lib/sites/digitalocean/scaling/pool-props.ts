import type { Duration } from "../../../core/duration";

/** Of `DigitalOceanAutoscale.pool`. */
export interface DropletPoolProps {
  /** How few droplets there are at any time, 2 or more. Changed in place. @default - the tier's `servers`, or 2 */
  readonly min?: number;
  /** How many droplets there are at most; what you are ready to pay for. Changed in place. */
  readonly max: number;
  /**
   * Share of their processors that the droplets use on average, 10 to 90; above it droplets are added, below it they go. What is left
   * is for the minutes until a new droplet works. Changed in place.
   * @default 50
   */
  readonly cpuPercent?: number;
  /** The same for memory. @default - memory is not looked at */
  readonly memoryPercent?: number;
  /**
   * How long DigitalOcean waits after each change, and how long it gives new droplets before old ones go when the application changes:
   * longer than a droplet takes to boot and install packages. Whole minutes. Changed in place.
   * @default Duration.minutes(10)
   */
  readonly cooldown?: Duration;
  /** The region that all droplets are in. Changing it makes all of them anew. @default - the first of the site's `zones` */
  readonly zone?: string;
}
