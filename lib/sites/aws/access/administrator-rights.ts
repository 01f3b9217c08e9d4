import { globsMeet } from "../../../core/glob";
import { isToken } from "../../../core/tokens";
import { DATA_SERVICES, HARMLESS, POLICIES, READS, SINGLE_ACTIONS, WHOLE_SERVICES } from "./ways-to-administrator";

/** A statement of an IAM policy that allows something. */
export interface AwsPermission {
  /** `s3:GetObject`, `s3:Get*`. Of actions of which one leads to an administrator, see `mayBecomeAdministrator`. */
  readonly actions: readonly string[];
  /** ARNs of what they may be done to. */
  readonly resources: readonly string[];
}

/** An action as a statement has it, and what of it leads to an administrator of the account. */
export interface PowerfulAction {
  readonly action: string;
  /** `iam:passrole`, or that it is the whole of a service. */
  readonly way: string;
}

/** Whether a managed policy of AWS would make a machine an administrator of the account. What is in others is not known. */
export function isPowerfulPolicy(arn: string): boolean {
  const [, name = ""] = /^arn:[^:]*:iam::aws:policy\/(.+)$/i.exec(arn) ?? [];
  return POLICIES.some((one) => one.toLowerCase() === name.toLowerCase());
}

/** The actions that would make a machine an administrator of the account. AWS takes names of actions in any case. */
export function powerfulActions({ actions, resources }: AwsPermission): readonly PowerfulAction[] {
  if (resources.every(isData)) return [];
  return actions.flatMap((action) => {
    const way = wayOf(action.toLowerCase());
    return way === undefined ? [] : [{ action, way }];
  });
}

function wayOf(action: string): string | undefined {
  // Without a colon it is "*", or nothing that AWS takes.
  const [service = "", name = "*"] = action.split(":", 2);
  const single = SINGLE_ACTIONS.find((one) => globsMeet(action, one));
  if (single !== undefined) return single;
  if (isRead(name) || HARMLESS.includes(action)) return undefined;
  const whole = WHOLE_SERVICES.find((one) => globsMeet(service, one));
  if (whole === undefined) return undefined;
  return /[*?]/.test(action) ? `changes of the service ${whole}` : action;
}

/** By what stands before the first wildcard. */
const isRead = (name: string): boolean => READS.some((verb) => name.split(/[*?]/, 1)[0]!.startsWith(verb));

/** Whether a resource can only be data. Wildcards in an ARN's service are anything. */
function isData(resource: string): boolean {
  const service = /^arn:[^:]*:([a-z0-9-]+):/i.exec(resource)?.[1];
  return !isToken(resource) && service !== undefined && DATA_SERVICES.includes(service.toLowerCase());
}
