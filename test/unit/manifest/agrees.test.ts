import { LibraryProgram } from "../../support/public-api";

const PLANTED = "test/unit/manifest/planted.ts";

const SITE = `
  import { agrees } from "../../../lib/manifest/agrees";
  import { z } from "../../../lib/core/zod";
  interface Site { readonly name: string; readonly zones: readonly string[]; readonly ssh?: { readonly user: string } }
`;
const name = "name: z.string()";
const zones = "zones: z.array(z.string())";
const ssh = "ssh: z.strictObject({ user: z.string() }).optional()";

/** The schema's members, and those that the compiler has to name. */
const SCHEMAS: readonly [title: string, members: readonly string[], differing: readonly string[]][] = [
  ["that reads what is documented compiles", [name, zones, ssh], []],
  ["that lacks a member", [name, ssh], ['"zones"']],
  ["that lacks an optional member", [name, zones], ['"ssh"']],
  ["that has another member", [name, zones, ssh, "kind: z.string()"], ['"kind"']],
  ["that has a member of another type", ["name: z.number()", zones, ssh], ['"name"']],
  ["that takes less than is documented", ['name: z.enum(["a"])', zones, ssh], ['"name"']],
  ["that takes undefined where a value is documented", [`${name}.optional()`, zones, ssh], ['"name"']],
  ["that differs further down", [name, zones, "ssh: z.strictObject({ user: z.number() }).optional()"], ['"ssh"']],
];

const lineOf = (members: readonly string[]) => `agrees<Site>()(z.strictObject({ ${members.join(", ")} }));`;
const lines = SCHEMAS.map(([, members]) => lineOf(members));
const problems = new LibraryProgram([], { [PLANTED]: `${SITE}\n${lines.join("\n")}` }).problems(PLANTED);

test.each(SCHEMAS)("a schema %s", (_, members, differing) => {
  const line = `${lineOf(members)}: `;
  const found = problems.filter((problem) => problem.startsWith(line));
  expect(found.map((problem) => /\{ differs: (.*); \}/.exec(problem)?.[1] ?? problem)).toEqual(differing);
});
