import * as fs from "node:fs";
import * as path from "node:path";
import type { Login } from "./ssh-command";
import { fromSynthesized, loginOf, type SynthesizedTask } from "./synthesized-tasks";

/** How Terraform gets to a host, and what it will bring there first. */
export interface HostAccess {
  readonly name: string;
  /** Where this computer reaches it. */
  readonly address: string;
  readonly sshPort: number;
  /** Where the other machines reach it. */
  readonly privateAddress: string;
  readonly login: Login;
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
  const read = (source: string) => fs.readFileSync(path.join(folder, source.replace("${path.module}/", "")), "utf8");
  return fromSynthesized(folder, (tasks) => tasks.flatMap((task) => accessBy(task, read)));
}

const PREPARE = / prepare --name (\S+) --address (\S+) /;

/** None for a task that is no host's first. */
function accessBy({ connection, provisioner = [] }: SynthesizedTask, read: (source: string) => string): HostAccess[] {
  const sourceOf = (name: string) =>
    provisioner.find((step) => step.file?.destination.startsWith(`.beehive/${name}.`))?.file?.source;
  const [program, request] = [sourceOf("beehive-apply"), sourceOf("packages")];
  const lines = provisioner.flatMap((step) => step["remote-exec"]?.inline ?? []);
  const [, name, privateAddress] = lines.map((line) => PREPARE.exec(line)).find((match) => match !== null) ?? [];
  if (!connection || !program || !request || name === undefined || privateAddress === undefined) return [];
  return [
    {
      name,
      address: connection.host,
      sshPort: Number(connection.port),
      privateAddress,
      login: loginOf(connection),
      timeout: Number.parseInt(connection.timeout ?? "60", 10),
      program: read(program),
      request: read(request),
    },
  ];
}
