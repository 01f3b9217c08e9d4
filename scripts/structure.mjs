// Prints the rooms of the checkout and the arrows between them, from its own imports, and fails on what must not be: an arrow that
// LAYERS does not allow, and a circle of files.
//
//     node scripts/structure.mjs [FOLDER]        the folder that holds lib/, by default this checkout
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { LAYERS } from "./layers.mjs";

const root = path.resolve(process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), ".."));
const SOURCE = /\.(ts|tsx|js|mjs)$/;

/** Everything that is no test: what a reader of the structure walks through. */
const files = ["lib", "bench", "scripts", "bin"].flatMap((folder) => {
  const place = path.join(root, folder);
  if (!fs.existsSync(place)) return [];
  return fs
    .readdirSync(place, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((name) => SOURCE.test(name) && fs.statSync(path.join(root, name)).isFile());
});
const known = new Set(files);

/** A folder is a room, and so is a file that stands beside the folders. `lib/sites`, `lib/cdktf.ts`, `bench`. */
const roomOf = (file) =>
  file
    .split(path.sep)
    .slice(0, file.startsWith("lib") ? 2 : 1)
    .join("/");

function importsOf(file) {
  const text = fs.readFileSync(path.join(root, file), "utf8");
  return ts.preProcessFile(text, true, true).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [];
    const base = path.join(path.dirname(file), fileName);
    const found = [base, `${base}.ts`, `${base}.tsx`, path.join(base, "index.ts")].find((name) => known.has(name));
    return found === undefined ? [] : [found];
  });
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** Strongly connected files, by Tarjan. */
function circles() {
  const found = [];
  const index = new Map();
  const low = new Map();
  const stack = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    for (const next of imports.get(file)) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1 || imports.get(file).includes(file)) found.push(circle);
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}

const layerOf = (file) => /^lib\/(\w+)[/.]/.exec(file.split(path.sep).join("/"))?.[1];
const upward = files.flatMap((file) => {
  const from = layerOf(file);
  if (!(from in LAYERS)) return [];
  return imports
    .get(file)
    .filter((target) => layerOf(target) !== from && !LAYERS[from].includes(layerOf(target)))
    .map((target) => `${file} -> ${target}`);
});

const rooms = new Map();
for (const file of files) rooms.set(roomOf(file), [...(rooms.get(roomOf(file)) ?? []), file]);
const arrows = new Set();
for (const [file, targets] of imports)
  for (const target of targets) if (roomOf(file) !== roomOf(target)) arrows.add(`${roomOf(file)} -> ${roomOf(target)}`);

for (const [room, inside] of rooms) {
  const lines = inside.reduce(
    (sum, file) => sum + fs.readFileSync(path.join(root, file), "utf8").split("\n").length - 1,
    0,
  );
  const to = [...arrows].filter((arrow) => arrow.startsWith(`${room} -> `)).map((arrow) => arrow.split(" -> ")[1]);
  console.log(
    `${room.padEnd(24)} ${String(inside.length).padStart(4)} files ${String(lines).padStart(6)} lines` +
      (to.length === 0 ? "" : `   -> ${to.map((name) => name.replace("lib/", "")).join(" ")}`),
  );
}
const round = circles();
console.log(`${rooms.size} rooms, ${arrows.size} arrows, ${upward.length} upward, ${round.length} circles`);
for (const arrow of upward) console.error(`upward: ${arrow} (scripts/layers.mjs says what a layer may import)`);
for (const circle of round) console.error(`circle: ${circle.join(", ")}`);
process.exitCode = upward.length + round.length > 0 ? 1 : 0;
