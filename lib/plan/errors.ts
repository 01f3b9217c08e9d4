/** Every refusal to judge a plan, in one place. A message names the cause and the fix. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}

const SHOW = "terraform plan -out=FILE && terraform show -json FILE > plan.json";

export function notJson(reason: string): PlanError {
  return new PlanError(`the plan is no JSON (${reason}). Make it with: ${SHOW}`);
}

export function isPlanFile(): PlanError {
  return new PlanError(
    `the plan is Terraform's own plan file, not its JSON. Convert it with: terraform show -json FILE > plan.json`,
  );
}

export function isLog(): PlanError {
  return new PlanError(
    `the plan is the log of terraform plan -json, which does not hold the state and the configuration. Make it with: ${SHOW}`,
  );
}

export function isState(): PlanError {
  return new PlanError(`the plan is a state and plans nothing. Make it with: ${SHOW}`);
}

export function notAPlan(where: string, problem: string): PlanError {
  return new PlanError(
    `the plan is no plan of Terraform: ${where || "the whole file"}: ${problem}. Make it with: ${SHOW}`,
  );
}

export function otherFormat(version: string): PlanError {
  return new PlanError(
    `the plan's format_version is ${version}; known is 1.x, which Terraform 1.1 and later and OpenTofu write. ` +
      `Use a version of cdktf-beehive that knows your Terraform.`,
  );
}

export function planFailed(): PlanError {
  return new PlanError(
    `the plan is incomplete, because planning failed (errored is true). Repair what terraform plan reports first.`,
  );
}

export function otherStack(stack: string, address: string): PlanError {
  return new PlanError(
    `the plan is not a plan of stack ${stack}: it does not configure ${address}. ` +
      `Give the manifest of the plan's stack with --manifest FILE.`,
  );
}

export function otherSynth(stack: string, address: string, difference: string): PlanError {
  return new PlanError(
    `the plan was made from another synth of stack ${stack} than the manifest: ${address} ${difference}. ` +
      `Run cdktf synth, plan and check-plan on the same files.`,
  );
}

export function otherMembers(
  stack: string,
  tier: string,
  manifest: readonly string[],
  synthesized: readonly string[],
): PlanError {
  const list = (names: readonly string[]): string => (names.length === 0 ? "nobody" : names.join(", "));
  return new PlanError(
    `the manifest of stack ${stack} is not of the cdk.tf.json beside it: to ${tier} belong ${list(manifest)} in the one and ` +
      `${list(synthesized)} in the other. Run cdktf synth to write both again.`,
  );
}

export function unknownRule(value: string, rules: readonly string[]): PlanError {
  return new PlanError(
    `--allow is "${value}"; it must be RULE:SUBJECT as the finding prints it, with a rule of ${rules.join(", ")}, ` +
      `for example --allow ${rules[0]}:shop/db.`,
  );
}

export function reasonsDoNotMatch(allowed: number, reasons: number): PlanError {
  return new PlanError(
    `--allow is given ${allowed} times and --reason ${reasons} times; every acknowledgement needs a reason of its own. ` +
      `Write them in pairs: --allow RULE:SUBJECT --reason "why".`,
  );
}

export function emptyReason(allow: string): PlanError {
  return new PlanError(`--reason for --allow ${allow} is empty; say why the plan is meant.`);
}
