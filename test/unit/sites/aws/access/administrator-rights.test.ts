import { isPowerfulPolicy, powerfulAction } from "../../../../../lib/sites/aws/access/administrator-rights";

test.each([
  "arn:aws:iam::aws:policy/AdministratorAccess",
  "arn:aws:iam::aws:policy/PowerUserAccess",
  "arn:aws:iam::aws:policy/IAMFullAccess",
  "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
])("%s makes an administrator", (arn) => {
  expect(isPowerfulPolicy(arn)).toBe(true);
});

test.each([
  "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
  "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
  "arn:aws:iam::123456789012:policy/shop",
])("%s does not", (arn) => {
  expect(isPowerfulPolicy(arn)).toBe(false);
});

const all = ["*"];

test.each([
  [["*"], all],
  [["*:*"], all],
  [["s3:GetObject", "iam:*"], all],
  [["sts:*"], all],
  [["sts:AssumeRole"], all],
  [["iam:PassRole"], all],
  [["iam:passrole"], ["arn:aws:iam::123456789012:role/*"]],
  [["iam:Put*"], all],
  [["iam:Attach?olePolicy"], all],
])("%j on %j makes an administrator", (actions, resources) => {
  expect(powerfulAction({ actions, resources })).toBe(actions.at(-1));
});

test.each([
  [["s3:*"], all],
  [["s3:GetObject"], ["arn:aws:s3:::shop/*"]],
  [["*"], ["arn:aws:s3:::shop/*"]],
  [["iam:GetRole", "iam:List*"], all],
  [["iam:PassRole"], ["arn:aws:iam::123456789012:role/shop-worker"]],
  [["iam:PassRole"], ["arn:aws:iam::123456789012:role/shop/*"]],
  [["sts:GetCallerIdentity"], all],
  [["sts:AssumeRole"], ["arn:aws:iam::123456789012:role/reader"]],
])("%j on %j does not", (actions, resources) => {
  expect(powerfulAction({ actions, resources })).toBeUndefined();
});
