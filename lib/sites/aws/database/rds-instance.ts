import { checkProps } from "../../../core/props";
import { rdsInstanceSchema } from "./rds-checks";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import type { Construct } from "constructs";
import { invalidProperty } from "../../../core/errors";
import type { DatabaseEngine, DatabaseHandle, DatabaseRequest } from "../../../contracts/database-engine";
import type { RdsInstanceProps } from "./rds-props";
import { MOST_GIBIBYTES } from "./rds-checks";
import { CLUSTER_FAILOVER } from "./rds-cluster";
import type { RdsKind } from "./rds-kind";
import { GIBIBYTES, parameterGroup, parametersOf, rdsHandle, rdsParts, WINDOWS } from "./rds-parts";
import { passwordRule, passwordVersion } from "./rds-password";
import { productOf } from "./rds-product";

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html */
const FAILOVER = { seconds: 120, source: "AWS's guide: 60 to 120 s, longer after large transactions" };
const SIZE = "db.t4g.small";
const GROWTH = 5;

/**
 * Children of the tier: `Resource` (`aws_db_instance`), `parameters`, `subnets`, `monitoring` and `monitoring-right`; its
 * security group is the site's. Made by `AwsDatabase.rdsInstance`.
 */
export class RdsInstance implements DatabaseEngine {
  readonly name = "aws-rds-instance";
  readonly siteKind = "aws";
  readonly protocol: DatabaseEngine["protocol"];

  constructor(private readonly props: RdsInstanceProps) {
    this.protocol = props.database === "postgresql" ? "postgresql" : "mysql";
  }

  make(scope: Construct, request: DatabaseRequest): DatabaseHandle {
    const { props } = this;
    const { path } = request;
    checkProps(path, rdsInstanceSchema, props, "engine");
    const { gibibytes = GIBIBYTES, size = SIZE } = props;
    const maxGibibytes = growsTo(path, gibibytes, props.maxGibibytes);
    const kind: RdsKind = { engine: this.name, props, size, zones: 2, name: 63 };
    const parts = rdsParts(scope, request, kind);
    const { site, name, version, subnetGroup, groups, database, common, monitoring, needs, tags } = parts;
    const { provider } = site.aws;
    const { engine, port } = productOf(props.database);
    const parameters = new DbParameterGroup(scope, "parameters", {
      ...parameterGroup(parts, path),
      parameter: parametersOf(props),
      tags,
    });
    const password = database.password();
    const instance = new DbInstance(scope, "Resource", {
      provider,
      identifier: name,
      ...common,
      ...monitoring,
      engine,
      engineVersion: version.text,
      instanceClass: size,
      maxAllocatedStorage: maxGibibytes,
      multiAz: true,
      dbName: database.name,
      username: database.user,
      ...(props.writeOnlyPassword === false
        ? { password }
        : { passwordWo: password, passwordWoVersion: passwordVersion(password) }),
      port,
      dbSubnetGroupName: subnetGroup,
      vpcSecurityGroupIds: groups,
      publiclyAccessible: false,
      parameterGroupName: parameters.name,
      autoMinorVersionUpgrade: true,
      backupWindow: props.backupWindow ?? WINDOWS.backup,
      maintenanceWindow: props.maintenanceWindow ?? WINDOWS.maintenance,
      tags,
      dependsOn: needs,
      lifecycle: { preventDestroy: common.deletionProtection, precondition: passwordRule(props.database, database) },
    });
    const isCluster = props.database !== "mariadb" && site.zones.length >= 3;
    return rdsHandle(scope, request, kind, parts, {
      writer: instance.address,
      resource: instance,
      failover: FAILOVER.seconds,
      source: FAILOVER.source,
      loss: "RDS confirms a write when the standby in the other zone has it",
      // Primary and standby are in two of the zones; AWS does not say in which.
      atLeast: site.zones.length - 1,
      alternatives: isCluster
        ? [
            {
              change: "engine: AwsDatabase.rdsCluster({ … }), another, empty database",
              settings: { failover: CLUSTER_FAILOVER.seconds },
            },
          ]
        : [],
    });
  }
}

/** @returns how large the disk may become; undefined when it is as large as AWS has any */
function growsTo(path: string, gibibytes: number, max?: number): number | undefined {
  // AWS takes no smaller step than a tenth.
  const least = Math.ceil((gibibytes * 11) / 10);
  if (max === undefined) return least > MOST_GIBIBYTES ? undefined : Math.min(gibibytes * GROWTH, MOST_GIBIBYTES);
  if (max >= least) return max;
  const fix = `AWS lets a disk of ${gibibytes} GiB grow to ${least} or more. Raise it.`;
  throw invalidProperty(path, "engine.maxGibibytes", max, fix);
}
