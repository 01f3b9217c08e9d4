import type { Software } from "../software";

/** Some lists of a `Software`: what a helper daemon, a firewall table or an account adds to it. */
export type SoftwarePart = Partial<Omit<Software, "name">>;

/**
 * All lists of a `Software`, in the order of its text: `always` there, or only when they are not empty. Another order would be
 * another text of the same software, and a rollout that changes nothing.
 */
const LISTS: Readonly<Record<keyof SoftwarePart, "always" | "filled">> = {
  packages: "always",
  unusedUnits: "filled",
  dataFolders: "filled",
  accounts: "filled",
  directories: "filled",
  files: "always",
  checks: "filled",
  services: "always",
  gate: "always",
  ports: "always",
};

/**
 * One `Software` of several parts: every list is those of the parts, one after the other. So the parts' order is the order in
 * which files are written, services are activated and gates are asked.
 *
 * @param name of the result; names of parts that are software themselves are dropped
 */
export function combine(name: string, ...parts: readonly SoftwarePart[]): Software {
  const lists = Object.entries(LISTS).flatMap(([list, presence]) => {
    const all = parts.flatMap((part): readonly unknown[] => part[list as keyof SoftwarePart] ?? []);
    return presence === "always" || all.length > 0 ? [[list, all] as const] : [];
  });
  return { name, ...Object.fromEntries(lists) } as unknown as Software;
}
