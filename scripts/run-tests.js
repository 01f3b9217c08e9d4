// Every layer: what computes runs side by side; what is measured by the clock has this machine for itself afterwards.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { buildArgv, runCLI } = require("jest");
const { projects } = require("../jest.config.js");
const { closingLine, skippedInCi } = require("../test/support/closing-line.js");

const ALONE = ["drills", "agents", "lab"];

async function run(layers, ...options) {
  const argv = await buildArgv(["--reporters", "default", "--selectProjects", ...layers, ...options]);
  const { results } = await runCLI(argv, [process.cwd()]);
  return results;
}

// What a test leaves in the folder for temporary files is gone with the run.
process.env.TMPDIR = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-tests-"));
fs.chmodSync(process.env.TMPDIR, 0o1777);
process.once("exit", () => fs.rmSync(process.env.TMPDIR, { recursive: true, force: true }));

(async () => {
  const layers = projects.map(({ displayName }) => displayName);
  const results = [
    await run(
      layers.filter((layer) => !ALONE.includes(layer)),
      "--maxWorkers=100%",
      "--testSequencer=<rootDir>/test/support/long-first-sequencer.js",
    ),
    await run(ALONE, "--runInBand"),
  ];
  console.log(closingLine(results));
  process.exitCode = results.every(({ success }) => success) && !skippedInCi(results) ? 0 : 1;
})();
