import { checkProps } from "../../../core/props";
import { rdsClusterSchema } from "./rds-checks";
import { RdsCluster as Cluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import type { Construct } from "constructs";
import type { DatabaseEngine, DatabaseHandle, DatabaseRequest } from "../../../contracts/database-engine";
import type { RdsClusterProps } from "./rds-props";
import { instanceClass } from "../engine-errors";
import type { RdsKind } from "./rds-kind";
import { parameterGroup, parametersOf, rdsHandle, rdsParts, WINDOWS } from "./rds-parts";
import { passwordRule, passwordVersion } from "./rds-password";
import { productOf } from "./rds-product";

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts-failover.html */
export const CLUSTER_FAILOVER = { seconds: 35, source: "AWS's guide: typically under 35 s, longer when readers lag" };
const SIZE = "db.c6gd.medium";
/** Families whose servers have disks of their own. */
const OWN_DISKS = /^db\.[a-z]+\d+[a-z]*d[a-z]*\./;

/**
 * Children of the tier: `Resource` (`aws_rds_cluster`), `parameters`, `subnets`, `monitoring` and `monitoring-right`; its
 * security group is the site's. Made by `AwsDatabase.rdsCluster`.
 */
export class RdsCluster implements DatabaseEngine {
  readonly name = "aws-rds-cluster";
  readonly siteKind = "aws";
  readonly protocol: DatabaseEngine["protocol"];

  constructor(private readonly props: RdsClusterProps) {
    this.protocol = props.database === "postgresql" ? "postgresql" : "mysql";
  }

  make(scope: Construct, request: DatabaseRequest): DatabaseHandle {
    const { props } = this;
    const { path } = request;
    checkProps(path, rdsClusterSchema, props, "engine");
    const { size = SIZE } = props;
    this.refuse(path, size);
    const kind: RdsKind = { engine: this.name, props, size, zones: 3, name: 52 };
    const parts = rdsParts(scope, request, kind);
    const { site, name, version, subnetGroup, groups, database, common, monitoring, needs, tags } = parts;
    const { engine, port } = productOf(props.database);
    const parameters = new RdsClusterParameterGroup(scope, "parameters", {
      ...parameterGroup(parts, path),
      parameter: parametersOf(props),
      tags,
    });
    const password = database.password();
    const cluster = new Cluster(scope, "Resource", {
      provider: site.aws.provider,
      clusterIdentifier: name,
      ...common,
      ...monitoring,
      engine,
      engineVersion: version.text,
      dbClusterInstanceClass: size,
      databaseName: database.name,
      masterUsername: database.user,
      ...(props.writeOnlyPassword === false
        ? { masterPassword: password }
        : { masterPasswordWo: password, masterPasswordWoVersion: passwordVersion(password) }),
      port,
      dbSubnetGroupName: subnetGroup,
      vpcSecurityGroupIds: groups,
      dbClusterParameterGroupName: parameters.name,
      preferredBackupWindow: props.backupWindow ?? WINDOWS.backup,
      preferredMaintenanceWindow: props.maintenanceWindow ?? WINDOWS.maintenance,
      tags,
      dependsOn: needs,
      lifecycle: { preventDestroy: common.deletionProtection, precondition: passwordRule(props.database, database) },
    });
    return rdsHandle(scope, request, kind, parts, {
      writer: cluster.endpoint,
      reader: cluster.readerEndpoint,
      resource: cluster,
      failover: CLUSTER_FAILOVER.seconds,
      source: CLUSTER_FAILOVER.source,
      loss: "RDS confirms a write when one of two readers in other zones has it, and that one takes over",
      // Its three servers are in three of the zones; a write needs the writer and one reader.
      atLeast: site.zones.length - 1,
      alternatives: [],
    });
  }

  private refuse(path: string, size: string): void {
    if (OWN_DISKS.test(size)) return;
    throw instanceClass(path, size, SIZE, "a cluster needs servers with disks of their own, a family with a d.");
  }
}
