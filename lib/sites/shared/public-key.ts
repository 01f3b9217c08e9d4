import * as fs from "node:fs";
import { expandHome } from "../../core/home";
import { unreadableBecause } from "../../core/words";

/**
 * Reads a file of one line, an OpenSSH public key, when the stack is synthesized. A public key is no secret; a private one must not
 * get into the stack by mistake.
 *
 * @param form of the line, with its key as the match
 * @param refuse makes the error from what is wrong with the file; `undefined` when it holds something else
 */
export function readPublicKey(file: string, form: RegExp, refuse: (problem: string | undefined) => Error): string {
  let content: string;
  try {
    content = fs.readFileSync(expandHome(file), "utf8").trim();
  } catch (error) {
    throw refuse(unreadableBecause(error));
  }
  const [key] = form.exec(content) ?? [];
  if (key === undefined || content.includes("\n")) throw refuse(undefined);
  return key;
}
