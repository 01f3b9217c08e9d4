// Every layer, in three parts:
// 1. what only computes, and beside it the making of the images that suites share;
// 2. what the clock judges, alone;
// 3. machines, which wait most of the time, and beside them the long computations, which get what the machines leave of the processors.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { projects } = require("../jest.config.js");
const { closingLine, skippedInCi } = require("../test/support/closing-line.js");
const { machineSeconds } = require("../test/support/cpu-seconds.js");
const { suiteTimes } = require("../test/support/suite-times.js");

const QUICK = ["unit", "synth", "cdktn"];
const MEASURING = ["drills"];
const MACHINES = ["agents", "lab"];
const LONG = projects
  .map(({ displayName }) => displayName)
  .filter((layer) => ![...QUICK, ...MEASURING, ...MACHINES].includes(layer));

// What a test leaves in the folder for temporary files is gone with the run.
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-tests-"));
fs.chmodSync(temporary, 0o1777);
const running = new Set();
process.once("exit", () => {
  for (const end of running) end();
  fs.rmSync(temporary, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const REPORTERS = ["default", "<rootDir>/test/support/result-file-reporter.js"].flatMap((one) => ["--reporters", one]);

const LONG_FIRST = "--testSequencer=<rootDir>/test/support/long-first-sequencer.js";

/** A run of jest that ended without results has failed. */
const NOTHING = {
  success: false,
  numRuntimeErrorTestSuites: 1,
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
};

/**
 * Resolves when the program has ended, with whether it did so well.
 *
 * @param yielding takes only what the machines of the lab leave of the processors. Linux compares nice values within a session
 * only, and sessions with each other and with containers as if they were equal: a session of its own, with the least weight.
 */
function run(argv, { environment = {}, yielding = false } = {}) {
  const [program, ...args] = yielding ? ["nice", "-n", "19", ...argv] : argv;
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TMPDIR: temporary, ...environment };
    const child = spawn(program, args, { env, stdio: "inherit", detached: yielding });
    if (yielding) giveWay(child.pid);
    const end = () => process.kill(yielding ? -child.pid : child.pid);
    running.add(end);
    child.on("error", reject);
    child.on("close", (code) => {
      running.delete(end);
      resolve(code === 0);
    });
  });
}

function giveWay(pid) {
  try {
    fs.writeFileSync(`/proc/${pid}/autogroup`, "19");
  } catch {
    // A kernel without groups of sessions, or the program has ended.
  }
}

async function jest(layers, { yielding = false, options = [] } = {}) {
  const resultFile = path.join(temporary, `${layers.join("-")}.json`);
  const program = [process.execPath, require.resolve("jest/bin/jest"), ...REPORTERS, ...options];
  // jest itself knows whether it succeeded only after its reporters have written.
  const success = await run([...program, "--selectProjects", ...layers], {
    environment: { RESULT_FILE: resultFile },
    yielding,
  });
  return fs.existsSync(resultFile) ? { ...JSON.parse(fs.readFileSync(resultFile, "utf8")), success } : NOTHING;
}

(async () => {
  const began = { clock: Date.now(), work: machineSeconds() };
  const [quick, made] = await Promise.all([
    jest(QUICK, { options: ["--maxWorkers=100%"] }),
    run(["node_modules/.bin/tsx", "scripts/make-images.ts"]),
  ]);
  const measured = await jest(MEASURING, { options: ["--runInBand"] });
  const sideBySide = await Promise.all([
    jest(MACHINES, { options: ["--runInBand"] }),
    jest(LONG, { yielding: true, options: ["--maxWorkers=100%", LONG_FIRST] }),
  ]);
  const results = [quick, measured, ...sideBySide, ...(made ? [] : [NOTHING])];
  const wall = (Date.now() - began.clock) / 1000;
  const work = machineSeconds() - began.work;
  const share = (work / wall / os.cpus().length) * 100;
  console.log(suiteTimes(results.flatMap(({ suites = [] }) => suites)));
  console.log(
    `\n${wall.toFixed(0)} s, in which the ${os.cpus().length} processors of this machine worked ${work.toFixed(0)} s (${share.toFixed(0)} %).`,
  );
  console.log(closingLine(results));
  process.exitCode = results.every(({ success }) => success) && !skippedInCi(results) ? 0 : 1;
})();
