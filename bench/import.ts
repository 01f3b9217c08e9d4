import * as path from "node:path";
import Table from "cli-table3";
import { mb, measureInTurn, ms, times } from "./child";

const library = (entry: string) => JSON.stringify(path.resolve(__dirname, `../dist/lib/${entry}.js`));
const PROVIDERS = `note = Object.keys(require.cache).filter((f) => /[\\\\/]@cdk(tf|tn)[\\\\/]provider-/.test(f)).length;`;

/** What a program pays before its first line: time, memory, and how many files of provider bindings come along. */
export async function run(): Promise<void> {
  const table = new Table({ head: ["import", "time", "of cdktf's", "CPU", "of cdktf's", "memory", "provider files"] });
  const rows: [string, string][] = [
    ["nothing (node)", ""],
    ["cdktf", `require("cdktf");`],
    ["cdktf-beehive", `require(${library("index")});`],
    ["cdktf-beehive and /aws", `require(${library("index")}); require(${library("aws")});`],
    ["cdktf-beehive and /digitalocean", `require(${library("index")}); require(${library("digitalocean")});`],
  ];
  const samples = await measureInTurn(
    rows.map(([, code]) => `${code} ${PROVIDERS}`),
    15,
  );
  const cdktf = samples[1]!;
  for (const [i, [name]] of rows.entries()) {
    const { seconds, cpuSeconds, mebibytes, note } = samples[i]!;
    const ratios = [times(seconds / cdktf.seconds), times(cpuSeconds / cdktf.cpuSeconds)];
    table.push([name, ms(seconds), ratios[0], ms(cpuSeconds), ratios[1], mb(mebibytes), note]);
  }
  console.log(table.toString());
}
