const GIBIBYTE = 1024 ** 3;

/** Memory in bytes, which a droplet's size names: `s-2vcpu-4gb`, `s-1vcpu-512mb-10gb`, `c-4`; undefined for an expression. */
export function memoryOf(size: string): number | undefined {
  const [, amount, unit] = /^[a-z][a-z0-9_]*-\d+vcpu-(\d+)(mb|gb)(-|$)/.exec(size) ?? [];
  if (amount !== undefined) return (Number(amount) * GIBIBYTE) / (unit === "mb" ? 1024 : 1);
  const [, processors] = /^c-(\d+)$/.exec(size) ?? [];
  return processors === undefined ? undefined : 2 * Number(processors) * GIBIBYTE;
}
