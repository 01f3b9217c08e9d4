import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "../core/zod";
import type { Login } from "../upgrade/ssh-command";
import { CommandError, ExitCode } from "./exit-code";

const CDKTF_FILE = "cdk.tf.json";

const connectionSchema = z.looseObject({
  host: z.string(),
  port: z.union([z.number(), z.string()]),
  user: z.string(),
  private_key: z.string().optional(),
  host_key: z.string().optional(),
  bastion_host: z.string().optional(),
  bastion_port: z.union([z.number(), z.string()]).optional(),
  bastion_user: z.string().optional(),
  bastion_private_key: z.string().optional(),
  bastion_host_key: z.string().optional(),
});
const synthesizedSchema = z.looseObject({
  resource: z
    .looseObject({
      terraform_data: z.record(z.string(), z.looseObject({ connection: connectionSchema.optional() })).optional(),
    })
    .optional(),
});

/**
 * How Terraform logs in to the machines of a synthesized stack, by address and port: the manifest has no keys and no bastions.
 *
 * @param folder the stack's, with `cdk.tf.json`
 * @throws CommandError when it is not what cdktf writes
 */
export function machineLogins(folder: string): (address: string, port: number) => Login | undefined {
  const file = path.join(folder, CDKTF_FILE);
  try {
    const { resource } = synthesizedSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    const connections = Object.values(resource?.terraform_data ?? {}).flatMap(({ connection }) => connection ?? []);
    return (address, port) => {
      const found = connections.find((one) => one.host === address && Number(one.port) === port);
      if (found === undefined) return undefined;
      const { user, bastion_host: bastion } = found;
      return {
        user,
        ...keys(found.private_key, found.host_key),
        ...(bastion !== undefined && {
          bastion: {
            host: bastion,
            port: Number(found.bastion_port ?? 22),
            user: found.bastion_user ?? user,
            ...keys(found.bastion_private_key, found.bastion_host_key),
          },
        }),
      };
    };
  } catch (error) {
    throw new CommandError(
      `${file} is needed beside the manifest, with what cdktf synth wrote there, and cannot be used ` +
        `(${(error as Error).message.split("\n")[0]}). Run cdktf synth, and keep the stack's folder together when you move it.`,
      ExitCode.usage,
    );
  }
}

const KEY_FILE = /^\$\{file\(pathexpand\("(.*)"\)\)\}$/;

function keys(key: string | undefined, hostKey: string | undefined) {
  const [, file] = KEY_FILE.exec(key ?? "") ?? [];
  return {
    ...(file !== undefined && { privateKeyFile: file }),
    ...(hostKey !== undefined && { hostKey }),
  };
}
