/** An availability zone. */
export interface AwsZone {
  /** `eu-central-1a`. */
  readonly name: string;
  /** `a`: names machines and resources, and decides the subnets' addresses. */
  readonly letter: string;
}

/** The letters that AWS gives to availability zones, with room for two that it does not use yet. */
export const ZONE_LETTERS = "abcdefgh";
