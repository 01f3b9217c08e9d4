import type { DatabaseEngine } from "../../../contracts/database-engine";
import { givenProps } from "../../../core/props";
import { rdsClusterSchema, rdsInstanceSchema } from "./rds-checks";
import { RdsCluster } from "./rds-cluster";
import { RdsInstance } from "./rds-instance";
import type { RdsInstanceProps, RdsClusterProps } from "./rds-props";

/** Databases that Amazon RDS runs over the zones of an `AwsSite`, for `engine` of a `ManagedDatabase`. */
export abstract class AwsDatabase {
  /** A database and a standby in another zone that has every write and serves no queries. Needs two zones or more. */
  static rdsInstance(props: RdsInstanceProps): DatabaseEngine {
    return new RdsInstance(givenProps("AwsDatabase.rdsInstance", rdsInstanceSchema, props));
  }

  /**
   * A writer and two readers in three zones; fails over sooner, and its readers serve queries. Needs three zones or
   * more.
   */
  static rdsCluster(props: RdsClusterProps): DatabaseEngine {
    return new RdsCluster(givenProps("AwsDatabase.rdsCluster", rdsClusterSchema, props));
  }
}
