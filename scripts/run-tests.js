// Every layer: what only computes runs side by side; what looks at a clock or boots machines has this machine for itself afterwards.
const { buildArgv, runCLI } = require("jest");
const { projects } = require("../jest.config.js");
const { closingLine, skippedInCi } = require("../test/support/closing-line.js");

const ALONE = ["drills", "daemons", "lab"];

async function run(layers, ...options) {
  const argv = await buildArgv(["--reporters", "default", "--selectProjects", ...layers, ...options]);
  const { results } = await runCLI(argv, [process.cwd()]);
  return results;
}

(async () => {
  const layers = projects.map(({ displayName }) => displayName);
  const results = [
    await run(
      layers.filter((layer) => !ALONE.includes(layer)),
      "--maxWorkers=100%",
    ),
    await run(ALONE, "--runInBand"),
  ];
  console.log(closingLine(results));
  process.exitCode = results.every(({ success }) => success) && !skippedInCi(results) ? 0 : 1;
})();
