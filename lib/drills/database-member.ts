import { z } from "../core/zod";

/** Asks the health agent of a database node on the machine itself, where no firewall stands between. */
export function askAgent(address: string, port: number): readonly string[] {
  const program = `
import sys, urllib.error, urllib.request
try: answer = urllib.request.urlopen(sys.argv[1], timeout=2)
except urllib.error.HTTPError as refusal: answer = refusal
print(answer.read().decode())
`;
  return ["python3", "-c", program, `http://${address}:${port}/status`];
}

/** One node of the database, as its agent reports it. */
export interface DatabaseMember {
  readonly machine: string;
  /** The machine that takes the writes; absent when the agent does not know. */
  readonly writer?: string;
  /** Why it is no full member; absent when it is. */
  readonly problem?: string;
}

const statusSchema = z.looseObject({
  /** Name of the node that takes the writes. */
  writer: z.string().nullish(),
  /** Nodes that it sees, itself included. */
  size: z.number().nullish(),
  /** It has everything that the others have, and says so itself. */
  synced: z.boolean().nullish(),
  /** The engine's own word for what it does: `Synced`, `Donor/Desynced`, `Joining: receiving State Transfer`. */
  state: z.string().nullish(),
});

/**
 * Pure: the agent's answer to what a drill needs of it.
 *
 * @param text what the agent answered; empty when it did not
 * @param size how many nodes there should be
 */
export function databaseMember(machine: string, text: string, size: number): DatabaseMember {
  if (text.trim() === "") return { machine, problem: "its database agent does not answer" };
  const parsed = statusSchema.safeParse(parseJson(text));
  if (!parsed.success) return { machine, problem: "its database agent answers something else than its status" };
  const { writer, size: seen, synced, state } = parsed.data;
  const problems = [
    ...(seen !== size ? [`it sees ${seen ?? 0} of ${size} nodes`] : []),
    ...(synced !== true ? [`it is not in sync (${state ?? "no state"})`] : []),
    ...(writer == null ? ["it knows no writer"] : []),
  ];
  return { machine, writer: writer ?? undefined, problem: problems.length === 0 ? undefined : problems.join(", ") };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
