// Before the tests: what the lab and the report's page need on this machine is installed, or said.
const { inspectHost, installPackages, onPath, refuse } = require("../dist/lib/cli/host-setup.js");

(async () => {
  const preparation = await inspectHost();
  refuse(preparation);
  const install = [...preparation.install, ...(onPath("chromium") ? [] : ["chromium"])];
  if (install.length === 0) return;
  console.log(`apt-get install ${install.join(" ")} (what the tests need)`);
  await installPackages(install, () => undefined);
  refuse(await inspectHost());
})().catch((error) => {
  console.error(error.message);
  process.exit(4);
});
