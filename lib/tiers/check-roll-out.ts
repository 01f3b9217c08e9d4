import { Token, type ITerraformDependable } from "../cdktf";
import { z } from "../core/zod";
import { BeehiveError } from "../core/errors";
import { once } from "../core/once";
import { checkProps, instance, lines, orToken, propsSchema, text } from "../core/props";
import type { DataRequest, MachineRequest } from "../contracts/site";
import type { RolloutProps } from "../rollout/rollout";
import { plainTextSecret } from "../core/secret-errors";

/** What a tier's class gives to `rollOut`. */
export type RollOutProps = Pick<RolloutProps, "software" | "secrets" | "width" | "after">;

/** What a tier wants of its site's machines. */
export type TierMachines = Pick<MachineRequest, "noun" | "count" | "entrance" | "data">;

/** @internal Of secrets by their names. */
export const secretsSchema = z.record(
  z.string().regex(/^[^{}\p{Cc}\p{Cs}]+$/u, "must hold no braces and no control characters"),
  orToken(lines),
);

const rollOutSchema = once(() =>
  propsSchema<RollOutProps>()({
    software: z
      .custom<RollOutProps["software"]>((value) => typeof value === "function")
      .meta({ words: "a function that makes a machine's software", example: "(machine) => [cache(machine)]" }),
    secrets: secretsSchema.optional(),
    width: z.number().int().min(1, "must be 1 or more").meta({ example: "1" }).optional(),
    after: z.array(instance<ITerraformDependable>("a Terraform resource", () => true)).optional(),
  }),
);

const machinesSchema = once(() =>
  propsSchema<TierMachines>()({
    noun: text.meta({ example: '"servers"' }),
    count: z.number().int().min(1, "must be 1 or more; leave it out for as many as machines selects").optional(),
    entrance: z.boolean().optional(),
    data: propsSchema<DataRequest>()({
      mount: z
        .string()
        .regex(/^(\/(?!\.{1,2}(\/|$))[^/\0\s]+)+$/, 'must be an absolute path without "..", such as "/var/lib/redis"'),
      gibibytes: z.number().int().min(1, "must be 1 or more"),
      why: text,
    }).optional(),
  }),
);

export function checkMachines(path: string, wanted: TierMachines): void {
  checkProps(path, machinesSchema(), wanted);
}

export function checkRollOut(path: string, props: RollOutProps): void {
  checkProps(path, rollOutSchema(), props);
  refusePlainSecrets(path, "secrets", props.secrets);
}

export function refusePlainSecrets(
  path: string,
  property: string,
  secrets: Readonly<Record<string, string>> = {},
): void {
  for (const [name, value] of Object.entries(secrets)) {
    if (!Token.isUnresolved(value)) throw plainTextSecret(path, `${property}.${name}`);
  }
}

export function twice(path: string, call: "rollOut" | "dependOn"): BeehiveError {
  const fix =
    call === "rollOut"
      ? "Give all software in one call; a program adds more with addSoftware"
      : "Give all resources in one call";
  return new BeehiveError(
    path,
    `${call} was called twice; a tier calls it once, at the end of its constructor. ${fix}.`,
  );
}

export function neverRolledOut(path: string, machines: number): BeehiveError {
  const what =
    machines === 0
      ? "the tier never called dependOn, so that nobody would know of it; call this.dependOn([…]) with what Terraform makes for it"
      : "the tier has machines and never called rollOut, so that nothing would run on them; call this.rollOut({ software: … })";
  return new BeehiveError(path, `${what}, at the end of its constructor.`);
}
