// Files that the library reads at run time and that the compiler leaves behind: programs for machines, templates.
const fs = require("node:fs");
const path = require("node:path");

for (const entry of fs.readdirSync("lib", { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || /\.tsx?$/.test(entry.name) || entry.name.endsWith(".pyc")) continue;
  const from = path.join(entry.parentPath, entry.name);
  const to = path.join("dist", from);
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

// The examples import the library by its name, as users do, and run its command with npx.
const self = path.join("node_modules", "cdktf-beehive");
if (!fs.existsSync(self)) fs.symlinkSync("..", self, "dir");
const command = path.join("node_modules", ".bin", "beehive");
if (!fs.existsSync(command)) fs.symlinkSync(path.join("..", "cdktf-beehive", "bin", "beehive.js"), command);
