/** A statement of an IAM policy that allows something. */
export interface AwsPermission {
  /** `s3:GetObject`, `s3:Get*`. */
  readonly actions: readonly string[];
  /** ARNs of what they may be done to. */
  readonly resources: readonly string[];
}

/** AWS's own policies that give everything, or the power to give oneself everything. */
const POWERFUL = [
  "AdministratorAccess",
  "AdministratorAccess-Amplify",
  "AdministratorAccess-AWSElasticBeanstalk",
  "IAMFullAccess",
  "PowerUserAccess",
  "AWSOrganizationsFullAccess",
  "job-function/DatabaseAdministrator",
  "job-function/DataScientist",
  "job-function/NetworkAdministrator",
  "job-function/SystemAdministrator",
];

/** Services whose every action on every resource leads to all the others: identities, and the right to act as them. */
const KEYS_TO_THE_HOUSE = ["iam", "sts", "organizations", "account"];
/** Single actions that do. */
const ESCALATIONS = [
  "iam:passrole",
  "iam:createaccesskey",
  "iam:createloginprofile",
  "iam:updateloginprofile",
  "iam:createpolicyversion",
  "iam:setdefaultpolicyversion",
  "iam:attachrolepolicy",
  "iam:attachuserpolicy",
  "iam:attachgrouppolicy",
  "iam:putrolepolicy",
  "iam:putuserpolicy",
  "iam:putgrouppolicy",
  "iam:addusertogroup",
  "iam:updateassumerolepolicy",
  "sts:assumerole",
];

/** Whether a managed policy would make a machine an administrator of the account. */
export function isPowerfulPolicy(arn: string): boolean {
  return POWERFUL.includes(arn.slice(arn.indexOf(":policy/") + ":policy/".length));
}

/** @returns the action that would make a machine an administrator of the account; undefined when there is none. */
export function powerfulAction({ actions, resources }: AwsPermission): string | undefined {
  // Everything, or every identity of an account.
  const everywhere = resources.some((resource) => /^\*$|^arn:[^:]*:(\*|iam):[^/]*[:/]\*$/.test(resource));
  return everywhere ? actions.find((action) => leadsToAll(action.toLowerCase())) : undefined;
}

function leadsToAll(action: string): boolean {
  const [service = "", name = "*"] = action.split(":");
  if (service === "*") return true;
  if (name === "*") return KEYS_TO_THE_HOUSE.includes(service);
  const pattern = action
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return ESCALATIONS.some((escalation) => new RegExp(`^${pattern}$`).test(escalation));
}
