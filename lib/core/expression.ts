import { Fn, Token, Tokenization } from "../cdktf";

/**
 * A text with Terraform expressions in it, such as `/dev/disk/by-id/${volume.id}`, as one expression. Two functions around
 * anything else make cdktf warn of escape sequences.
 */
export function asExpression(text: string): string {
  const fragments = Tokenization.reverseString(text);
  if (fragments.tokens.length === 0 || fragments.length === 1) return text;
  const parts: unknown[] = fragments.join({
    join: (left: unknown, right: unknown) => [...(Array.isArray(left) ? (left as unknown[]) : [left]), right],
  }) as unknown[];
  return Fn.join(
    "",
    parts.map((part) => (typeof part === "string" ? part : Token.asString(part))),
  );
}
