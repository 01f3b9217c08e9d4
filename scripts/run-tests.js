// Every layer. What is judged by the clock comes first and alone. Then two runs of jest side by side: machines of the lab, which
// wait most of the time, and everything that computes, which gets what the machines leave of the processors.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { projects } = require("../jest.config.js");
const { closingLine, skippedInCi } = require("../test/support/closing-line.js");
const { machineSeconds } = require("../test/support/cpu-seconds.js");
const { suiteTimes } = require("../test/support/suite-times.js");

const MEASURING = ["drills"];
const MACHINES = ["agents", "lab"];
const COMPUTING = projects
  .map(({ displayName }) => displayName)
  .filter((layer) => ![...MEASURING, ...MACHINES].includes(layer));

// What a test leaves in the folder for temporary files is gone with the run.
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-tests-"));
fs.chmodSync(temporary, 0o1777);
process.once("exit", () => fs.rmSync(temporary, { recursive: true, force: true }));

const REPORTERS = ["default", "<rootDir>/test/support/result-file-reporter.js"].flatMap((one) => ["--reporters", one]);

/** A run of jest that ended without results has failed. */
const NOTHING = {
  success: false,
  numRuntimeErrorTestSuites: 1,
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
};

function jest(layers, { priority = [], options }) {
  const resultFile = path.join(temporary, `${layers.join("-")}.json`);
  const args = [require.resolve("jest/bin/jest"), ...REPORTERS, ...options, "--selectProjects", ...layers];
  const [program, ...rest] = [...priority, process.execPath, ...args];
  const env = { ...process.env, TMPDIR: temporary, RESULT_FILE: resultFile };
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { env, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", () => {
      const results = fs.existsSync(resultFile) ? JSON.parse(fs.readFileSync(resultFile, "utf8")) : NOTHING;
      resolve({ suites: [], ...results });
    });
  });
}

(async () => {
  const began = { clock: Date.now(), work: machineSeconds() };
  const measured = await jest(MEASURING, { options: ["--runInBand"] });
  const results = [
    measured,
    ...(await Promise.all([
      jest(MACHINES, { options: ["--runInBand"] }),
      jest(COMPUTING, {
        priority: ["nice", "-n", "19"],
        options: ["--maxWorkers=100%", "--testSequencer=<rootDir>/test/support/long-first-sequencer.js"],
      }),
    ])),
  ];
  const wall = (Date.now() - began.clock) / 1000;
  const work = machineSeconds() - began.work;
  const share = (work / wall / os.cpus().length) * 100;
  console.log(suiteTimes(results.flatMap(({ suites }) => suites)));
  console.log(
    `\n${wall.toFixed(0)} s, in which the ${os.cpus().length} processors of this machine worked ${work.toFixed(0)} s (${share.toFixed(0)} %).`,
  );
  console.log(closingLine(results));
  process.exitCode = results.every(({ success }) => success) && !skippedInCi(results) ? 0 : 1;
})();
