import type { Duration } from "../../../core/duration";

/** An autoscale pool: limits, load, times. */
export interface DropletPoolProps {
  /**
   * The smallest number of droplets at any time, 2 or more. Changed in place.
   * @default - the tier's `servers`, or 2
   * @example min: 2
   */
  readonly min?: number;
  /**
   * The largest number of droplets, which bounds the costs. Changed in place.
   * @example max: 6
   */
  readonly max: number;
  /**
   * Average processor use of the droplets, 10 to 90, that the pool keeps: above it droplets are added, below it
   * droplets are removed. The rest is reserve for the minutes until a new droplet works. Changed in place.
   * @default 50
   * @example cpuPercent: 40
   */
  readonly cpuPercent?: number;
  /**
   * The same for the droplets' memory.
   * @default - memory does not count
   * @example memoryPercent: 60
   */
  readonly memoryPercent?: number;
  /**
   * How long DigitalOcean waits after each change, and how long it gives new droplets before old ones go when the
   * application changes: longer than a droplet takes to boot and install packages. Whole minutes. Changed in place.
   * @default Duration.minutes(10)
   * @example cooldown: Duration.minutes(15)
   */
  readonly cooldown?: Duration;
  /**
   * The region of all droplets. Changing it makes all of them anew.
   * @default - the first of the site's `zones`
   * @example zone: "fra1"
   */
  readonly zone?: string;
}
