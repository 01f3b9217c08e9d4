/** Ends a run with one plain line, and fails it in CI when a test was skipped: a skipped proof is no proof. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    this.skippedInCi = process.env.CI !== undefined && numPendingTests > 0;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
    if (this.skippedInCi) console.error("A test was skipped in CI, which counts as a failure.");
    console.log(`\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`);
  }

  getLastError() {
    return this.skippedInCi ? new Error("skipped tests in CI") : undefined;
  }
};
