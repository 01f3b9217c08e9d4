import { Duration } from "../../../core/duration";
import { invalidProperty } from "../../../core/errors";
import type { WebScalingRequest } from "../../../contracts/web-scaling";
import { isBlock } from "../../shared/cidr";
import { checkMost, fewestServers } from "../../shared/scaled-servers";
import type { AwsGroupProps } from "./group-props";
import { groupTooSmall } from "./scaling-errors";

/** How many servers a group has, all numbers decided. */
export interface GroupSize {
  readonly least: number;
  readonly most: number;
  /** How many carry the load. */
  readonly needed: number;
  /** How many of the fewest are left when the fullest zone is lost. */
  readonly left: number;
}

/** AWS spreads servers evenly: the fullest zone has the rest of the division, too. */
export function leftWithoutAZone(servers: number, zones: number): number {
  return servers - Math.ceil(servers / zones);
}

/** So many servers that those of all zones but one are `needed` or more. */
export function warmCapacity(needed: number, zones: number): number {
  return Math.ceil((needed * zones) / (zones - 1));
}

/**
 * Percentage of the servers that stay in service while others are replaced; AWS rounds the number of servers up. The largest that
 * does not ask for more than `needed`, and if there is none the smallest that asks for so many.
 */
export function healthyPercentage(needed: number, servers: number): number {
  const percentage = Math.floor((100 * needed) / servers);
  return Math.ceil((percentage * servers) / 100) >= needed ? percentage : percentage + 1;
}

type Request = Pick<WebScalingRequest, "path" | "servers" | "needed">;

/** @throws BeehiveError */
export function groupSize(request: Request, props: AwsGroupProps, zones: number): GroupSize {
  const { path, needed } = request;
  const enough = needed === undefined ? zones : Math.max(2, warmCapacity(needed, zones));
  const { least, property } = fewestServers(request, props, enough);
  if (needed !== undefined && needed >= least) {
    throw groupTooSmall(path, property, { least, needed, zones, warm: warmCapacity(needed, zones) });
  }
  checkMost(path, props, least);
  const left = leftWithoutAZone(least, zones);
  return { least, most: props.max, needed: needed ?? left, left };
}

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html */
const LIMITS = { startWithin: [30, 7200], warmUp: [1, 3600] } as const;

export interface GroupTimes {
  /** Seconds. */
  readonly startWithin: number;
  /** Seconds. */
  readonly warmUp: number;
}

/** What AWS takes; other times are refused. */
export function groupTimes(path: string, props: AwsGroupProps): GroupTimes {
  const seconds = (property: keyof typeof LIMITS, duration: Duration): number => {
    const [least, most] = LIMITS[property];
    const value = duration.toSeconds();
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw invalidProperty(
      path,
      `scaling.${property}`,
      String(duration),
      `AWS takes whole seconds from ${least} to ${most}. Choose one of those.`,
    );
  };
  return {
    startWithin: seconds("startWithin", props.startWithin ?? Duration.minutes(10)),
    warmUp: seconds("warmUp", props.warmUp ?? Duration.seconds(60)),
  };
}

/** @throws BeehiveError when one is no network */
export function checkNetworks(path: string, networks: readonly string[]): void {
  networks.forEach((network, i) => {
    if (isBlock(network)) return;
    const fix = 'it is no IPv4 network; write the first address and the length, like "10.64.0.0/20".';
    throw invalidProperty(path, `scaling.networks.${i}`, network, fix);
  });
}
