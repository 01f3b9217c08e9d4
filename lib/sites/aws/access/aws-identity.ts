import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { Token, type ITerraformDependable } from "../../../cdktf";
import { isPowerfulPolicy, powerfulActions, type AwsPermission } from "./administrator-rights";
import { AWS_NAMES } from "../aws-labels";
import type { AwsScope } from "../aws-scope";
import { administratorAction, administratorPolicy, notAPolicy, noSuchRisk } from "../errors";

/** What the machines may do in the account, besides what Beehive needs. Changed in place. */
export interface AwsPermissionsProps {
  /**
   * ARNs of managed policies. AWS's own that lead to an administrator of the account are refused; what yours allow is
   * not known here.
   * @default []
   * @example policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
   */
  readonly policies?: readonly string[];
  /**
   * Statements of the machines' own policy. Actions that lead to an administrator of the account are refused, also by a
   * wildcard. The list of them is no guarantee: give what the application needs and no more.
   * @default []
   * @example statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop-images/*"] }]
   */
  readonly statements?: readonly AwsPermission[];
  /**
   * Actions and policies, written as above, of which you know that an intruder on one machine may become an
   * administrator of the account by them, and give them all the same.
   * @default []
   * @example mayBecomeAdministrator: ["sts:AssumeRole"]
   */
  readonly mayBecomeAdministrator?: readonly string[];
}

export interface AwsIdentityProps {
  readonly aws: AwsScope;
  /** Whether Session Manager may open shells. */
  readonly sessionManager: boolean;
  readonly permissions: AwsPermissionsProps;
  /** Names the role, and the machines in tags; a tier or a machine with rights of its own. @default - all machines */
  readonly of?: string;
}

/**
 * What Session Manager's agent needs to open a shell. AWS's own AmazonSSMManagedInstanceCore would let every machine read all of
 * the region's Parameter Store besides. https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
const SESSION_MANAGER: readonly AwsPermission[] = [
  {
    actions: [
      "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
    resources: ["*"],
  },
];

/**
 * A machine's identity at AWS: a role with exactly the rights that are used, and the instance profile that carries it.
 */
export class AwsIdentity extends Construct {
  /** Name of the instance profile, an expression. */
  readonly profile: string;
  /** Rights that must be there before the machine uses them. */
  readonly ready: readonly ITerraformDependable[];
  private readonly role: IamRole;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsIdentityProps,
  ) {
    super(scope, id);
    const { aws, sessionManager, permissions } = props;
    const { provider, labels, region } = aws;
    const { policies = [], statements = [] } = permissions;
    const name = labels.named(AWS_NAMES.role, props.of ?? "machines");
    const tags = labels.siteTags(props.of ?? "machines");
    this.role = new IamRole(this, "role", {
      provider,
      name,
      assumeRolePolicy: JSON.stringify(
        policy([{ Action: "sts:AssumeRole", Principal: { Service: `ec2.${serviceDomain(region.domain)}` } }]),
      ),
      tags,
    });
    this.profile = new IamInstanceProfile(this, "Resource", { provider, name, role: this.role.name, tags }).name;
    const attached = policies.map((policyArn) => {
      const key = `policy-${policyArn.split(":").slice(4).join("-").replaceAll("/", ".")}`;
      return new IamRolePolicyAttachment(this, key, { provider, role: this.role.name, policyArn });
    });
    this.ready = [
      ...(sessionManager ? [this.allow("session-manager", permissionsOf(SESSION_MANAGER))] : []),
      ...attached,
      ...(statements.length > 0 ? [this.allow("permissions", permissionsOf(statements))] : []),
    ];
  }

  /** Adds a policy of its own. @param name unique in the role */
  allow(name: string, document: object): IamRolePolicy {
    return new IamRolePolicy(this, `inline-${name}`, {
      provider: this.props.aws.provider,
      name,
      role: this.role.name,
      policy: JSON.stringify(document),
    });
  }
}

/** Refuses rights by which an intruder on a machine would become an administrator of the account, unless they are meant. */
export function checkPermissions(path: string, permissions: AwsPermissionsProps): void {
  const { policies = [], statements = [], mayBecomeAdministrator = [] } = permissions;
  const unused = new Set(mayBecomeAdministrator);
  const isMeant = (right: string): boolean => {
    const said = mayBecomeAdministrator.filter((one) => one.toLowerCase() === right.toLowerCase());
    for (const one of said) unused.delete(one);
    return said.length > 0;
  };
  policies.forEach((arn, i) => {
    if (Token.isUnresolved(arn)) return;
    const property = `permissions.policies.${i}`;
    if (!/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/.+$/.test(arn)) throw notAPolicy(path, property, arn);
    if (isPowerfulPolicy(arn) && !isMeant(arn)) throw administratorPolicy(path, property, arn);
  });
  statements.forEach((statement, i) => {
    const refused = powerfulActions(statement).find(({ action }) => !isMeant(action));
    if (refused !== undefined)
      throw administratorAction(path, `permissions.statements.${i}`, refused, statement.resources);
  });
  for (const one of unused) throw noSuchRisk(path, mayBecomeAdministrator.indexOf(one), one);
}

/** The sovereign clouds in Europe name the service's principal as everywhere. */
const serviceDomain = (domain: string): string => (domain.endsWith(".cn") ? domain : "amazonaws.com");

const permissionsOf = (statements: readonly AwsPermission[]): object =>
  policy(statements.map(({ actions, resources }) => ({ Action: actions, Resource: resources })));

function policy(statements: readonly object[]): object {
  return { Version: "2012-10-17", Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })) };
}
