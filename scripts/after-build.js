// Files that the library reads at run time and that the compiler leaves behind: programs for machines, templates.
const fs = require("node:fs");
const path = require("node:path");
const { buildSync } = require("esbuild");
const { packModules } = require("./pack-modules.js");
const { pruneDeclarations } = require("./prune-declarations.js");

for (const entry of fs.readdirSync("lib", { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || /\.tsx?$/.test(entry.name) || entry.name.endsWith(".pyc")) continue;
  const from = path.join(entry.parentPath, entry.name);
  const to = path.join("dist", from);
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

// The used parts of zod in one file, with its licence: see lib/core/zod.ts.
const licence = fs.readFileSync(path.join(path.dirname(require.resolve("zod/package.json")), "LICENSE"), "utf8");
buildSync({
  entryPoints: ["lib/core/zod-parts.ts"],
  outfile: "dist/lib/core/zod-parts.js",
  bundle: true,
  platform: "node",
  target: "node20.9",
  format: "cjs",
  banner: { js: `/* Contains parts of zod, https://zod.dev:\n\n${licence}*/` },
  allowOverwrite: true,
  logLevel: "warning",
});

pruneDeclarations("dist", require("../package.json"));

// The examples import the library by its name, as users do, and run its command with npx.
const self = path.join("node_modules", "cdktf-beehive");
if (!fs.existsSync(self)) fs.symlinkSync("..", self, "dir");
const command = path.join("node_modules", ".bin", "beehive");
if (!fs.existsSync(command)) fs.symlinkSync(path.join("..", "cdktf-beehive", "bin", "beehive.js"), command);

packModules("lib", path.join("dist", "lib"), require("../package.json")).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
