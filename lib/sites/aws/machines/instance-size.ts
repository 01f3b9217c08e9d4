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
