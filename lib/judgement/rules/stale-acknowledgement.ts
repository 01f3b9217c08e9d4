import type { Finding } from "../report";
import type { Draft, Hive, Rule } from "./rule";

export const staleAcknowledgement: Rule = {
  name: "STALE_ACKNOWLEDGEMENT",
  title: "An acknowledgement that names no finding",
  why: "It would silence the same trouble when it comes back, or it is a slip of the pen.",
  fix: "Remove it, or correct the id.",
  level: "warning",
  check: findStale,
};

/** An acknowledgement of nothing would silence the same trouble when it comes back, or has no effect because of a typing mistake. */
function findStale({ manifest }: Hive, found: readonly Finding[]): Draft[] {
  const named = [...new Set(manifest.acknowledgements.map(({ finding }) => finding))];
  return named
    .filter((name) => !found.some(({ id }) => id === name))
    .map((name) => {
      const open = found.filter(({ acknowledged }) => acknowledged === undefined).map(({ id }) => id);
      const like = open.find((id) => sameSubject(id, name)) ?? open.find((id) => ruleOf(id) === ruleOf(name));
      return {
        level: "warning",
        subject: name,
        message: `${name} is acknowledged and is no finding; should it come up again, it would stay silent.`,
        fix:
          like === undefined
            ? "Remove the acknowledgement."
            : `Remove the acknowledgement, or correct it to "${like}".`,
        cutSet: [],
        changeAt: name,
      };
    });
}

const ruleOf = (id: string): string => id.slice(0, id.indexOf(":"));
const sameSubject = (a: string, b: string): boolean => a.slice(a.indexOf(":")) === b.slice(b.indexOf(":"));
