const fs = require("node:fs");
const path = require("node:path");

/** Leaves what `scripts/run-tests.js` adds up in the file that `RESULT_FILE` names. */
module.exports = class ResultFileReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
    this.suites = [];
  }

  onTestResult({ path: file, context }, { perfStats, cpuSeconds = 0 }) {
    const wall = (perfStats.end - perfStats.start) / 1000;
    const layer = context.config.displayName.name;
    this.suites.push({ file: path.relative(this.rootDir, file), layer, wall, cpu: cpuSeconds });
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const counts = { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites };
    fs.writeFileSync(process.env.RESULT_FILE, JSON.stringify({ ...counts, suites: this.suites }));
  }
};
