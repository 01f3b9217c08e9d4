import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { Construct } from "constructs";
import type { ITerraformDependable } from "../../../cdktf";
import { Duration } from "../../../core/duration";
import { Hive } from "../../../stack/hive";
import type { TierStructure } from "../../../manifest/manifest";
import { Reliability } from "../../../contracts/reliability";
import type { DatabaseHandle, DatabaseRequest, RequestedDatabase } from "../../../contracts/database-engine";
import type { NameRule } from "../../shared/names";
import { AWS_NAMES } from "../aws-labels";
import { placeOf, tierId } from "../../shared/tier-id";
import type { AwsSite } from "../aws-site";
import { moreDatabases } from "../engine-errors";
import { siteOf, spread } from "../managed-part";
import { checkAccount, checkChoices, checkWindows } from "./rds-checks";
import { productOf, versionOf, type RdsVersion } from "./rds-product";
import type { RdsKind } from "./rds-kind";

/** What both kinds are made of, beside the database itself. */
export interface RdsParts {
  readonly site: AwsSite;
  readonly name: string;
  readonly version: RdsVersion;
  readonly subnetGroup: string;
  /** Security groups, expressions. */
  readonly groups: string[];
  readonly database: RequestedDatabase;
  /** What both resources call alike. */
  readonly common: RdsCommon;
  readonly monitoring: { readonly monitoringInterval: number; readonly monitoringRoleArn: string };
  readonly needs: ITerraformDependable[];
  readonly tags: Record<string, string>;
}

type RdsCommon = Readonly<
  Record<"storageEncrypted" | "deletionProtection" | "skipFinalSnapshot" | "copyTagsToSnapshot", boolean>
> & {
  readonly storageType: string;
  readonly allocatedStorage: number;
  readonly finalSnapshotIdentifier: string | undefined;
  readonly backupRetentionPeriod: number;
  readonly deleteAutomatedBackups: boolean;
  readonly enabledCloudwatchLogsExports: string[];
};

export const WINDOWS = { backup: "02:00-02:30", maintenance: "sun:03:00-sun:03:30" } as const;
export const GIBIBYTES = 20;
const BACKUP_DAYS = 7;
const MONITORING = Duration.seconds(60);
/** RDS's names lead to another address within so many seconds. */
const DNS_TTL = 5;

const SLA = Reliability.sla("99.95%", "Amazon RDS SLA: 99.95 % a month, for Multi-AZ instances and clusters");

const GROUP_NAME: NameRule = { max: 255, separator: "-", refused: /[^a-z0-9-]/, lowerCase: true, letterFirst: true };

export function rdsParts(scope: Construct, request: DatabaseRequest, kind: RdsKind): RdsParts {
  const { path, databases, clients } = request;
  const { engine, props, zones } = kind;
  const site = siteOf(request, engine, "a database with standbys", zones);
  const version = versionOf(path, props.database, props.version);
  checkChoices(path, kind);
  checkWindows(path, props.backupWindow ?? WINDOWS.backup, props.maintenanceWindow ?? WINDOWS.maintenance);
  if (databases.length > 1)
    throw moreDatabases(
      path,
      engine,
      databases.map((one) => one.name),
    );
  const database = databases[0]!;
  checkAccount(path, kind, database);
  const { aws, vpc, firewall, awsZones } = site;
  const { provider, labels } = aws;
  const tags = labels.tags(tierId(path), tierId(path));
  const place = placeOf(path);
  const name = labels.named({ ...GROUP_NAME, max: kind.name }, place);
  const { port } = productOf(props.database);
  // Servers that come and go carry their tier's group, too: other machines of their subnets are not let in.
  firewall.admitAll(path, () =>
    clients().map((client) => ({ from: client.path, port, purpose: `${client.path}, database` })),
  );
  const subnets = new DbSubnetGroup(scope, "subnets", {
    provider,
    name: labels.named(GROUP_NAME, place),
    description: "Made by Beehive; private subnets in all zones",
    subnetIds: awsZones.map((zone) => vpc.subnetId(zone, "private")),
    tags,
  });
  const role = new IamRole(scope, "monitoring", {
    provider,
    name: labels.named(AWS_NAMES.role, `monitoring.${place}`),
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "monitoring.rds.amazonaws.com" } },
      ],
    }),
    tags,
  });
  const right = new IamRolePolicyAttachment(scope, "monitoring-right", {
    provider,
    role: role.name,
    policyArn: aws.region.arn("iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"),
  });
  const { protected: kept = true, finalSnapshot = true, backupDays = BACKUP_DAYS } = props;
  return {
    site,
    name,
    version,
    subnetGroup: subnets.name,
    groups: [firewall.group(path)],
    database,
    common: {
      storageEncrypted: true,
      storageType: "gp3",
      allocatedStorage: props.gibibytes ?? GIBIBYTES,
      deletionProtection: kept,
      skipFinalSnapshot: !finalSnapshot,
      finalSnapshotIdentifier: finalSnapshot ? `${name}-final` : undefined,
      copyTagsToSnapshot: true,
      backupRetentionPeriod: backupDays,
      // What can be restored stays for as long as it would have.
      deleteAutomatedBackups: !kept,
      enabledCloudwatchLogsExports: [...(props.logExports ?? productOf(props.database).logs.errors)],
    },
    monitoring: {
      monitoringInterval: (props.monitoring ?? MONITORING).toSeconds(),
      monitoringRoleArn: role.arn,
    },
    needs: [right],
    tags,
  };
}

/** Parameters of a group: no connection without TLS. */
export function parametersOf({ database }: RdsKind["props"]) {
  return [{ name: productOf(database).tlsParameter, value: "1", applyMethod: "pending-reboot" }];
}

/** Name and family of a parameter group; another major version is another group, made while the old one is in use. */
export function parameterGroup({ site, version }: RdsParts, path: string) {
  const { labels, provider } = site.aws;
  return {
    provider,
    name: labels.named(GROUP_NAME, `${placeOf(path)}-${version.family.replace(".", "-")}`),
    family: version.family,
    description: "Made by Beehive; no connection without TLS",
    lifecycle: { createBeforeDestroy: true },
  };
}

export interface RdsMade {
  /** Expressions of names. */
  readonly writer: string;
  readonly reader?: string;
  readonly resource: ITerraformDependable;
  /** How long AWS says that a takeover lasts, in seconds, and where it says so. */
  readonly failover: number;
  readonly source: string;
  readonly loss: string;
  readonly atLeast: number;
  readonly alternatives: TierStructure["alternatives"];
}

/** The handle that the tier gets. */
export function rdsHandle(
  scope: Construct,
  request: DatabaseRequest,
  kind: RdsKind,
  parts: RdsParts,
  made: RdsMade,
): DatabaseHandle {
  const { path, instance } = request;
  const { site, database, version } = parts;
  const { authorities, backupDays = BACKUP_DAYS } = kind.props;
  const { port } = productOf(kind.props.database);
  const hive = Hive.of(scope);
  const location = (role: string, expression: string) => ({
    host: hive.addFact(`database/${instance}/${role}`, expression, path),
    port,
  });
  const none = (when: "machine" | "zone") => ({ when, seconds: 0, guaranteed: true, why: made.loss });
  return {
    writer: location("writer", made.writer),
    ...(made.reader !== undefined && { reader: location("reader", made.reader) }),
    logins: { [database.name]: { user: database.user, password: database.password() } },
    tls: { required: true, ...(authorities !== undefined && { authorities }) },
    ready: [made.resource],
    settings: {
      failover: made.failover,
      failoverSource: made.source,
      dnsTtl: DNS_TTL,
      backupDays,
      version: version.text,
    },
    resilience: spread(
      { name: `database ${path}`, site, reliability: SLA, kind: "machine", atLeast: made.atLeast },
      {
        recovery: [
          {
            when: ["machine", "zone"],
            steps: [
              { what: `a standby takes over (${made.source})`, of: "failover" },
              { what: "its name is remembered", of: "dnsTtl" },
            ],
          },
        ],
        loss: [
          none("machine"),
          none("zone"),
          { when: "site", seconds: null, guaranteed: false, why: "standbys and backups are in the same region" },
        ],
        alternatives: made.alternatives,
      },
    ),
  };
}
