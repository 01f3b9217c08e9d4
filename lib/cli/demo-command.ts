import path from "node:path";
import { Command, Option } from "commander";
import { parseFaults } from "../drills/faults/faults";
import { SUITES, type Suite } from "../lab";
import { Demo } from "./demo";
import { drillsOption } from "./drills-option";
import { exitWith } from "./exit-with";
import { interruptible } from "./interruption";
import { packageRoot } from "./package-root";
import { parseSeed } from "./seed";
import { makeProgress } from "./progress";

interface Flags {
  readonly example: string;
  readonly keyVariable: string;
  readonly stack?: string;
  readonly drills?: string;
  readonly seed?: string;
  readonly suite: Suite;
  readonly keep?: boolean;
  readonly synthOnly?: boolean;
  readonly json?: string;
}

/** `beehive demo`, and `npm run demo`. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("boot a program's machines as local containers, deploy, take their power, measure, remove everything")
    .option("--example <folder>", "folder of a cdktf program", path.join(packageRoot(), "examples", "shop-on-hosts"))
    .option("--key-variable <name>", "environment variable from which the program takes its SSH key", "SHOP_SSH_KEY")
    .option("--stack <name>", "which stack, when the program has several")
    .addOption(drillsOption())
    .option("--seed <number>", "repeat the choices of an earlier run")
    .addOption(new Option("--suite <name>", "Debian release of the machines").choices(SUITES).default("trixie"))
    .option("--json <file>", "also write the results to a file")
    .option("--keep", "leave the hive running, and print how to look at it and how to remove it")
    .option("--synth-only", "show what would be made; needs neither root nor a container engine")
    .action(async (flags: Flags) => {
      const options = {
        example: path.resolve(flags.example),
        keyVariable: flags.keyVariable,
        stack: flags.stack,
        faults: flags.drills === undefined ? undefined : parseFaults(flags.drills),
        seed: parseSeed(flags.seed),
        suite: flags.suite,
        keep: flags.keep === true,
        synthOnly: flags.synthOnly === true,
        json: flags.json === undefined ? undefined : path.resolve(flags.json),
        runs: path.resolve(".beehive"),
      };
      exitWith(await interruptible((signal) => new Demo(options, makeProgress(), signal).run()));
    });
}
