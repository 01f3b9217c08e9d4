import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "../core/zod";
import { CommandError, ExitCode } from "./exit-code";

const CDKTF_FILE = "cdk.tf.json";

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
const synthesizedSchema = z.looseObject({
  resource: z
    .looseObject({
      terraform_data: z
        .record(
          z.string(),
          z.looseObject({
            connection: connectionSchema.optional(),
            provisioner: z.array(provisionerSchema).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

/** An SSH server and how to log in to it. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Name of a file. @default - the agent's keys */
  readonly key?: string;
  /** The only host key that is accepted. @default - any, where the program says so or nobody knows it */
  readonly hostKey?: string;
  /** Nobody knows its host key: a deploy is refused. */
  readonly stranger: boolean;
}

/** How Terraform gets to a host, and what it will bring there first. */
export interface HostAccess {
  readonly name: string;
  /** Where the other machines reach it. */
  readonly privateAddress: string;
  readonly login: Login;
  readonly bastion?: Login;
  /** Seconds to try to connect. */
  readonly timeout: number;
  /** `beehive-apply`. */
  readonly program: string;
  /** What `beehive-apply prepare` is asked for, JSON. */
  readonly request: string;
}

/**
 * The hosts of a synthesized stack that Terraform has not made, with the connections and files of their first step.
 *
 * @param folder the stack's, with `cdk.tf.json`
 * @throws CommandError when it is not what cdktf writes
 */
export function hostAccess(folder: string): HostAccess[] {
  const file = path.join(folder, CDKTF_FILE);
  const read = (source: string) => fs.readFileSync(path.join(folder, source.replace("${path.module}/", "")), "utf8");
  try {
    const { resource } = synthesizedSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    return Object.values(resource?.terraform_data ?? {}).flatMap(({ connection, provisioner = [] }) => {
      const sourceOf = (name: string) =>
        provisioner.find((step) => step.file?.destination.startsWith(`.beehive/${name}.`))?.file?.source;
      const [program, request] = [sourceOf("beehive-apply"), sourceOf("packages")];
      const lines = provisioner.flatMap((step) => step["remote-exec"]?.inline ?? []);
      const [, name, privateAddress] = lines.map((line) => PREPARE.exec(line)).find((match) => match !== null) ?? [];
      if (!connection || !program || !request || name === undefined || privateAddress === undefined) return [];
      const { bastion_host: bastion } = connection;
      return [
        {
          name,
          privateAddress,
          login: login(connection.host, connection.port, connection.user, connection.private_key, connection.host_key),
          ...(bastion !== undefined && {
            bastion: login(
              bastion,
              connection.bastion_port ?? 22,
              connection.bastion_user ?? connection.user,
              connection.bastion_private_key,
              connection.bastion_host_key,
            ),
          }),
          timeout: Number.parseInt(connection.timeout ?? "60", 10),
          program: read(program),
          request: read(request),
        },
      ];
    });
  } catch (error) {
    throw new CommandError(
      `${file} is needed beside the manifest, with what cdktf synth wrote there, and cannot be used ` +
        `(${(error as Error).message.split("\n")[0]}). Run cdktf synth, and keep the stack's folder together when you move it.`,
      ExitCode.usage,
    );
  }
}

const PREPARE = / prepare --name (\S+) --address (\S+) /;
/** As the rollout writes it. */
const UNKNOWN_HOST_KEY = "unknown";
const KEY_FILE = /^\$\{file\(pathexpand\("(.*)"\)\)\}$/;

function login(host: string, port: number | string, user: string, key?: string, hostKey?: string): Login {
  const [, file] = KEY_FILE.exec(key ?? "") ?? [];
  return {
    host,
    port: Number(port),
    user,
    ...(file !== undefined && { key: file }),
    ...(hostKey !== undefined && hostKey !== UNKNOWN_HOST_KEY && { hostKey }),
    stranger: hostKey === UNKNOWN_HOST_KEY,
  };
}
