/** Processor families, in the words of Debian's image names. */
export type Architecture = "amd64" | "arm64";

const SIZE = /^[a-z][a-z0-9-]*\d[a-z0-9-]*\.(nano|micro|small|medium|large|(\d+)?xlarge|metal(-\d+xl)?)$/;

/** Families from before 2017, whose disks have no name by which a machine could find one for sure. */
const XEN = /^(t[12]|m[1-4]|c[1-4]|r[34]|i[23]|d2|g[23]|p[23]|x1e?|f1|h1|hs1|hi1|cc\d|cr1|cg1)\./;

/** Whether a text has the form of an EC2 instance type: `t3.small`. There is no list, so that new types need no new version. */
export function isInstanceSize(text: string): boolean {
  return SIZE.test(text);
}

/** AWS marks Graviton by a `g` after the generation: `t4g`, `c7gn`, but not `g5`. The first was `a1`. */
export function architectureOf(size: string): Architecture {
  const [family = ""] = size.split(".");
  return family === "a1" || /^[a-z]+\d+[a-z]*g/.test(family) ? "arm64" : "amd64";
}

/** Whether volumes show as NVMe disks that carry the volume's id: all families since 2017. */
export function namesItsDisks(size: string): boolean {
  return !XEN.test(size);
}

const GIBIBYTE = 1024 ** 3;
/** GiB of `large`. AWS has kept to these ratios since the fifth generation (EC2, "Instance types"); c5n alone is none of them. */
const LARGE: Readonly<Record<string, number>> = { t: 8, c: 4, m: 8, r: 16 };
const STEPS: Readonly<Record<string, number>> = { nano: 1 / 16, micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1 };

/** Memory in bytes, of the families whose sizes follow a rule; undefined for all others. */
export function memoryOf(size: string): number | undefined {
  const [, kind = "", generation = "", letters = "", step = ""] = /^([tcmr])(\d)([a-z]*)\.(\w+)$/.exec(size) ?? [];
  const large = LARGE[kind];
  if (large === undefined || (kind === "c" && letters === "n") || (kind !== "t" && Number(generation) < 5))
    return undefined;
  const [, times] = /^(\d*)xlarge$/.exec(step) ?? [];
  const larges = times === undefined ? STEPS[step] : 2 * Number(times === "" ? 1 : times);
  return larges === undefined ? undefined : large * larges * GIBIBYTE;
}
