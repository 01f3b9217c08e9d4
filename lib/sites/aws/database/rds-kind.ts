import type { RdsClusterProps, RdsInstanceProps } from "./rds-props";

/** How a kind of database differs from the other. */
export interface RdsKind {
  readonly engine: string;
  readonly props: RdsInstanceProps | RdsClusterProps;
  readonly size: string;
  /** How few zones will do. */
  readonly zones: number;
  /** Characters that the name may have. */
  readonly name: number;
}
