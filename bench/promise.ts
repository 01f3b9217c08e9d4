import Table from "cli-table3";
import { mb, measure, ms } from "./child";
import { hive } from "./synth";

const PROMISE = `
  const times = { machine: b.Duration.seconds(10), zone: b.Duration.seconds(10) };
  new b.AvailabilityPromise(stack, "slo", { entrance, availability: "99%", rto: times, rpo: { machine: b.Duration.seconds(0) } });
`;
const IMPORT = `require("cdktf"); require(${JSON.stringify(require.resolve("../dist/lib/index.js"))});`;

/** What a promise adds to a synth: numbers, losses and rules for every machine, zone and site, in a fresh process. */
export async function run(): Promise<void> {
  const table = new Table({
    head: ["machines", "synth", "with a promise", "added", "of synth", "of start, import and synth", "memory added"],
  });
  const { seconds: start } = await measure(IMPORT, 7);
  for (const machines of [10, 100, 1000]) {
    const needed = Math.floor((machines - 5) * 0.6);
    const without = await measure(hive(machines, "", needed), 7);
    const promised = await measure(hive(machines, PROMISE, needed), 7);
    const added = promised.seconds - without.seconds;
    table.push([
      machines,
      ms(without.seconds),
      ms(promised.seconds),
      ms(added),
      percent(added / without.seconds),
      percent(added / (start + without.seconds)),
      mb(promised.mebibytes - without.mebibytes),
    ]);
  }
  console.log(table.toString());
}

const percent = (part: number): string => `${(part * 100).toFixed(0)} %`;
