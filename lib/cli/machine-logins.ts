import type { Login } from "./ssh-command";
import { fromSynthesized, loginOf } from "./synthesized-tasks";

/**
 * How Terraform logs in to the machines of a synthesized stack, by address and port: the manifest has no keys and no bastions.
 *
 * @param folder the stack's, with `cdk.tf.json`
 * @throws CommandError when it is not what cdktf writes
 */
export function machineLogins(folder: string): (address: string, port: number) => Login | undefined {
  const connections = fromSynthesized(folder, (tasks) => tasks.flatMap(({ connection }) => connection ?? []));
  return (address, port) => {
    const found = connections.find((one) => one.host === address && Number(one.port) === port);
    return found && loginOf(found);
  };
}
