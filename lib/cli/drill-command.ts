import { Command } from "commander";
import { chooseFaults } from "../drills/drill-choice";
import { parseFaults } from "../drills/faults/faults";
import { describeMachine, makeReport } from "../drills/drill-report";
import { runDrills } from "../drills/drill-suite";
import { SeededRandom } from "../drills/random";
import { RunningHive } from "../drills/running-hive";
import { Lab, probeHost } from "../lab";
import { drillsOption } from "./drills-option";
import { exitWith } from "./exit-with";
import { findManifest, MANIFEST_OPTION } from "./find-manifest";
import { interruptible } from "./interruption";
import { presentReport } from "./present-report";
import { makeProgress } from "./progress";
import { parseSeed } from "./seed";

interface Flags {
  readonly manifest?: string;
  readonly lab?: string;
  readonly drills?: string;
  readonly seed?: string;
  readonly json?: string;
}

/** `beehive drill`: drills against a lab that runs already. */
export function drillCommand(): Command {
  return new Command("drill")
    .description("take the power from machines of a running lab and measure what a client sees")
    .option(...MANIFEST_OPTION)
    .option("--lab <name>", "run or stack of the lab; default: the stack of the manifest")
    .addOption(drillsOption())
    .option("--seed <number>", "repeat the choices of an earlier run")
    .option("--json <file>", "also write the results to a file")
    .action(async (flags: Flags) => {
      const named = flags.drills === undefined ? undefined : parseFaults(flags.drills);
      const seed = parseSeed(flags.seed);
      const { manifest } = findManifest(flags.manifest, process.cwd());
      const name = flags.lab ?? manifest.stack;
      const lab = await Lab.attach(name);
      const run = (await Lab.list()).find(({ runId }) => runId === lab.runId);
      const timings: Record<string, number> = {};
      const progress = makeProgress();
      const hive = new RunningHive(manifest, lab);
      const { faults, leftOut } = chooseFaults(hive, named);
      const result = await interruptible((signal) =>
        runDrills(hive, faults, {
          random: new SeededRandom(seed),
          signal,
          around: async (fault, work) => {
            const begin = performance.now();
            const drill = await progress.step(`drill: ${fault.title}`, work);
            timings[fault.name] = (performance.now() - begin) / 1000;
            return drill;
          },
        }),
      );
      const place = describeMachine((await probeHost()).engine, run?.suite ?? "unknown");
      const report = makeReport(result, { manifest, leftOut, seed, machine: place, timings });
      exitWith(await presentReport(report, flags.json));
    });
}
