/**
 * Why lines cannot stand in a server block: its end among them, a block, a quote or a directive that does not end. Undefined when
 * none of this is so; what the directives mean is nginx's own business, on the first machine.
 */
export function nginxProblem(lines: string): string | undefined {
  const { depth, escaped, quote, directive } = scan(lines);
  if (escaped) return "a } in it ends the server block that it stands in. Take out the } that has no {.";
  if (quote !== "") return `a ${quote} in it does not end. Close the quote.`;
  if (depth > 0) return "a block in it does not end. Add the } that is missing.";
  return directive === "" ? undefined : `the directive "${directive}" does not end. Add the semicolon.`;
}

/** nginx's own words: quotes and hashes count at the beginning of a word only, and `${name}` is a variable. */
function scan(lines: string) {
  const state = { depth: 0, escaped: false, quote: "", directive: "" };
  let start = true;
  for (let i = 0; i < lines.length; i++) {
    const c = lines[i]!;
    if (c === "\\") i++;
    else if (state.quote !== "") {
      if (c === state.quote) state.quote = "";
      continue;
    } else if (start && c === "#") {
      const end = lines.indexOf("\n", i);
      i = end === -1 ? lines.length : end;
      continue;
    } else if (start && (c === '"' || c === "'")) state.quote = c;
    else if (c === "$" && lines[i + 1] === "{") i = Math.max(i, lines.indexOf("}", i));
    else if (c === "{" || c === "}" || c === ";") {
      state.depth += c === "{" ? 1 : c === "}" ? -1 : 0;
      state.escaped ||= state.depth < 0;
      state.directive = "";
      start = true;
      continue;
    }
    start = /\s/.test(c);
    if (!start || state.directive !== "") state.directive += c;
  }
  return { ...state, directive: state.directive.trim().slice(0, 60) };
}
