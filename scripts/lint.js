// Everything that is checked without running it, side by side; what was checked before and has not changed is not checked again.
const { spawn } = require("node:child_process");
const path = require("node:path");

const CACHE = "node_modules/.cache";
const CHECKS = {
  types: ["tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", `${CACHE}/tsc/check.tsbuildinfo`, "-p", "."],
  eslint: ["eslint", "--cache", "--cache-strategy=content", "--cache-location", `${CACHE}/eslint`, "."],
  prettier: ["prettier", "--check", "--cache", "--cache-strategy=content", "--log-level=warn", "."],
  structure: ["node", "scripts/structure.mjs"],
};

/** Prints what the check says when it ends. @returns whether it passed */
function check([name, [program, ...args]]) {
  const began = Date.now();
  const bin = path.resolve("node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      console.log(
        `${code === 0 ? "passed" : "FAILED"}: ${name}, ${((Date.now() - began) / 1000).toFixed(1)} s\n${said}`,
      );
      resolve(code === 0);
    });
  });
}

Promise.all(Object.entries(CHECKS).map(check)).then((passed) => {
  process.exitCode = passed.every(Boolean) ? 0 : 1;
});
