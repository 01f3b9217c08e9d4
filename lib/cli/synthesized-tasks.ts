import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "../core/zod";
import { CommandError, ExitCode } from "./exit-code";
import type { Login } from "./ssh-command";

/** What cdktf writes, beside the manifest. */
export const CDKTF_FILE = "cdk.tf.json";

const connectionSchema = z.looseObject({
  host: z.string(),
  port: z.union([z.number(), z.string()]),
  user: z.string(),
  timeout: z.string().optional(),
  private_key: z.string().optional(),
  host_key: z.string().optional(),
  bastion_host: z.string().optional(),
  bastion_port: z.union([z.number(), z.string()]).optional(),
  bastion_user: z.string().optional(),
  bastion_private_key: z.string().optional(),
  bastion_host_key: z.string().optional(),
});
const provisionerSchema = z.looseObject({
  file: z.looseObject({ source: z.string().optional(), destination: z.string() }).optional(),
  "remote-exec": z.looseObject({ inline: z.array(z.string()).optional() }).optional(),
});
const taskSchema = z.looseObject({
  connection: connectionSchema.optional(),
  provisioner: z.array(provisionerSchema).optional(),
});
const synthesizedSchema = z.looseObject({
  resource: z.looseObject({ terraform_data: z.record(z.string(), taskSchema).optional() }).optional(),
});

/** How Terraform reaches a machine. */
export type Connection = z.infer<typeof connectionSchema>;
/** What Terraform does on a machine. */
export type SynthesizedTask = z.infer<typeof taskSchema>;

/**
 * What the manifest does not say and cdktf wrote beside it: how Terraform reaches machines, and what it does there.
 *
 * @param folder the stack's, with `cdk.tf.json`
 * @param take makes of the tasks what is wanted; what it throws counts as a file that cannot be used
 * @throws CommandError when it is not what cdktf writes
 */
export function fromSynthesized<T>(folder: string, take: (tasks: readonly SynthesizedTask[]) => T): T {
  const file = path.join(folder, CDKTF_FILE);
  try {
    const { resource } = synthesizedSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    return take(Object.values(resource?.terraform_data ?? {}));
  } catch (error) {
    throw new CommandError(
      `${file} is needed beside the manifest, with what cdktf synth wrote there, and cannot be used ` +
        `(${(error as Error).message.split("\n")[0]}). Run cdktf synth, and keep the stack's folder together when you move it.`,
      ExitCode.usage,
    );
  }
}

/** As Terraform logs in. */
export function loginOf(connection: Connection): Login {
  const { user, bastion_host: bastion } = connection;
  return {
    user,
    ...keys(connection.private_key, connection.host_key),
    ...(bastion !== undefined && {
      bastion: {
        host: bastion,
        port: Number(connection.bastion_port ?? 22),
        user: connection.bastion_user ?? user,
        ...keys(connection.bastion_private_key, connection.bastion_host_key),
      },
    }),
  };
}

const KEY_FILE = /^\$\{file\(pathexpand\("(.*)"\)\)\}$/;

function keys(key: string | undefined, hostKey: string | undefined) {
  const [, file] = KEY_FILE.exec(key ?? "") ?? [];
  return {
    ...(file !== undefined && { privateKeyFile: file }),
    ...(hostKey !== undefined && { hostKey }),
  };
}
