import Table from "cli-table3";
import { mb, measure, measureInTurn, ms } from "./child";
import { hive } from "./synth";

const PROMISE = `
  const times = { machine: b.Duration.seconds(10), zone: b.Duration.seconds(10) };
  new b.AvailabilityPromise(stack, "slo", { entrance, availability: "99%", rto: times, rpo: { machine: b.Duration.seconds(0) } });
`;
const IMPORT = `require("cdktf"); require(${JSON.stringify(require.resolve("../dist/lib/index.js"))});`;

/** What a promise adds to a synth: numbers, losses and rules for every machine, zone and site, in a fresh process. */
export async function run(): Promise<void> {
  const table = new Table({
    head: [
      "machines",
      "time",
      "synth",
      "with a promise",
      "added",
      "of synth",
      "of start, import and synth",
      "memory added",
    ],
  });
  const before = await measure(IMPORT, 7);
  for (const machines of [10, 100, 1000]) {
    const needed = Math.floor((machines - 5) * 0.6);
    const [without, promised] = await measureInTurn([hive(machines, "", needed), hive(machines, PROMISE, needed)], 7);
    const row = (what: string, of: (sample: typeof before) => number): string[] => {
      const [start, plain, all] = [before, without!, promised!].map(of) as [number, number, number];
      const added = all - plain;
      return [
        `${machines}`,
        what,
        ms(plain),
        ms(all),
        ms(added),
        percent(added / plain),
        percent(added / (start + plain)),
      ];
    };
    table.push([...row("median", ({ seconds }) => seconds), mb(promised!.mebibytes - without!.mebibytes)]);
    table.push(row("least", ({ least }) => least.seconds));
    table.push(row("processor, median", ({ cpuSeconds }) => cpuSeconds));
    table.push(row("processor, least", ({ least }) => least.cpuSeconds));
  }
  console.log(table.toString());
}

const percent = (part: number): string => `${(part * 100).toFixed(0)} %`;
