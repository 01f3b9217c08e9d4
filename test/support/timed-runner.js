const { default: circus } = require("jest-circus/runner");
const { cpuSeconds } = require("./cpu-seconds.js");

/** Runs the tests of one file as jest does, and adds the CPU time that they took. */
module.exports = async (...args) => {
  const before = cpuSeconds();
  const result = await circus(...args);
  result.cpuSeconds = cpuSeconds() - before;
  return result;
};
