import { z } from "../core/zod";
import { isLog, isPlanFile, isState, notAPlan, notJson, otherFormat, planFailed } from "./errors";

/** What Terraform means to do with one object. `delete` and `create` together replace it, in the order given. */
export const ACTIONS = ["no-op", "create", "read", "update", "delete", "forget"] as const;
export type Action = (typeof ACTIONS)[number];

const values = z.record(z.string(), z.unknown());

const changeSchema = z.object({
  address: z.string(),
  module_address: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.number()]).optional(),
  /** A left-over of an earlier, interrupted replacement. */
  deposed: z.string().optional(),
  change: z.object({
    actions: z.array(z.enum(ACTIONS)),
    before: values.nullish(),
    after: values.nullish(),
  }),
});

const stateResourceSchema = z.object({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.number()]).optional(),
  values: values.nullish(),
});

const configuredSchema = z.object({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  depends_on: z.array(z.string()).optional(),
  expressions: z.unknown().optional(),
  provisioners: z.unknown().optional(),
  for_each_expression: z.unknown().optional(),
  count_expression: z.unknown().optional(),
});

/** The part of `terraform show -json` that decides; everything else in the file is left alone. */
const planSchema = z.object({
  format_version: z.string(),
  errored: z.boolean().optional(),
  complete: z.boolean().optional(),
  resource_changes: z.array(changeSchema).default([]),
  prior_state: z
    .object({
      values: z
        .object({ root_module: z.object({ resources: z.array(stateResourceSchema).default([]) }).optional() })
        .optional(),
    })
    .optional(),
  configuration: z.object({
    root_module: z.object({ resources: z.array(configuredSchema).default([]) }).default({ resources: [] }),
  }),
});

export type TerraformPlan = z.infer<typeof planSchema>;
export type ResourceChange = z.infer<typeof changeSchema>;
export type ConfiguredResource = z.infer<typeof configuredSchema>;

/**
 * Reads what `terraform show -json PLANFILE` printed.
 *
 * @throws PlanError that says what the text is instead.
 */
export function parsePlan(text: string): TerraformPlan {
  if (text.startsWith("PK\u0003\u0004")) throw isPlanFile();
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw /^\s*\{[^\n]*"@level"/.test(text) ? isLog() : notJson((error as Error).message);
  }
  if (isObject(content) && "@level" in content) throw isLog();
  if (isObject(content) && !("configuration" in content) && ("values" in content || "serial" in content)) {
    throw isState();
  }
  const parsed = planSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw notAPlan(issue?.path.join(".") ?? "", issue?.message ?? "unreadable");
  }
  if (!parsed.data.format_version.startsWith("1.")) throw otherFormat(parsed.data.format_version);
  if (parsed.data.errored) throw planFailed();
  return parsed.data;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `terraform_data.web_rollout_web-1_02CE970E` for every instance of it. */
export const baseAddress = ({ type, name }: { readonly type: string; readonly name: string }): string =>
  `${type}.${name}`;

export const changesAnything = ({ change }: ResourceChange): boolean =>
  change.actions.some((action) => action !== "no-op" && action !== "read");
export const deletes = ({ change }: ResourceChange): boolean => change.actions.includes("delete");
export const creates = ({ change }: ResourceChange): boolean => change.actions.includes("create");
