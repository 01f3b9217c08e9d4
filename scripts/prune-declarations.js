// Leaves those declarations that the package's entry points lead to: what a user's compiler never reads needs no place in the
// package, and might name what the package does not depend on.
const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

/** The declarations that a relative import leads to: one; none for other packages. */
function targets(from, specifier) {
  if (!specifier.startsWith(".")) return [];
  const base = path.join(path.dirname(from), specifier);
  return [`${base}.d.ts`, path.join(base, "index.d.ts")].filter((file) => fs.existsSync(file));
}

/** All that the entries import, themselves included. */
function reached(entries) {
  const found = new Set();
  for (const todo = [...entries]; todo.length > 0;) {
    const file = todo.pop();
    if (found.has(file)) continue;
    found.add(file);
    const { importedFiles } = ts.preProcessFile(fs.readFileSync(file, "utf8"));
    for (const { fileName } of importedFiles) todo.push(...targets(file, fileName));
  }
  return found;
}

/** Of a folder of declarations, by the `exports` of the package. */
function pruneDeclarations(folder, { exports: entryPoints }) {
  const entries = Object.values(entryPoints).flatMap(({ types }) => (types === undefined ? [] : path.normalize(types)));
  const kept = reached(entries);
  for (const entry of fs.readdirSync(folder, { recursive: true })) {
    const file = path.join(folder, entry);
    if (file.endsWith(".d.ts") && !kept.has(file)) fs.rmSync(file);
  }
}

module.exports = { pruneDeclarations };
