import * as path from "node:path";
import Table from "cli-table3";
import { mb, measure, ms } from "./child";

const library = (entry: string) => JSON.stringify(path.resolve(__dirname, `../dist/lib/${entry}.js`));
const PROVIDERS = `note = Object.keys(require.cache).filter((f) => /[\\\\/]@cdk(tf|tn)[\\\\/]provider-/.test(f)).length;`;

/** What a program pays before its first line: time, memory, and how many files of provider bindings come along. */
export async function run(): Promise<void> {
  const table = new Table({ head: ["import", "time", "memory", "provider files"] });
  const rows: [string, string][] = [
    ["nothing (node)", ""],
    ["cdktf", `require("cdktf");`],
    ["cdktf-beehive", `require(${library("index")});`],
    ["cdktf-beehive and /aws", `require(${library("index")}); require(${library("aws")});`],
    ["cdktf-beehive and /digitalocean", `require(${library("index")}); require(${library("digitalocean")});`],
  ];
  for (const [name, code] of rows) {
    const sample = await measure(`${code} ${PROVIDERS}`, 9);
    table.push([name, ms(sample.seconds), mb(sample.mebibytes), sample.note]);
  }
  console.log(table.toString());
}
