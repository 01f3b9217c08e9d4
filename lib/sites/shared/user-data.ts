/**
 * What a new machine is told before SSH can reach it. It is the same text for every machine and for ever, because a
 * provider replaces or stops a machine whose text changes; everything else goes over SSH.
 */
export interface UserDataLimit {
  /** For messages: `AWS`. */
  readonly provider: string;
  /** Before any encoding. */
  readonly bytes: number;
}

/** @returns by how many bytes a text is over the limit, 0 when it fits. */
export function excessBytes(text: string, limit: UserDataLimit): number {
  return Math.max(0, Buffer.byteLength(text, "utf8") - limit.bytes);
}

/** cloud-init's own format: commands that run once, at the first boot, each by itself, whatever becomes of the others. */
export function cloudConfig(commands: readonly string[]): string {
  return ["#cloud-config", "runcmd:", ...commands.map((command) => `  - ${JSON.stringify(command)}`), ""].join("\n");
}
