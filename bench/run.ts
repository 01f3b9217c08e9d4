/**
 * `npm run bench -- NAME`: measures, and prints what was measured and on what. Not part of the tests: a number that is
 * compared with a clock fails on a busy machine.
 */
import { cpus, totalmem } from "node:os";

const benches: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  import: () => import("./import.js"),
  synth: () => import("./synth.js"),
  "synth-digitalocean": () => import("./synth-digitalocean.js"),
  resilience: () => import("./resilience.js"),
  promise: () => import("./promise.js"),
  "check-plan": () => import("./check-plan.js"),
};

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}.`);
    process.exitCode = 3;
    return;
  }
  const [cpu] = cpus();
  console.log(
    `${cpu?.model ?? "unknown processor"}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`,
  );
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    console.log(`\n${name}`);
    await (await benches[name]!()).run();
  }
}

void main(process.argv.slice(2));
