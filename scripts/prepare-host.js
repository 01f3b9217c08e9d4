// Before the tests: what the lab needs on this machine is installed, or said.
const { inspectHost, installPackages, refuse } = require("../dist/lib/cli/host-setup.js");

(async () => {
  const preparation = await inspectHost();
  refuse(preparation);
  if (preparation.install.length === 0) return;
  console.log(`apt-get install ${preparation.install.join(" ")} (what the lab's tests need)`);
  await installPackages(preparation.install, () => undefined);
  refuse(await inspectHost());
})().catch((error) => {
  console.error(error.message);
  process.exit(4);
});
