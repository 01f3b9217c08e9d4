import { userDataTooLong } from "./cloud-errors";
import type { CloudWords } from "./cloud-words";

/**
 * What a new machine knows before SSH can reach it. It is the same text for every machine and for ever, because a
 * provider replaces or stops a machine whose text changes; everything else goes over SSH.
 *
 * @returns by how many bytes a text is over the cloud's limit, 0 when it fits
 */
export function excessBytes(text: string, { userDataBytes }: Pick<CloudWords, "userDataBytes">): number {
  return Math.max(0, Buffer.byteLength(text, "utf8") - userDataBytes);
}

/** Refuses a site's `userData` that is over the cloud's limit. */
export function checkUserData(path: string, text: string, cloud: CloudWords): void {
  const excess = excessBytes(text, cloud);
  if (excess > 0) throw userDataTooLong(path, excess, cloud);
}

/** cloud-init's own format: commands that run once, at the first boot, each by itself, whatever becomes of the others. */
export function cloudConfig(commands: readonly string[]): string {
  return ["#cloud-config", "runcmd:", ...commands.map((command) => `  - ${JSON.stringify(command)}`), ""].join("\n");
}
