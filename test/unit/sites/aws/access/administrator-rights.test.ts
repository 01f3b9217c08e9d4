import fc from "fast-check";
import { isPowerfulPolicy, powerfulActions } from "../../../../../lib/sites/aws/access/administrator-rights";
import {
  HARMLESS,
  POLICIES,
  READS,
  SINGLE_ACTIONS,
  WHOLE_SERVICES,
} from "../../../../../lib/sites/aws/access/ways-to-administrator";

test.each([
  "arn:aws:iam::aws:policy/AdministratorAccess",
  "arn:aws:iam::aws:policy/PowerUserAccess",
  "arn:aws:iam::aws:policy/IAMFullAccess",
  "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
  "arn:aws-cn:iam::aws:policy/AmazonSSMFullAccess",
  "arn:aws:iam::aws:policy/AWSLambda_FullAccess",
])("%s makes an administrator", (arn) => {
  expect(isPowerfulPolicy(arn)).toBe(true);
});

test.each([
  "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
  "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
  "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
  "arn:aws:iam::123456789012:policy/shop",
  "arn:aws:iam::123456789012:policy/AdministratorAccess",
])("%s does not, or nobody knows", (arn) => {
  expect(isPowerfulPolicy(arn)).toBe(false);
});

const all = ["*"];
const refused = (actions: readonly string[], resources: readonly string[] = all) =>
  powerfulActions({ actions, resources }).map(({ action }) => action);

test.each([
  [["*"], all],
  [["*:*"], all],
  [["s3:GetObject", "iam:*"], all],
  [["i?m:*"], all],
  [["I*"], all],
  [["sts:*"], all],
  [["sts:AssumeRole"], all],
  [["sts:AssumeRole"], ["arn:aws:iam::123456789012:role/reader"]],
  [["iam:PassRole"], all],
  [["iam:PassRole"], ["arn:aws:iam::123456789012:role/shop-worker"]],
  [["iam:passrole"], ["arn:aws:iam::123456789012:role/*"]],
  [["iam:Put*"], all],
  [["iam:Attach?olePolicy"], all],
  [["iam:G*"], all],
  [["organizations:LeaveOrganization"], all],
  [["sso:CreateAccountAssignment"], all],
  [["identitystore:*"], all],
  [["ssm:SendCommand"], ["arn:aws:ec2:*:*:instance/*"]],
  [["ssm:S*"], all],
  [["ssm:StartSession"], all],
  [["cloudformation:CreateStack"], all],
  [["cloudformation:Signal*"], all],
  [["lambda:UpdateFunctionCode"], ["arn:aws:lambda:eu-central-1:123456789012:function:shop"]],
  [["lambda:*"], all],
  [["ec2:Run*"], all],
  [["ecs:RegisterTaskDefinition"], all],
  [["glue:*"], all],
  [["sagemaker:CreateNotebookInstance"], all],
  [["codebuild:StartBuild"], all],
  [["*:CreateFunction"], all],
  // One resource that is no data is enough, and so is an ARN that may be of any service.
  [["*"], ["arn:aws:s3:::shop/*", "*"]],
  [["*"], ["arn:aws:*:::shop/*"]],
  [["*"], ["arn:aws:s?s:::shop"]],
])("%j on %j makes an administrator", (actions, resources) => {
  expect(refused(actions, resources)).toEqual([actions.at(-1)]);
});

test.each([
  [["s3:*"], all],
  [["s3:GetObject"], ["arn:aws:s3:::shop/*"]],
  [["*"], ["arn:aws:s3:::shop/*"]],
  [["dynamodb:*", "*"], ["arn:aws:dynamodb:eu-central-1:123456789012:table/shop"]],
  [["iam:GetRole", "iam:List*"], all],
  [["sts:GetCallerIdentity", "sts:GetC*"], all],
  [["ec2:DescribeInstances", "ec2:Describe*"], all],
  [["ssm:GetParameter", "ssm:GetParameters*"], all],
  [["lambda:InvokeFunction"], all],
  [["cloudwatch:PutMetricData", "logs:*", "sqs:*", "ses:SendEmail"], all],
  [["cloudformation:SignalResource", "cloudformation:DescribeStacks"], all],
  [["bedrock:InvokeModel", "sagemaker:InvokeEndpoint", "events:PutEvents", "states:StartExecution"], all],
])("%j on %j does not", (actions, resources) => {
  expect(refused(actions, resources)).toEqual([]);
});

test("says what a wildcard covers", () => {
  expect(powerfulActions({ actions: ["SSM:Send*", "i?m:*", "iam:CreateUser"], resources: all })).toEqual([
    { action: "SSM:Send*", way: "ssm:sendcommand" },
    { action: "i?m:*", way: "changes of the service iam" },
    { action: "iam:CreateUser", way: "iam:createuser" },
  ]);
});

/** An action as a statement may write it: in any case, with any of its parts as a wildcard. */
const writtenAs = (action: string) =>
  fc
    .array(fc.tuple(fc.constantFrom("keep", "upper", "?", "*"), fc.constantFrom(0, 1, 3)), {
      minLength: action.length,
      maxLength: action.length,
    })
    .map((signs) => {
      let text = "";
      for (let i = 0; i < action.length; i++) {
        const [how, more] = signs[i]!;
        // The colon stands for itself, as AWS asks.
        if (how === "keep" || action[i] === ":") text += action[i];
        else if (how === "upper") text += action[i]!.toUpperCase();
        else if (how === "?") text += "?";
        else {
          text += "*";
          const colon = action.indexOf(":", i);
          i = Math.min(i + more, (colon === -1 ? action.length : colon) - 1);
        }
      }
      return text;
    });

const WAYS = [
  ...SINGLE_ACTIONS,
  ...WHOLE_SERVICES.flatMap((service) =>
    ["create", "update", "put", "attach", "start"].map((verb) => `${service}:${verb}thing`),
  ),
];

test("no case and no wildcard lets one through", () => {
  const written = fc.constantFrom(...WAYS).chain(writtenAs);
  fc.assert(
    fc.property(written, (action) => {
      // What begins with a verb of reading cannot be more than that, whatever follows.
      const [, name = ""] = action.toLowerCase().split(":");
      const reads = READS.some((verb) => name.split(/[*?]/, 1)[0]!.startsWith(verb));
      return reads || refused([action]).length === 1;
    }),
    { numRuns: 5000 },
  );
});

test("no single action slips through among harmless ones, in any case", () => {
  const others = fc.array(fc.constantFrom("s3:GetObject", "logs:PutLogEvents", "iam:ListRoles", ...HARMLESS));
  fc.assert(
    fc.property(fc.constantFrom(...SINGLE_ACTIONS), others, others, (action, before, after) => {
      const upper = action.toUpperCase();
      expect(refused([...before, upper, ...after])).toEqual([upper]);
    }),
  );
});

test("the lists are in the form that is compared with", () => {
  for (const action of [...SINGLE_ACTIONS, ...HARMLESS]) expect(action).toMatch(/^[a-z0-9-]+:[a-z0-9]+$/);
  for (const list of [SINGLE_ACTIONS, HARMLESS, WHOLE_SERVICES, POLICIES]) expect(new Set(list).size).toBe(list.length);
});
