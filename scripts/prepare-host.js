// Before the tests: what the lab, the report's page and the virtual machines need on this machine is installed, or said.
const { inspectHost, installPackages, onPath, refuse } = require("../dist/lib/cli/host-setup.js");

/** By the program that shows whether they are there. With a minus: what is recommended and only windows need. */
const PACKAGES = {
  chromium: ["chromium"],
  "qemu-system-x86_64": ["qemu-system-x86", "qemu-system-gui-"],
};

(async () => {
  const preparation = await inspectHost();
  refuse(preparation);
  const missing = Object.entries(PACKAGES).flatMap(([program, packages]) => (onPath(program) ? [] : packages));
  const install = [...preparation.install, ...missing];
  if (install.length === 0) return;
  console.log(`apt-get install ${install.join(" ")} (what the tests need)`);
  await installPackages(install, () => undefined);
  refuse(await inspectHost());
})().catch((error) => {
  console.error(error.message);
  process.exit(4);
});
