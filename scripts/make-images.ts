// Makes the images that several suites use, before any suite does: side by side, two suites would make the same one twice.
import { SUITES } from "../lib/lab/apt-sources";
import { daemonImage } from "../test/support/daemon-image";
import { virtualMachineImage } from "../test/support/virtual-machine-image";

const make = async (name: string, image: Promise<unknown>): Promise<void> => {
  const began = Date.now();
  await image;
  console.log(`image for ${name}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
};

Promise.all([
  ...SUITES.map((suite) => make(`daemons on ${suite}`, daemonImage(suite, []))),
  make("virtual machines", virtualMachineImage()),
]).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
