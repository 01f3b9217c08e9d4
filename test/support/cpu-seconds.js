const fs = require("node:fs");
const os = require("node:os");

/** Linux counts in hundredths of a second here, whatever its own tick is. */
const TICKS = 100;

/** Of this process and of all children that it has waited for; elsewhere than on Linux without the children. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1e6;
  if (!fs.existsSync("/proc/self/stat")) return own;
  // The name in parentheses may hold spaces; the times of the children are the 14th and 15th value after it.
  const values = fs.readFileSync("/proc/self/stat", "utf8").split(") ").at(-1).split(" ");
  return own + (Number(values[13]) + Number(values[14])) / TICKS;
}

/** Seconds that all processors of this machine have worked since it was started, whoever they worked for. */
const machineSeconds = () =>
  os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;

module.exports = { cpuSeconds, machineSeconds };
