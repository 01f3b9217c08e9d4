// Puts the modules that importing the package loads into few files, because finding, reading and compiling a hundred small ones
// takes longer than what they do. Where such a module was, a line leads to it, so that there is one of each whoever asks for it.
const fs = require("node:fs");
const path = require("node:path");
const { build } = require("esbuild");

/** Beside the modules. */
const FOLDER = "packed";
/** What these load stays in files of its own: they need no cdktf, and a pack would load it. */
const WITHOUT_CDKTF = ["cli/main", "resilience/index"];

const COMMON = {
  bundle: true,
  platform: "node",
  target: "node20.9",
  format: "cjs",
  packages: "external",
  logLevel: "warning",
};

const SOURCE = /\.tsx?$/;
const nameIn = (lib, file) => path.relative(lib, file).replace(SOURCE, "");

/** `core/errors` for what a file of `folder` imports as `../core/errors`. */
function moduleOf(lib, specifier, folder) {
  const base = path.resolve(folder, specifier);
  const candidates = [`${base}.ts`, `${base}.tsx`, path.join(base, "index.ts")];
  return nameIn(lib, candidates.find((one) => fs.existsSync(one)) ?? base);
}

/** What esbuild does with an import of ours: the answer for the module's name; `undefined` reads the module. */
const ours = (lib, answer) => ({
  name: "ours",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path: specifier, resolveDir, kind, namespace }) => {
      if (namespace === FOLDER) return { path: specifier, external: true };
      return answer(moduleOf(lib, specifier, resolveDir), {
        lazy: kind === "require-call" || kind === "dynamic-import",
      });
    });
  },
});

/** Of a module that no pack has, or that is loaded when it is needed. */
const inFile = (name) => ({ path: `../${name}.js`, external: true });

/** Names of the modules that an entry point loads. @param lazily with those that it loads when it needs them */
async function loadedBy(lib, entry, { lazily }) {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: [path.join(lib, `${entry}.ts`)],
    plugins: [ours(lib, (name, { lazy }) => (lazy && !lazily ? inFile(name) : undefined))],
    outdir: "unused",
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs).flatMap((file) => (SOURCE.test(file) ? [nameIn(lib, path.resolve(file))] : []));
}

/** The pack of each module that has one: one for each entry point, and one for what several clouds load. */
async function packsOf(lib, { exports: entryPoints }) {
  const entries = Object.values(entryPoints)
    .flatMap(({ default: file }) => (file === undefined ? [] : path.relative("dist/lib", file).replace(/\.js$/, "")))
    .filter((entry) => !WITHOUT_CDKTF.includes(entry));
  const loaded = await Promise.all(entries.map((entry) => loadedBy(lib, entry, { lazily: false })));
  const others = await Promise.all(WITHOUT_CDKTF.map((entry) => loadedBy(lib, entry, { lazily: true })));
  const inFiles = new Set(others.flat());
  const packOf = new Map();
  for (const name of loaded.flat()) {
    const users = entries.filter((_, i) => loaded[i].includes(name));
    if (!inFiles.has(name))
      packOf.set(name, users.includes("index") ? "index" : users.length > 1 ? "clouds" : users[0]);
  }
  return packOf;
}

/** A module knows its folder; that of the pack is another one. */
const folders = (lib) => ({
  name: "folders",
  setup({ onLoad }) {
    onLoad({ filter: SOURCE }, async ({ path: file }) => {
      const folder = JSON.stringify(`../${path.relative(lib, path.dirname(file))}`);
      const text = await fs.promises.readFile(file, "utf8");
      const contents = text.replaceAll("__dirname", `require("node:path").join(__dirname, ${folder})`);
      return { loader: "ts", contents };
    });
  },
});

/** What a module exports, as code: made when somebody asks for it, because few modules are asked for. */
const exportsOf = (name) => `modules[${JSON.stringify(name)}]()`;

/** Modules of other packs. */
const elsewhere = (packOf) => ({
  name: "elsewhere",
  setup({ onLoad }) {
    onLoad({ filter: /.*/, namespace: FOLDER }, ({ path: name }) => ({
      contents: `module.exports = require("./${packOf.get(name)}.js").${exportsOf(name)};`,
      loader: "js",
    }));
  },
});

/** A program with all the modules of a pack. They are marked as the compiler does it, for whoever requires one. */
function programOf(exported) {
  const modules = [...exported].map(([name, names], i) => {
    const own = names.map((one) => ({ one, here: `m${i}_${one}` }));
    return {
      from: `import { ${own.map(({ one, here }) => `${one} as ${here}`).join(", ")} } from "./${name}";`,
      entry: `${JSON.stringify(name)}: () => marked({ ${own.map(({ one, here }) => `${one}: ${here}`).join(", ")} }),`,
    };
  });
  return [
    ...modules.map(({ from }) => from),
    `const marked = (module) => Object.defineProperty(module, "__esModule", { value: true });`,
    `export const modules = {`,
    ...modules.map(({ entry }) => entry),
    `};`,
  ].join("\n");
}

async function writePack(lib, out, pack, packOf) {
  const names = [...packOf.keys()].filter((name) => packOf.get(name) === pack);
  const exported = new Map(names.map((name) => [name, Object.keys(require(path.join(out, `${name}.js`)))]));
  const find = (name, { lazy }) => {
    if (lazy || !packOf.has(name)) return inFile(name);
    return packOf.get(name) === pack ? undefined : { path: name, namespace: FOLDER };
  };
  const { outputFiles } = await build({
    ...COMMON,
    stdin: { contents: programOf(exported), resolveDir: lib, sourcefile: `${FOLDER}-${pack}.js` },
    outfile: path.join(out, FOLDER, `${pack}.js`),
    plugins: [ours(lib, find), folders(lib), elsewhere(packOf)],
    write: false,
  });
  fs.mkdirSync(path.join(out, FOLDER), { recursive: true });
  for (const file of outputFiles) fs.writeFileSync(file.path, withoutCopies(file.text));
  for (const [name, its] of exported) writeStub(out, name, its, pack);
}

/** esbuild copies what `import * as` imports, for modules that are no objects of their own: Node's are. */
const withoutCopies = (code) => code.replace(/\b__toESM\((require\("node:[a-z_]+"\))\)/g, "$1");

/** What stands where the module was. Node reads the names, which `import` may take, without running anything. */
function writeStub(out, name, names, pack) {
  const file = path.join(out, `${name}.js`);
  const from = path.join(path.relative(path.dirname(file), out), FOLDER, `${pack}.js`);
  const lines = [
    `"use strict";`,
    `module.exports = require("${from.startsWith(".") ? from : `./${from}`}").${exportsOf(name)};`,
    `0 && (module.exports = { ${names.join(", ")} });`,
  ];
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
}

/** @param sources folder of the sources @param compiled folder of the same modules, compiled one by one */
async function packModules(sources, compiled, packageJson) {
  const [lib, out] = [path.resolve(sources), path.resolve(compiled)];
  const packOf = await packsOf(lib, packageJson);
  for (const pack of new Set(packOf.values())) await writePack(lib, out, pack, packOf);
}

module.exports = { packModules };
