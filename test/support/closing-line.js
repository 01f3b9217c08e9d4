const sum = (results, field) => results.reduce((total, result) => total + result[field], 0);

/** Whether a test was left out where everything has to be proved: a skipped proof is no proof. */
const skippedInCi = (results) => process.env.CI !== undefined && sum(results, "numPendingTests") > 0;

/** The one plain line that ends a run, told from jest's results of its parts. */
function closingLine(results) {
  const failed = sum(results, "numFailedTests") + sum(results, "numRuntimeErrorTestSuites");
  const skipped = sum(results, "numPendingTests");
  const complaint = skippedInCi(results) ? "\nA test was skipped in CI, which counts as a failure.\n" : "";
  return `${complaint}\n${sum(results, "numPassedTests")} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

module.exports = { closingLine, skippedInCi };
