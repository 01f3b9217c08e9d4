import { createHash } from "node:crypto";

/**
 * The name that cdktf gives a resource of a construct, below its stack. Released contract of cdktf: the state of every
 * cdktf program depends on it. A resource that has left the program is in the plan under this name only.
 *
 * @param components ids from the stack's child down to the resource.
 */
export function logicalId(components: readonly string[]): string {
  const parts = components.filter((part) => part !== "Default");
  const plain = (part: string): string => part.replace(/[^A-Za-z0-9_-]/g, "");
  if (parts.length === 1 && plain(parts[0]!).length <= 255) return plain(parts[0]!);
  const hash = createHash("md5").update(parts.join("/")).digest("hex").slice(0, 8).toUpperCase();
  const human = parts
    .reduce<string[]>((kept, part) => (kept.at(-1)?.endsWith(part) ? kept : [...kept, part]), [])
    .filter((part) => part !== "Resource")
    .map(plain)
    .join("_")
    .slice(0, 240);
  return `${human}_${hash}`;
}
